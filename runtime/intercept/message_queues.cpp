// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// POSIX message queues. On Linux a queue is a file descriptor that can be polled, so a call waits as one on a pipe does.
#include "runtime/intercept/channels.h"
#include "runtime/intercept/descriptor_waits.h"
#include "runtime/intercept/kernel_objects.h"
#include "runtime/intercept/left_objects.h"
#include "runtime/intercept/virtual_time.h"

#include <cerrno>
#include <cstdarg>
#include <fcntl.h>
#include <mqueue.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace deadheat::intercept {
namespace {

using sched::OperationKind;

template <typename Send>
int sendMessage(void* caller, mqd_t queue, const timespec* until, Send send) {
    ThreadRecord* self = enter();
    if (!self)
        return send();
    const std::uint64_t key = fileKey(KernelObject::queue, queue);
    releaseObject(*self, key);
    if (!controlling())
        return send();
    Call call(*self, caller);
    const sched::Time deadline = until ? deadlineOf(CLOCK_REALTIME, *until) : sched::kNever;
    return awaitOne(call, OperationKind::descriptorWrite, queue, POLLOUT, {deadline}) ? send() : -1;
}

template <typename Receive>
ssize_t receiveMessage(void* caller, mqd_t queue, const timespec* until, Receive receive) {
    ThreadRecord* self = enter();
    if (!self)
        return receive();
    ssize_t result = -1;
    if (controlling()) {
        Call call(*self, caller);
        const sched::Time deadline = until ? deadlineOf(CLOCK_REALTIME, *until) : sched::kNever;
        if (!awaitOne(call, OperationKind::descriptorRead, queue, POLLIN, {deadline}))
            return -1;
        result = receive();
    } else {
        result = receive();
    }
    if (result >= 0)
        acquireObject(*self, fileKey(KernelObject::queue, queue));
    return result;
}

} // namespace

/// A queue that the run may have made is taken for its own: others are no business of a test.
DEADHEAT_INTERCEPT_LIBRARY(mqd_t, mq_open, const char* name, int flags, ...) {
    mode_t mode = 0;
    mq_attr* attributes = nullptr;
    if (flags & O_CREAT) {
        va_list rest;
        va_start(rest, flags);
        mode = va_arg(rest, mode_t);
        attributes = va_arg(rest, mq_attr*);
        va_end(rest);
    }
    if (!enter())
        return library_mq_open()(name, flags, mode, attributes);
    bool makes = false;
    const auto open = [=](int how) { return library_mq_open()(name, how, mode, attributes); };
    const mqd_t queue = makeOrOpen(flags, kOpenFlags, mqd_t{-1}, makes, open);
    if (makes)
        noteMade(sched::LeftObject::Kind::queue, 0, name);
    if (queue < 0 || !controlling())
        return queue;
    if (flags & O_CREAT)
        noteNamedChannel(queue);
    else
        noteOpened(queue);
    return queue;
}

DEADHEAT_INTERCEPT_LIBRARY(int, mq_send, mqd_t queue, const char* message, std::size_t bytes, unsigned priority) {
    return sendMessage(DEADHEAT_CALLER, queue, nullptr,
                       [=] { return library_mq_send()(queue, message, bytes, priority); });
}

DEADHEAT_INTERCEPT_LIBRARY(int, mq_timedsend, mqd_t queue, const char* message, std::size_t bytes, unsigned priority,
                           const timespec* until) {
    return sendMessage(DEADHEAT_CALLER, queue, until, [=] {
        return controlling() ? library_mq_send()(queue, message, bytes, priority)
                             : library_mq_timedsend()(queue, message, bytes, priority, until);
    });
}

DEADHEAT_INTERCEPT_LIBRARY(ssize_t, mq_receive, mqd_t queue, char* message, std::size_t bytes, unsigned* priority) {
    return receiveMessage(DEADHEAT_CALLER, queue, nullptr,
                          [=] { return library_mq_receive()(queue, message, bytes, priority); });
}

DEADHEAT_INTERCEPT_LIBRARY(ssize_t, mq_timedreceive, mqd_t queue, char* message, std::size_t bytes, unsigned* priority,
                           const timespec* until) {
    return receiveMessage(DEADHEAT_CALLER, queue, until, [=] {
        return controlling() ? library_mq_receive()(queue, message, bytes, priority)
                             : library_mq_timedreceive()(queue, message, bytes, priority, until);
    });
}

DEADHEAT_INTERCEPT_LIBRARY(int, mq_close, mqd_t queue) {
    return enter() && controlling() ? close(queue) : library_mq_close()(queue);
}

} // namespace deadheat::intercept
