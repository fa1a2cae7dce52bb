// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/stdio_writes.h"

#include "runtime/intercept/channels.h"
#include "runtime/intercept/descriptor_waits.h"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <stdio_ext.h>

namespace deadheat::intercept {
namespace {

/// Streams made of descriptors; those of paths are of files and have always room.
DEADHEAT_PER_PROCESS FILE* streams[64] = {}; // more are not known

void replace(FILE* what, FILE* by) {
    FILE** const place = std::find(std::begin(streams), std::end(streams), what);
    if (place != std::end(streams))
        *place = by;
}

template <typename Visit>
void forEachStream(Visit visit) {
    visit(stdout);
    for (FILE* stream : streams)
        if (stream)
            visit(stream);
}

void awaitWrite(void* caller, FILE* stream) {
    Call call(*currentThread(), caller);
    const int error = errno;
    awaitOne(call, sched::OperationKind::descriptorWrite, fileno_unlocked(stream), POLLOUT);
    errno = error;
}

void awaitRoomToFlush(void* caller, FILE* stream) {
    if (__fpending(stream) > 0 && writesToRun(stream))
        awaitWrite(caller, stream);
}

} // namespace

void awaitRoom(void* caller, FILE* stream) {
    if (stream)
        awaitRoomToFlush(caller, stream);
    else
        forEachStream([=](FILE* known) { awaitRoomToFlush(caller, known); });
}

/// The reader of what comes from outside is outside; whether that is a pipe must make no step more or less in a replay.
bool writesToRun(FILE* stream) {
    const ThreadRecord* self = stream ? enter() : nullptr;
    const int descriptor = self && controlling() ? fileno_unlocked(stream) : -1;
    return descriptor >= 0 && isInternalChannel(self->process, descriptor) && mayFill(descriptor);
}

void awaitRoomFor(void* caller, FILE* stream, std::size_t bytes) {
    const std::size_t buffer = __fbufsize(stream) > 0 ? __fbufsize(stream) : kPipePage; // none before the first output
    if (__flbf(stream) != 0 || __fpending(stream) + bytes > buffer)
        awaitWrite(caller, stream);
}

void flushAtExit(void* caller) {
    if (!controlling())
        return;
    forEachStream([=](FILE* stream) {
        awaitRoomToFlush(caller, stream);
        if (__fpending(stream) > 0)
            fflush_unlocked(stream);
    });
}

DEADHEAT_INTERCEPT(FILE*, fdopen, int descriptor, const char* mode) {
    FILE* const stream = forward_fdopen(descriptor, mode);
    if (stream)
        replace(nullptr, stream);
    return stream;
}

DEADHEAT_INTERCEPT(int, fclose, FILE* stream) {
    awaitRoom(DEADHEAT_CALLER, stream);
    replace(stream, nullptr);
    return forward_fclose(stream);
}

} // namespace deadheat::intercept
