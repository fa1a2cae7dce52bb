// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/tsan/programs.h"

#include "runtime/sched/memory.h"
#include "runtime/sched/vector.h"

#include <cstdio>
#include <cstring>
#include <link.h>
#include <unistd.h>

extern "C" int __sanitizer_get_module_and_offset_for_pc(void* pc, char* path, std::size_t length, void** offset);

namespace deadheat::tsan {
namespace {

constexpr unsigned kAddressBits = 48;
constexpr std::size_t kPathBytes = 1024;

/// One segment of a program or library.
struct Segment {
    char path[kPathBytes];
    std::uintptr_t begin, end;
    std::uintptr_t base; ///< from which offsets count
};

struct Program {
    char path[kPathBytes];
    sched::Vector<Segment*> segments;
};

/// Empty while the run has one program only.
DEADHEAT_SHARED sched::Shared<sched::Vector<Program*>> programs;
DEADHEAT_PER_PROCESS std::uint32_t own = 0;

/// Segments of libraries that are loaded later are not known to other programs.
int addSegments(dl_phdr_info* info, std::size_t, void* argument) {
    auto& program = *static_cast<Program*>(argument);
    for (int i = 0; i < info->dlpi_phnum; ++i) {
        const auto& header = info->dlpi_phdr[i];
        if (header.p_type != PT_LOAD)
            continue;
        auto* segment = sched::create<Segment>();
        const bool isProgram = !info->dlpi_name || !*info->dlpi_name;
        std::snprintf(segment->path, kPathBytes, "%s", isProgram ? program.path : info->dlpi_name);
        segment->base = info->dlpi_addr;
        segment->begin = info->dlpi_addr + header.p_vaddr;
        segment->end = segment->begin + header.p_memsz;
        program.segments.push(segment);
    }
    return 0;
}

void readOwnPath(char* path) {
    const ssize_t length = readlink("/proc/self/exe", path, kPathBytes - 1);
    path[length < 0 ? 0 : length] = '\0';
}

void add(const char* path) {
    auto* program = sched::create<Program>();
    std::snprintf(program->path, kPathBytes, "%s", path);
    dl_iterate_phdr(addSegments, program);
    programs->push(program);
}

} // namespace

std::uint32_t ownProgram() { return own; }
std::uintptr_t withProgram(std::uintptr_t counter) { return withProgram(counter, own); }

std::uintptr_t withProgram(std::uintptr_t address, std::uint32_t program) {
    return address == 0 ? 0 : address | static_cast<std::uintptr_t>(program) << kAddressBits;
}

void describeProgram() {
    if (programs->size() > own)
        return;
    char path[kPathBytes];
    readOwnPath(path);
    add(path);
}

void enterProgram() {
    if (programs->empty())
        return; // it has exec'ed itself
    char path[kPathBytes];
    readOwnPath(path);
    for (own = 0; own < programs->size(); ++own)
        if (std::strcmp((*programs)[own]->path, path) == 0)
            return;
    add(path);
}

bool findModule(std::uintptr_t address, char* path, std::size_t pathBytes, std::uintptr_t& offset) {
    const std::uintptr_t program = address >> kAddressBits;
    address &= (std::uintptr_t{1} << kAddressBits) - 1;
    if (program == own) {
        void* found = nullptr;
        if (!__sanitizer_get_module_and_offset_for_pc(reinterpret_cast<void*>(address), path, pathBytes, &found))
            return false;
        offset = reinterpret_cast<std::uintptr_t>(found);
        return true;
    }
    if (program >= programs->size())
        return false;
    for (const Segment* segment : (*programs)[program]->segments)
        if (address >= segment->begin && address < segment->end) {
            std::snprintf(path, pathBytes, "%s", segment->path);
            offset = address - segment->base;
            return true;
        }
    return false;
}

} // namespace deadheat::tsan
