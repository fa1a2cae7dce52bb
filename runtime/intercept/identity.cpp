// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An ELF note by which the launcher, and a program that execs another one, recognise a program that carries this runtime, and
// its control block's version.
#include "runtime/intercept/identity.h"

#include "runtime/intercept/os.h"
#include "runtime/sched/control_block.h"

#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace deadheat::intercept {
namespace {

struct Note {
    unsigned nameBytes = sizeof(name);
    unsigned valueBytes = sizeof(version);
    unsigned type = 1;
    char name[12] = "Deadheat";
    unsigned version = sched::ControlBlock::kVersion;
};

__attribute__((used, section(".note.deadheat"), aligned(4))) constinit const Note note;

/// A file mapped for reading; empty when it cannot be.
class MappedFile {
public:
    explicit MappedFile(const char* path) {
        const long descriptor = rawSyscall(SYS_openat, AT_FDCWD, reinterpret_cast<long>(path), O_RDONLY | O_CLOEXEC);
        if (descriptor < 0)
            return;
        struct stat status{};
        if (stat(path, &status) == 0 && status.st_size > 0) {
            const long memory = rawSyscall(SYS_mmap, 0, status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
            if (memory > 0) {
                begin_ = reinterpret_cast<const char*>(memory);
                bytes_ = static_cast<std::uint64_t>(status.st_size);
            }
        }
        rawSyscall(SYS_close, descriptor);
    }
    ~MappedFile() {
        if (begin_)
            rawSyscall(SYS_munmap, reinterpret_cast<long>(begin_), static_cast<long>(bytes_));
    }
    MappedFile(const MappedFile&) = delete;

    /// Null when the file ends before.
    template <typename T>
    const T* at(std::uint64_t offset, std::uint64_t count = 1) const {
        const bool fits = offset <= bytes_ && count <= (bytes_ - offset) / sizeof(T);
        return fits ? reinterpret_cast<const T*>(begin_ + offset) : nullptr;
    }

private:
    const char* begin_ = nullptr;
    std::uint64_t bytes_ = 0;
};

/// The linker may put several notes, each padded, into one segment.
bool holdsNote(const MappedFile& file, const Elf64_Phdr& segment) {
    const std::uint64_t end = segment.p_offset + segment.p_filesz;
    for (std::uint64_t at = segment.p_offset; at + sizeof(Note) <= end;) {
        const auto* header = file.at<Elf64_Nhdr>(at);
        if (!header)
            return false;
        const auto* whole = file.at<Note>(at);
        if (whole && header->n_namesz == sizeof note.name && std::memcmp(whole, &note, sizeof note) == 0)
            return true;
        at += sizeof(Elf64_Nhdr) + ((header->n_namesz + 3u) & ~3u) + ((header->n_descsz + 3u) & ~3u);
    }
    return false;
}

} // namespace

bool carriesRuntime(const char* path) {
    const MappedFile file(path);
    const auto* header = file.at<Elf64_Ehdr>(0);
    if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_ident[EI_CLASS] != ELFCLASS64)
        return false;
    const auto* segments = file.at<Elf64_Phdr>(header->e_phoff, header->e_phnum);
    for (unsigned i = 0; segments && i < header->e_phnum; ++i)
        if (segments[i].p_type == PT_NOTE && holdsNote(file, segments[i]))
            return true;
    return false;
}

} // namespace deadheat::intercept
