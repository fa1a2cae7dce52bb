// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Opening a file is a step. Opening a FIFO waits for its other end. In controlled runs the end is opened without blocking, which
// the kernel refuses a writer as long as there is no reader and grants a reader at once, who then waits here until a writer has
// come.
#include "runtime/intercept/channels.h"
#include "runtime/intercept/files.h"
#include "runtime/intercept/kernel_objects.h"
#include "runtime/intercept/os.h"

#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace deadheat::intercept {
namespace {

using sched::OperationKind;

bool isFifo(int folder, const char* path, struct stat& status) {
    return fstatat(folder, path, &status, 0) == 0 && S_ISFIFO(status.st_mode);
}

/// Without data, reading tells a FIFO that has a writer from one that has none; when one has come and gone, poll says so.
bool hasHadWriter(int descriptor) {
    pollfd wanted{descriptor, POLLIN, 0};
    timespec now{};
    if (rawSyscall(SYS_ppoll, reinterpret_cast<long>(&wanted), 1, reinterpret_cast<long>(&now)) != 0)
        return true;
    char byte = 0;
    return rawSyscall(SYS_read, descriptor, reinterpret_cast<long>(&byte), 1) == -EAGAIN;
}

bool awaitWriter(Call& call, int descriptor, std::uint64_t key) {
    noteKernelChange();
    const long result = tryUntilDone(
        call, OperationKind::fifoOpen, key, {}, sched::kNever,
        [=] { return errno = EAGAIN, hasHadWriter(descriptor) ? 0L : -1L; }, [](int error) { return error == EAGAIN; });
    if (result < 0)
        rawSyscall(SYS_close, descriptor);
    return result >= 0;
}

/// `openWith` takes the flags.
template <typename Open>
int openFifo(Call& call, const struct stat& status, int flags, Open openWith) {
    const std::uint64_t key = kernelKey(KernelObject::fifo, status.st_dev, status.st_ino);
    const bool writes = (flags & O_ACCMODE) == O_WRONLY;
    const bool blocks = !(flags & O_NONBLOCK) && (flags & O_ACCMODE) != O_RDWR;
    const auto result = static_cast<int>(tryUntilDone(
        call, OperationKind::fifoOpen, key, {}, sched::kNever, [=] { return openWith(flags | O_NONBLOCK); },
        [=](int error) { return writes && blocks && error == ENXIO; }));
    if (result < 0)
        return result;
    noteOpened(result);
    if (blocks && !writes && !awaitWriter(call, result, key))
        return errno = EINTR, -1;
    if (!(flags & O_NONBLOCK))
        rawSyscall(SYS_fcntl, result, F_SETFL, rawSyscall(SYS_fcntl, result, F_GETFL) & ~O_NONBLOCK);
    return result;
}

template <typename Open>
int openFile(void* caller, int folder, const char* path, int flags, Open openWith) {
    ThreadRecord* self = enter();
    struct stat status{};
    if (!self || !controlling() || (flags & O_PATH))
        return openWith(flags);
    Call call(*self, caller);
    if (!isFifo(folder, path, status)) {
        reachFile(call, flags & (O_CREAT | O_TRUNC) ? OperationKind::fileChange : OperationKind::fileLook);
        return openWith(flags);
    }
    return openFifo(call, status, flags, openWith);
}

int flagsOf(const char* mode) {
    if (std::strchr(mode, '+'))
        return O_RDWR;
    return mode[0] == 'r' ? O_RDONLY : mode[0] == 'a' ? O_WRONLY | O_APPEND : O_WRONLY | O_TRUNC;
}

template <typename Open>
FILE* openStream(void* caller, const char* path, const char* mode, Open openIt) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return openIt();
    {
        Call call(*self, caller);
        struct stat status{};
        if (!isFifo(AT_FDCWD, path, status)) {
            reachFile(call, mode[0] == 'r' ? OperationKind::fileLook : OperationKind::fileChange);
            return openIt();
        }
    }
    const OnBehalf toOpen(caller);
    const int descriptor = open(path, flagsOf(mode));
    return descriptor < 0 ? nullptr : fdopen(descriptor, mode);
}

/// A FIFO that the run makes is a channel of its own.
void noteMade(int folder, const char* path) {
    if (!enter() || !controlling())
        return;
    const long descriptor = rawSyscall(SYS_openat, folder, reinterpret_cast<long>(path), O_PATH | O_CLOEXEC);
    if (descriptor < 0)
        return;
    noteNamedChannel(static_cast<int>(descriptor));
    forgetDescriptor(static_cast<int>(descriptor));
    rawSyscall(SYS_close, descriptor);
}

} // namespace

#define DEADHEAT_MODE(flags)                                                                                           \
    mode_t mode = 0;                                                                                                   \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {                                                                           \
        va_list rest;                                                                                                  \
        va_start(rest, flags);                                                                                         \
        mode = va_arg(rest, mode_t);                                                                                   \
        va_end(rest);                                                                                                  \
    }

#define DEADHEAT_OPEN(name)                                                                                            \
    DEADHEAT_INTERCEPT(int, name, const char* path, int flags, ...) {                                                  \
        DEADHEAT_MODE(flags)                                                                                           \
        return openFile(DEADHEAT_CALLER, AT_FDCWD, path, flags,                                                        \
                        [=](int with) { return forward_##name(path, with, mode); });                                   \
    }
DEADHEAT_OPEN(open)
DEADHEAT_OPEN(open64)

#define DEADHEAT_OPENAT(name)                                                                                          \
    DEADHEAT_INTERCEPT_LIBRARY(int, name, int folder, const char* path, int flags, ...) {                              \
        DEADHEAT_MODE(flags)                                                                                           \
        return openFile(DEADHEAT_CALLER, folder, path, flags,                                                          \
                        [=](int with) { return library_##name()(folder, path, with, mode); });                         \
    }
DEADHEAT_OPENAT(openat)
DEADHEAT_OPENAT(openat64)

#define DEADHEAT_FOPEN(name)                                                                                           \
    DEADHEAT_INTERCEPT(FILE*, name, const char* path, const char* mode) {                                              \
        return openStream(DEADHEAT_CALLER, path, mode, [=] { return forward_##name(path, mode); });                    \
    }
DEADHEAT_FOPEN(fopen)
DEADHEAT_FOPEN(fopen64)

DEADHEAT_INTERCEPT_LIBRARY(int, mkfifo, const char* path, mode_t mode) {
    const int result = library_mkfifo()(path, mode);
    if (result == 0)
        noteMade(AT_FDCWD, path);
    return result;
}

DEADHEAT_INTERCEPT_LIBRARY(int, mkfifoat, int folder, const char* path, mode_t mode) {
    const int result = library_mkfifoat()(folder, path, mode);
    if (result == 0)
        noteMade(folder, path);
    return result;
}

} // namespace deadheat::intercept
