// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls that read from descriptors, accept a connection or make one.
#include "runtime/intercept/channels.h"
#include "runtime/intercept/descriptor_waits.h"
#include "runtime/intercept/signals.h"
#include "runtime/intercept/timers.h"

#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

extern "C" int forward_connect_outside(int descriptor, const sockaddr* address,
                                       socklen_t length) __asm__("__interceptor_connect");

namespace deadheat::intercept {
namespace {

using sched::OperationKind;

/// Takes the result of a read, which may have been one of signals or of a timer's ticks.
template <typename Result>
Result signalsRead(const ThreadRecord* self, int descriptor, Result result) {
    if (self && (isSignalDescriptor(descriptor) || findTimerOf(descriptor)))
        orderAcquireSignals(*self);
    return result;
}

/// Takes the descriptor of a connection, or -1.
int connected(int descriptor) {
    if (descriptor >= 0)
        noteConnected(descriptor);
    return descriptor;
}

int finishConnecting(Call& call, int descriptor) {
    if (!awaitOne(call, OperationKind::descriptorWrite, descriptor, POLLOUT)) {
        errno = errno == EAGAIN ? EINPROGRESS : errno; // POSIX: the time that the socket may wait is over
        return -1;
    }
    int error = 0;
    socklen_t bytes = sizeof error;
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &bytes);
    errno = error;
    if (error != 0)
        return -1;
    noteConnected(descriptor);
    return 0;
}

int connectOutside(Call& call, int descriptor, const sockaddr* address, socklen_t length) {
    reportUnsupported("connect() to a local socket whose backlog is full");
    OutsideCall outside(call.self, call.place());
    return forward_connect_outside(descriptor, address, length);
}

} // namespace

/// `waiting`: how it may wait; `finish` is applied to what the call returns.
#define DEADHEAT_WAITS_FOR_INPUT(result, name, parameters, arguments, waiting, finish)                                 \
    DEADHEAT_INTERCEPT(result, name, DEADHEAT_UNWRAP parameters) {                                                     \
        ThreadRecord* self = enter();                                                                                  \
        if (!self || !controlling()) {                                                                                 \
            const FreeCall call(self, DEADHEAT_CALLER);                                                                \
            return signalsRead(self, descriptor, forward_##name arguments);                                            \
        }                                                                                                              \
        Call call(*self, DEADHEAT_CALLER);                                                                             \
        if (!awaitOne(call, OperationKind::descriptorRead, descriptor, POLLIN, waiting))                               \
            return -1;                                                                                                 \
        return finish(signalsRead(self, descriptor, forward_##name arguments));                                        \
    }
#define DEADHEAT_READS(result, name, parameters, arguments)                                                            \
    DEADHEAT_WAITS_FOR_INPUT(result, name, parameters, arguments, {}, )
#define DEADHEAT_RECEIVES(result, name, parameters, arguments)                                                         \
    DEADHEAT_WAITS_FOR_INPUT(result, name, parameters, arguments, waitingBy(flags), )
#define DEADHEAT_UNWRAP(...) __VA_ARGS__
DEADHEAT_READS(ssize_t, read, (int descriptor, void* buffer, std::size_t bytes), (descriptor, buffer, bytes))
DEADHEAT_READS(ssize_t, readv, (int descriptor, const iovec* parts, int count), (descriptor, parts, count))
DEADHEAT_RECEIVES(ssize_t, recvmsg, (int descriptor, msghdr* message, int flags), (descriptor, message, flags))
DEADHEAT_RECEIVES(int, recvmmsg, (int descriptor, mmsghdr* messages, unsigned count, int flags, timespec* limit),
                  (descriptor, messages, count, flags | MSG_WAITFORONE, limit))
DEADHEAT_READS(int, eventfd_read, (int descriptor, eventfd_t* value), (descriptor, value))

namespace {

/// With MSG_WAITALL in parts, none of which can block.
template <typename ReceivePart>
ssize_t receive(void* caller, int descriptor, std::size_t bytes, int flags, ReceivePart receivePart) {
    ThreadRecord* self = enter();
    if (!self || !controlling()) {
        const FreeCall call(self, caller);
        return receivePart(0, bytes, flags);
    }
    Call call(*self, caller);
    const bool all = (flags & MSG_WAITALL) && !(flags & MSG_PEEK) && isStream(descriptor);
    const auto resultOf = [](std::size_t done, ssize_t last) { return done > 0 ? static_cast<ssize_t>(done) : last; };
    std::size_t done = 0;
    do {
        if (!awaitOne(call, OperationKind::descriptorRead, descriptor, POLLIN, waitingBy(flags)))
            return resultOf(done, -1);
        const ssize_t got = receivePart(done, bytes - done, all ? flags & ~MSG_WAITALL : flags);
        if (got <= 0)
            return resultOf(done, got);
        done += static_cast<std::size_t>(got);
    } while (all && done < bytes);
    return static_cast<ssize_t>(done);
}

} // namespace

DEADHEAT_INTERCEPT(ssize_t, recv, int descriptor, void* buffer, std::size_t bytes, int flags) {
    return receive(DEADHEAT_CALLER, descriptor, bytes, flags, [=](std::size_t from, std::size_t count, int with) {
        return forward_recv(descriptor, static_cast<char*>(buffer) + from, count, with);
    });
}

DEADHEAT_INTERCEPT(ssize_t, recvfrom, int descriptor, void* buffer, std::size_t bytes, int flags, sockaddr* sender,
                   socklen_t* length) {
    return receive(DEADHEAT_CALLER, descriptor, bytes, flags, [=](std::size_t from, std::size_t count, int with) {
        return forward_recvfrom(descriptor, static_cast<char*>(buffer) + from, count, with, sender, length);
    });
}

#define DEADHEAT_ACCEPTS(name, parameters, arguments)                                                                  \
    DEADHEAT_WAITS_FOR_INPUT(int, name, parameters, arguments, {}, connected)
DEADHEAT_ACCEPTS(accept, (int descriptor, sockaddr* address, socklen_t* length), (descriptor, address, length))
DEADHEAT_ACCEPTS(accept4, (int descriptor, sockaddr* address, socklen_t* length, int flags),
                 (descriptor, address, length, flags))

/// A blocking connect is made as one that does not block, and its end awaited. A full backlog of a local socket has no event
/// to wait for.
DEADHEAT_INTERCEPT(int, connect, int descriptor, const sockaddr* address, socklen_t length) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return forward_connect(descriptor, address, length);
    Call call(*self, DEADHEAT_CALLER);
    reach(*self, operationOn(OperationKind::descriptorWrite, nullptr, channelOf(descriptor), call.place()));
    if (isNonBlocking(descriptor))
        return forward_connect(descriptor, address, length);
    const long flags = rawSyscall(SYS_fcntl, descriptor, F_GETFL);
    rawSyscall(SYS_fcntl, descriptor, F_SETFL, flags | O_NONBLOCK);
    const int result = forward_connect(descriptor, address, length);
    const int error = errno;
    rawSyscall(SYS_fcntl, descriptor, F_SETFL, flags);
    if (result == 0)
        noteConnected(descriptor);
    errno = error;
    if (result == 0 || (error != EINPROGRESS && error != EAGAIN))
        return result;
    return error == EINPROGRESS ? finishConnecting(call, descriptor)
                                : connectOutside(call, descriptor, address, length);
}

} // namespace deadheat::intercept
