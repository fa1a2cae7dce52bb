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

/// The reader of what comes from outside is outside; whether that is a pipe must make no step more or less in a replay.
void awaitRoomFor(void* caller, FILE* stream) {
    ThreadRecord* self = __fpending(stream) > 0 ? enter() : nullptr;
    const int descriptor = self && controlling() ? fileno_unlocked(stream) : -1;
    if (descriptor < 0 || !isInternalChannel(self->process, descriptor) || !mayFill(descriptor))
        return;
    Call call(*self, caller);
    awaitOne(call, sched::OperationKind::descriptorWrite, descriptor, POLLOUT);
}

} // namespace

void awaitRoom(void* caller, FILE* stream) {
    const int error = errno;
    if (stream)
        awaitRoomFor(caller, stream);
    else
        forEachStream([=](FILE* known) { awaitRoomFor(caller, known); });
    errno = error;
}

void flushAtExit(void* caller) {
    if (!controlling())
        return;
    forEachStream([=](FILE* stream) {
        awaitRoomFor(caller, stream);
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
