// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/program.h"

#include "report/user_error.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <spawn.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <unistd.h>

namespace deadheat::launch {
namespace {

using report::UserError;
namespace fs = std::filesystem;

constexpr char kNoteName[] = "Deadheat";

/// ThreadSanitizer's defaults under Deadheat: reports come through the control block and are symbolised outside, the
/// program keeps its own exit status, lock order is watched by the runtime itself (model/lock_order.h), and a forked child may start threads. TSAN_OPTIONS of the user come after these.
constexpr char kTsanOptions[] = "symbolize=0:exitcode=0:report_thread_leaks=0:die_after_fork=0:detect_deadlocks=0:"
                                "handle_segv=0:handle_abort=0";

bool isExecutableFile(const fs::path& path) {
    std::error_code error;
    return fs::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
}

std::string searchPath(const std::string& name) {
    if (name.find('/') != std::string::npos)
        return name;
    std::string folders = std::getenv("PATH") ? std::getenv("PATH") : "";
    for (std::size_t at = 0; at <= folders.size();) {
        const std::size_t end = std::min(folders.find(':', at), folders.size());
        const fs::path candidate = fs::path(folders.substr(at, end - at)) / name;
        if (isExecutableFile(candidate))
            return candidate.string();
        at = end + 1;
    }
    return name;
}

template <typename T>
T readAt(const std::string& bytes, std::size_t at) {
    T value{};
    if (at + sizeof(T) <= bytes.size())
        std::memcpy(&value, bytes.data() + at, sizeof(T));
    return value;
}

/// The version in the note called Deadheat within `notes`, or 0.
unsigned versionInNotes(const std::string& notes) {
    for (std::size_t at = 0; at + sizeof(Elf64_Nhdr) <= notes.size();) {
        const auto header = readAt<Elf64_Nhdr>(notes, at);
        const std::size_t name = at + sizeof header;
        const std::size_t value = name + ((header.n_namesz + 3) & ~3u);
        if (value > notes.size())
            return 0;
        if (std::strncmp(notes.data() + name, kNoteName, header.n_namesz) == 0)
            return readAt<unsigned>(notes, value);
        at = value + ((header.n_descsz + 3) & ~3u);
    }
    return 0;
}

std::string readBytes(std::ifstream& file, std::size_t at, std::size_t count) {
    std::string bytes(count, '\0');
    file.seekg(static_cast<std::streamoff>(at));
    file.read(bytes.data(), static_cast<std::streamsize>(count));
    bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    file.clear();
    return bytes;
}

unsigned runtimeVersion(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const auto header = readAt<Elf64_Ehdr>(readBytes(file, 0, sizeof(Elf64_Ehdr)), 0);
    if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
        return 0;
    for (unsigned i = 0; i < header.e_phnum; ++i) {
        const auto segment =
            readAt<Elf64_Phdr>(readBytes(file, header.e_phoff + i * header.e_phentsize, header.e_phentsize), 0);
        if (segment.p_type != PT_NOTE)
            continue;
        if (const unsigned version = versionInNotes(readBytes(file, segment.p_offset, segment.p_filesz)))
            return version;
    }
    return 0;
}

std::vector<std::string> makeEnvironment(const ControlMemory& control, const StartOptions& options) {
    std::vector<std::string> result;
    for (char** entry = environ; *entry; ++entry)
        if (std::strncmp(*entry, "TSAN_OPTIONS=", 13) != 0)
            result.emplace_back(*entry);
    std::string tsan = fmt::format("TSAN_OPTIONS={}", kTsanOptions);
    if (!options.extraTsanOptions.empty())
        tsan += ":" + options.extraTsanOptions;
    if (const char* users = std::getenv("TSAN_OPTIONS"))
        tsan += fmt::format(":{}", users);
    result.push_back(tsan);
    result.push_back(fmt::format("{}={}", sched::kControlVariable, control.path()));
    return result;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
    std::vector<char*> result;
    for (std::string& text : strings)
        result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

constexpr unsigned long kAskPersonality = 0xffffffff;

/// Spawned and not forked: this process may be large, and a fork copies its page tables.
class SpawnSettings {
public:
    explicit SpawnSettings(const StartOptions& options) {
        posix_spawn_file_actions_init(&actions_);
        posix_spawnattr_init(&attributes_);
        for (const int descriptor : options.keepOpen)
            posix_spawn_file_actions_adddup2(&actions_, descriptor, descriptor); // no longer closed by exec
        if (options.closeInput)
            posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        if (options.signalMask) {
            posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
            posix_spawnattr_setsigmask(&attributes_, options.signalMask);
        }
    }
    ~SpawnSettings() {
        posix_spawnattr_destroy(&attributes_);
        posix_spawn_file_actions_destroy(&actions_);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;

    int spawn(int& pid, const std::string& file, char* const* arguments, char* const* environment) const {
        return posix_spawn(&pid, file.c_str(), &actions_, &attributes_, arguments, environment);
    }

private:
    posix_spawn_file_actions_t actions_;
    posix_spawnattr_t attributes_;
};

volatile std::sig_atomic_t currentChild = 0;

void passOn(int signal) {
    if (currentChild > 0)
        kill(currentChild, signal);
}

} // namespace

Program findProgram(const std::vector<std::string>& command) {
    if (command.empty())
        throw UserError("no program given: deadheat ... -- PROGRAM ARGUMENTS");
    Program program{searchPath(command.front()), command};
    std::error_code error;
    if (!fs::exists(program.file, error))
        throw UserError(fmt::format("{}: no such program", command.front()));
    if (!isExecutableFile(program.file))
        throw UserError(fmt::format("{}: not an executable file", program.file));
    const unsigned version = runtimeVersion(program.file);
    if (version == 0)
        throw UserError(fmt::format("{}: not instrumented; build it with deadheat-c++ or deadheat-cc, or with "
                                    "deadheat_instrument() in CMake",
                                    program.file));
    if (version != sched::ControlBlock::kVersion)
        throw UserError(
            fmt::format("{}: built with another version of Deadheat's runtime; build it again", program.file));
    return program;
}

int startProgram(const Program& program, const ControlMemory& control, const StartOptions& options) {
    std::vector<std::string> environment = makeEnvironment(control, options);
    std::vector<std::string> arguments = program.arguments;
    std::vector<char*> argv = pointers(arguments);
    std::vector<char*> envp = pointers(environment);
    const int before = personality(kAskPersonality);
    personality(static_cast<unsigned>(before) |
                ADDR_NO_RANDOMIZE); // equal addresses in equal runs, where the system allows it
    int pid = 0;
    const int error = SpawnSettings(options).spawn(pid, program.file, argv.data(), envp.data());
    personality(static_cast<unsigned>(before));
    if (error != 0)
        throw UserError(fmt::format("cannot start {}: {}", program.file, std::strerror(error)));
    return pid;
}

int awaitProgram(int pid) {
    currentChild = pid;
    struct sigaction action = {}, oldInterrupt = {}, oldTerminate = {};
    action.sa_handler = passOn;
    sigaction(SIGINT, &action, &oldInterrupt);
    sigaction(SIGTERM, &action, &oldTerminate);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    currentChild = 0;
    sigaction(SIGINT, &oldInterrupt, nullptr);
    sigaction(SIGTERM, &oldTerminate, nullptr);
    return status;
}

std::string describeStatus(int waitStatus) {
    if (WIFSIGNALED(waitStatus))
        return fmt::format("signal {} ({})", WTERMSIG(waitStatus), strsignal(WTERMSIG(waitStatus)));
    return fmt::format("exit status {}", WEXITSTATUS(waitStatus));
}

} // namespace deadheat::launch
