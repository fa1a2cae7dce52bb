// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls that write to descriptors.
#include "runtime/intercept/channels.h"
#include "runtime/intercept/descriptor_waits.h"

#include <climits>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace deadheat::intercept {
namespace {

using sched::OperationKind;

/// A write of more than this can block although there is room.
constexpr std::size_t kAtomicWrite = PIPE_BUF;

/// Writes in parts that cannot block once there is room, as a blocking write does.
template <typename WritePart>
ssize_t writeControlled(Call& call, int descriptor, std::size_t bytes, const Waiting& waiting, WritePart writePart) {
    std::size_t done = 0;
    do {
        if (!awaitOne(call, OperationKind::descriptorWrite, descriptor, POLLOUT, waiting))
            return done > 0 ? static_cast<ssize_t>(done) : -1;
        const bool whole = bytes - done <= kAtomicWrite || !mayBlock(descriptor, waiting) || !mayFill(descriptor);
        const ssize_t written = writePart(done, whole ? bytes - done : kAtomicWrite);
        if (written < 0 || whole)
            return done > 0 && written < 0 ? static_cast<ssize_t>(done) : static_cast<ssize_t>(done) + written;
        done += static_cast<std::size_t>(written);
    } while (done < bytes);
    return static_cast<ssize_t>(done);
}

/// For what cannot be sent in parts: datagrams.
template <typename Write>
ssize_t writeWhole(Call& call, int descriptor, std::size_t bytes, const Waiting& waiting, Write write) {
    if (!awaitOne(call, OperationKind::descriptorWrite, descriptor, POLLOUT, waiting))
        return -1;
    if (bytes <= kAtomicWrite || !mayBlock(descriptor, waiting))
        return write();
    OutsideCall outside(call.self, call.place());
    return write();
}

std::size_t totalBytes(const iovec* parts, std::size_t count) {
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < count; ++i)
        bytes += parts[i].iov_len;
    return bytes;
}

/// `bytes` of what the parts hold together, from byte `from` on.
void slice(const iovec* parts, std::size_t count, std::size_t from, std::size_t bytes, sched::Vector<iovec>& out) {
    for (std::size_t i = 0; i < count && bytes > 0; ++i) {
        const std::size_t skipped = from < parts[i].iov_len ? from : parts[i].iov_len;
        const std::size_t left = parts[i].iov_len - skipped, taken = left < bytes ? left : bytes;
        from -= skipped;
        bytes -= taken;
        if (taken > 0)
            out.push({static_cast<char*>(parts[i].iov_base) + skipped, taken});
    }
}

/// What comes beside the data goes with its first part.
msghdr partOf(const msghdr& whole, sched::Vector<iovec>& slice, bool first) {
    msghdr part = whole;
    part.msg_iov = slice.begin();
    part.msg_iovlen = slice.size();
    if (!first) {
        part.msg_control = nullptr;
        part.msg_controllen = 0;
    }
    return part;
}

} // namespace

#define DEADHEAT_UNWRAP(...) __VA_ARGS__
#define DEADHEAT_WRITES(result, name, size, waiting, parameters, arguments)                                            \
    DEADHEAT_INTERCEPT(result, name, DEADHEAT_UNWRAP parameters) {                                                     \
        ThreadRecord* self = enter();                                                                                  \
        if (!self || !controlling()) {                                                                                 \
            const FreeCall call(self, DEADHEAT_CALLER);                                                                \
            return forward_##name arguments;                                                                           \
        }                                                                                                              \
        Call call(*self, DEADHEAT_CALLER);                                                                             \
        return static_cast<result>(                                                                                    \
            writeWhole(call, descriptor, size, waiting, [&] { return forward_##name arguments; }));                    \
    }
DEADHEAT_WRITES(int, sendmmsg, kAtomicWrite + 1, waitingBy(flags),
                (int descriptor, mmsghdr* messages, unsigned count, int flags), (descriptor, messages, count, flags))
DEADHEAT_WRITES(int, eventfd_write, 8, {}, (int descriptor, eventfd_t value), (descriptor, value))

DEADHEAT_INTERCEPT(ssize_t, writev, int descriptor, const iovec* parts, int count) {
    ThreadRecord* self = enter();
    if (!self || !controlling()) {
        const FreeCall call(self, DEADHEAT_CALLER);
        return forward_writev(descriptor, parts, count);
    }
    Call call(*self, DEADHEAT_CALLER);
    const auto all = static_cast<std::size_t>(count);
    return writeControlled(call, descriptor, totalBytes(parts, all), {}, [=](std::size_t from, std::size_t bytes) {
        sched::Vector<iovec> part;
        slice(parts, all, from, bytes, part);
        return forward_writev(descriptor, part.begin(), static_cast<int>(part.size()));
    });
}

DEADHEAT_INTERCEPT(ssize_t, sendmsg, int descriptor, const msghdr* message, int flags) {
    ThreadRecord* self = enter();
    if (!self || !controlling()) {
        const FreeCall call(self, DEADHEAT_CALLER);
        return forward_sendmsg(descriptor, message, flags);
    }
    Call call(*self, DEADHEAT_CALLER);
    const std::size_t bytes = totalBytes(message->msg_iov, message->msg_iovlen);
    if (!isStream(descriptor))
        return writeWhole(call, descriptor, bytes, waitingBy(flags),
                          [=] { return forward_sendmsg(descriptor, message, flags); });
    return writeControlled(call, descriptor, bytes, waitingBy(flags), [=](std::size_t from, std::size_t count) {
        sched::Vector<iovec> data;
        slice(message->msg_iov, message->msg_iovlen, from, count, data);
        const msghdr part = partOf(*message, data, from == 0);
        return forward_sendmsg(descriptor, &part, flags);
    });
}

DEADHEAT_INTERCEPT(ssize_t, sendto, int descriptor, const void* buffer, std::size_t bytes, int flags,
                   const sockaddr* to, socklen_t length) {
    ThreadRecord* self = enter();
    if (!self || !controlling()) {
        const FreeCall call(self, DEADHEAT_CALLER);
        return forward_sendto(descriptor, buffer, bytes, flags, to, length);
    }
    Call call(*self, DEADHEAT_CALLER);
    const auto sendPart = [=](std::size_t from, std::size_t count) {
        return forward_sendto(descriptor, static_cast<const char*>(buffer) + from, count, flags, to, length);
    };
    return isStream(descriptor)
               ? writeControlled(call, descriptor, bytes, waitingBy(flags), sendPart)
               : writeWhole(call, descriptor, bytes, waitingBy(flags), [=] { return sendPart(0, bytes); });
}

DEADHEAT_INTERCEPT(ssize_t, write, int descriptor, const void* buffer, std::size_t bytes) {
    ThreadRecord* self = enter();
    if (!self || !controlling()) {
        const FreeCall call(self, DEADHEAT_CALLER);
        return forward_write(descriptor, buffer, bytes);
    }
    Call call(*self, DEADHEAT_CALLER);
    return writeControlled(call, descriptor, bytes, {}, [=](std::size_t from, std::size_t count) {
        return forward_write(descriptor, static_cast<const char*>(buffer) + from, count);
    });
}

DEADHEAT_INTERCEPT(ssize_t, send, int descriptor, const void* buffer, std::size_t bytes, int flags) {
    ThreadRecord* self = enter();
    if (!self || !controlling()) {
        const FreeCall call(self, DEADHEAT_CALLER);
        return forward_send(descriptor, buffer, bytes, flags);
    }
    Call call(*self, DEADHEAT_CALLER);
    return writeControlled(call, descriptor, bytes, waitingBy(flags), [=](std::size_t from, std::size_t count) {
        return forward_send(descriptor, static_cast<const char*>(buffer) + from, count, flags);
    });
}

} // namespace deadheat::intercept
