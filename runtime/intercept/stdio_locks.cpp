// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// flockfile in controlled runs. The lock that it takes is a mutex of the runtime for each stream, so that nobody ever waits in
// the C library for a stream that another thread has locked; what writes to such a stream takes it for a moment first. What
// writes to any other takes nothing: the C library's own locks order nothing that ThreadSanitizer sees either.
#include "runtime/intercept/stdio_locks.h"

#include "runtime/intercept/call.h"
#include "runtime/intercept/stdio_writes.h"
#include "runtime/intercept/sync_objects.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace deadheat::intercept {
namespace {

struct StreamLock {
    FILE* stream = nullptr;
    pthread_mutex_t mutex = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
};
constexpr int kStreams = 64; ///< the rest share the last one's lock
/// Reports call it by its name, which is therefore no mangled one.
DEADHEAT_PER_PROCESS StreamLock locks[kStreams] __asm__("lock_of_stream");
DEADHEAT_PER_PROCESS int locked = 0; ///< how often any stream is locked now

pthread_mutex_t* mutexOf(FILE* stream) {
    StreamLock* lock = locks;
    while (lock->stream && lock->stream != stream && lock != locks + kStreams - 1)
        ++lock;
    lock->stream = stream;
    return &lock->mutex;
}

bool steering() { return enter() && controlling(); }

bool isLockedByOther(pthread_mutex_t* mutex, sched::ThreadId self) {
    const model::Mutex& model = mutexAt(mutex);
    return !model.isFree() && model.owner() != self;
}

/// Until no other thread has locked the stream.
void awaitStream(void* caller, FILE* stream) {
    ThreadRecord* self = locked != 0 && stream ? enter() : nullptr;
    if (!self || !controlling() || !isLockedByOther(mutexOf(stream), self->id))
        return;
    const OnBehalf toLock(caller);
    pthread_mutex_lock(mutexOf(stream));
    const OnBehalf toUnlock(caller);
    pthread_mutex_unlock(mutexOf(stream));
}

/// Until the call can put so much into the stream.
void awaitOutput(void* caller, FILE* stream, std::size_t bytes) {
    awaitStream(caller, stream);
    if (writesToRun(stream))
        awaitRoomFor(caller, stream, bytes);
}

void awaitPrint(void* caller, FILE* stream, const char* format, va_list arguments) {
    awaitStream(caller, stream);
    if (!writesToRun(stream))
        return;
    va_list copy;
    va_copy(copy, arguments);
    const int bytes = std::vsnprintf(nullptr, 0, format, copy);
    va_end(copy);
    awaitRoomFor(caller, stream, bytes > 0 ? static_cast<std::size_t>(bytes) : 0);
}

} // namespace

void forgetStreamsOfOthers(sched::ThreadId self) {
    for (StreamLock& lock : locks)
        if (lock.stream && mutexAt(&lock.mutex).owner() != self)
            lock = {};
}

DEADHEAT_INTERCEPT_LIBRARY(void, flockfile, FILE* stream) {
    if (!steering())
        return library_flockfile()(stream);
    const OnBehalf caller(DEADHEAT_CALLER);
    pthread_mutex_lock(mutexOf(stream));
    ++locked;
}

DEADHEAT_INTERCEPT_LIBRARY(int, ftrylockfile, FILE* stream) {
    if (!steering())
        return library_ftrylockfile()(stream);
    const OnBehalf caller(DEADHEAT_CALLER);
    const int result = pthread_mutex_trylock(mutexOf(stream));
    locked += result == 0;
    return result;
}

DEADHEAT_INTERCEPT_LIBRARY(void, funlockfile, FILE* stream) {
    if (!steering())
        return library_funlockfile()(stream);
    const OnBehalf caller(DEADHEAT_CALLER);
    --locked;
    pthread_mutex_unlock(mutexOf(stream));
}

DEADHEAT_INTERCEPT(int, vfprintf, FILE* stream, const char* format, va_list arguments) {
    awaitPrint(DEADHEAT_CALLER, stream, format, arguments);
    return forward_vfprintf(stream, format, arguments);
}

DEADHEAT_INTERCEPT(int, vprintf, const char* format, va_list arguments) {
    awaitPrint(DEADHEAT_CALLER, stdout, format, arguments);
    return forward_vprintf(format, arguments);
}

DEADHEAT_INTERCEPT(int, fprintf, FILE* stream, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    awaitPrint(DEADHEAT_CALLER, stream, format, arguments);
    const int result = forward_vfprintf(stream, format, arguments);
    va_end(arguments);
    return result;
}

DEADHEAT_INTERCEPT(int, printf, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    awaitPrint(DEADHEAT_CALLER, stdout, format, arguments);
    const int result = forward_vprintf(format, arguments);
    va_end(arguments);
    return result;
}

DEADHEAT_INTERCEPT(int, puts, const char* text) {
    awaitOutput(DEADHEAT_CALLER, stdout, std::strlen(text) + 1);
    return forward_puts(text);
}

DEADHEAT_INTERCEPT(int, fputs, const char* text, FILE* stream) {
    awaitOutput(DEADHEAT_CALLER, stream, std::strlen(text));
    return forward_fputs(text, stream);
}

DEADHEAT_INTERCEPT(std::size_t, fwrite, const void* items, std::size_t bytes, std::size_t count, FILE* stream) {
    awaitStream(DEADHEAT_CALLER, stream);
    if (!writesToRun(stream) || bytes == 0)
        return forward_fwrite(items, bytes, count, stream);
    const auto* const data = static_cast<const char*>(items);
    std::size_t done = 0;
    for (std::size_t part = 1, taken = 1; taken == part && done < bytes * count; done += taken) {
        part = std::min(bytes * count - done, kPipePage);
        awaitRoomFor(DEADHEAT_CALLER, stream, part);
        taken = forward_fwrite(data + done, 1, part, stream);
    }
    return done / bytes;
}

DEADHEAT_INTERCEPT(int, fflush, FILE* stream) {
    awaitStream(DEADHEAT_CALLER, stream);
    awaitRoom(DEADHEAT_CALLER, stream);
    return forward_fflush(stream);
}

#define DEADHEAT_PUTS_CHARACTER(name)                                                                                  \
    DEADHEAT_INTERCEPT_LIBRARY(int, name, int character, FILE* stream) {                                               \
        awaitOutput(DEADHEAT_CALLER, stream, 1);                                                                       \
        return library_##name()(character, stream);                                                                    \
    }
DEADHEAT_PUTS_CHARACTER(fputc)
DEADHEAT_PUTS_CHARACTER(putc)

DEADHEAT_INTERCEPT_LIBRARY(int, putchar, int character) {
    awaitOutput(DEADHEAT_CALLER, stdout, 1);
    return library_putchar()(character);
}

} // namespace deadheat::intercept
