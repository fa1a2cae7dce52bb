// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls that wait for file descriptors. In controlled runs such a call is made when it can no longer block; what it waits
// for is asked of the kernel, by the process of the waiting thread. When only such waits are left, and all descriptors belong
// to pipes, socket pairs and event counters that only the run's processes have (channels.h), nobody can ever make them ready.
#include "runtime/intercept/descriptors.h"

#include "runtime/intercept/channels.h"
#include "runtime/intercept/os.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/intercept/turn.h"
#include "runtime/intercept/virtual_time.h"
#include "runtime/model/descriptor.h"

#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

namespace deadheat::intercept {
namespace {

using sched::OperationKind;

struct DescriptorWait {
    sched::Vector<pollfd> descriptors;
    ThreadRecord* thread = nullptr;
    model::Descriptor* resource = nullptr;
};

DEADHEAT_SHARED sched::Shared<sched::Vector<DescriptorWait*>> waits;

long pollNow(const sched::Vector<pollfd>& descriptors, int milliseconds) {
    sched::Vector<pollfd> copy;
    for (const pollfd& descriptor : descriptors)
        copy.push(descriptor);
    timespec limit{milliseconds / 1000, (milliseconds % 1000) * 1'000'000L};
    return rawSyscall(SYS_ppoll, reinterpret_cast<long>(copy.begin()), static_cast<long>(copy.size()),
                      reinterpret_cast<long>(&limit));
}

bool isReady(void* context) {
    auto* wait = static_cast<DescriptorWait*>(context);
    if (wait->thread->process != thisProcess().number)
        return askThread(*wait->thread);
    return pollNow(wait->descriptors, 0) != 0;
}

bool isNonBlocking(int descriptor) {
    const long flags = rawSyscall(SYS_fcntl, descriptor, F_GETFL);
    return flags < 0 || (flags & O_NONBLOCK) != 0;
}

/// Waits until one of the descriptors is ready, the deadline has passed or a signal came. What other processes look at
/// does not lie on the stack.
sched::Outcome await(Call& call, OperationKind kind, DescriptorWait& wait, sched::Time deadline) {
    const int first = wait.descriptors.empty() ? 0 : wait.descriptors[0].fd;
    auto* resource = sched::create<model::Descriptor>(static_cast<std::uint64_t>(first), isReady, &wait);
    resource->setNumber(static_cast<std::uint32_t>(first));
    wait.thread = &call.self;
    wait.resource = resource;
    noteWait(call, kind, sched::ResourceKind::descriptor, reinterpret_cast<const void*>(resource->address()),
             deadline != sched::kNever, nullptr, StackBy::tables);
    sched::Operation operation = operationOn(kind, resource, channelOf(first), call.place(), deadline);
    operation.external = true;
    operation.interruptible = true;
    waits->push(&wait);
    const sched::Outcome outcome = reach(call.self, operation);
    waits->eraseValue(&wait);
    sched::destroy(resource);
    return outcome;
}

class PermanentWait {
public:
    PermanentWait() : wait_(sched::create<DescriptorWait>()) {}
    ~PermanentWait() { sched::destroy(wait_); }
    PermanentWait(const PermanentWait&) = delete;
    DescriptorWait& operator*() { return *wait_; }
    DescriptorWait* operator->() { return wait_; }

private:
    DescriptorWait* wait_;
};

/// Before a call on one descriptor that may block; false, with errno set, when a signal ended the wait.
bool awaitOne(Call& call, OperationKind kind, int descriptor, short events) {
    if (isNonBlocking(descriptor)) {
        reach(call.self, operationOn(kind, nullptr, channelOf(descriptor), call.place()));
        return true;
    }
    PermanentWait wait;
    wait->descriptors.push(pollfd{descriptor, events, 0});
    if (await(call, kind, *wait, sched::kNever) != sched::Outcome::interrupted)
        return true;
    errno = EINTR;
    return false;
}

sched::Time deadlineIn(int milliseconds) {
    if (milliseconds < 0)
        return sched::kNever;
    return deadlineAfter(timespec{milliseconds / 1000, (milliseconds % 1000) * 1'000'000L});
}

/// A write of more than this can block although there is room.
constexpr std::size_t kAtomicWrite = PIPE_BUF;

/// Writes in parts that cannot block once there is room, as a blocking write does.
template <typename WritePart>
ssize_t writeControlled(Call& call, int descriptor, std::size_t bytes, WritePart writePart) {
    std::size_t done = 0;
    do {
        if (!awaitOne(call, OperationKind::descriptorWrite, descriptor, POLLOUT))
            return done > 0 ? static_cast<ssize_t>(done) : -1;
        const bool whole = bytes - done <= kAtomicWrite || isNonBlocking(descriptor) || !mayFill(descriptor);
        const ssize_t written = writePart(done, whole ? bytes - done : kAtomicWrite);
        if (written < 0 || whole)
            return done > 0 && written < 0 ? static_cast<ssize_t>(done) : static_cast<ssize_t>(done) + written;
        done += static_cast<std::size_t>(written);
    } while (done < bytes);
    return static_cast<ssize_t>(done);
}

/// For calls that cannot be made in parts.
template <typename Write>
ssize_t writeWhole(Call& call, int descriptor, std::size_t bytes, Write write) {
    if (!awaitOne(call, OperationKind::descriptorWrite, descriptor, POLLOUT))
        return -1;
    if (bytes <= kAtomicWrite || isNonBlocking(descriptor))
        return write();
    OutsideCall outside(call.self, call.place());
    return write();
}

/// A set that looks readable may have nothing to tell: an edge that somebody has seen, an event that is over.
template <typename TakeEvents>
int waitForEvents(Call& call, int descriptor, sched::Time deadline, TakeEvents takeEvents) {
    for (;;) {
        PermanentWait wait;
        wait->descriptors.push(pollfd{descriptor, POLLIN, 0});
        const sched::Outcome outcome = await(call, OperationKind::descriptorPoll, *wait, deadline);
        if (outcome == sched::Outcome::interrupted) {
            errno = EINTR;
            return -1;
        }
        const int events = takeEvents();
        if (events != 0 || outcome == sched::Outcome::timedOut)
            return events;
    }
}

std::size_t totalBytes(const iovec* parts, int count) {
    std::size_t bytes = 0;
    for (int i = 0; i < count; ++i)
        bytes += parts[i].iov_len;
    return bytes;
}

void addSet(DescriptorWait& wait, const fd_set* set, int count, short events) {
    for (int i = 0; set && i < count; ++i)
        if (FD_ISSET(i, set))
            wait.descriptors.push(pollfd{i, events, 0});
}

} // namespace

void refreshDescriptors() {
    for (DescriptorWait* wait : *waits)
        engine().refresh(*wait->resource);
}

bool onlyInternalDescriptors() {
    for (const DescriptorWait* wait : *waits)
        for (const pollfd& descriptor : wait->descriptors)
            if (!isInternalChannel(wait->thread->process, descriptor.fd))
                return false;
    return !waits->empty();
}

bool anyDescriptorWaits() { return !waits->empty(); }

bool answerAboutDescriptors(ThreadRecord& self) {
    for (const DescriptorWait* wait : *waits)
        if (wait->thread == &self)
            return pollNow(wait->descriptors, 0) != 0;
    return false;
}

void awaitAnyDescriptor(int milliseconds) {
    sched::Vector<pollfd> mine;
    bool others = false;
    for (const DescriptorWait* wait : *waits)
        for (const pollfd& descriptor : wait->descriptors)
            if (wait->thread->process == thisProcess().number)
                mine.push(descriptor);
            else
                others = true;
    pollNow(mine, others ? 1 : milliseconds);
}

void forgetWaitsOf(const ThreadRecord& thread) {
    for (std::size_t i = waits->size(); i-- > 0;)
        if ((*waits)[i]->thread == &thread)
            waits->erase(i);
}

void resetDescriptors() {
    waits->clear();
    resetChannels();
}

#define DEADHEAT_READS(result, name, parameters, arguments)                                                            \
    DEADHEAT_INTERCEPT(result, name, DEADHEAT_UNWRAP parameters) {                                                     \
        ThreadRecord* self = enter();                                                                                  \
        if (!self || !controlling())                                                                                   \
            return forward_##name arguments;                                                                           \
        Call call(*self, DEADHEAT_CALLER);                                                                             \
        if (!awaitOne(call, OperationKind::descriptorRead, descriptor, POLLIN))                                        \
            return -1;                                                                                                 \
        return forward_##name arguments;                                                                               \
    }
#define DEADHEAT_UNWRAP(...) __VA_ARGS__
DEADHEAT_READS(ssize_t, read, (int descriptor, void* buffer, std::size_t bytes), (descriptor, buffer, bytes))
DEADHEAT_READS(ssize_t, readv, (int descriptor, const iovec* parts, int count), (descriptor, parts, count))
DEADHEAT_READS(ssize_t, recv, (int descriptor, void* buffer, std::size_t bytes, int flags),
               (descriptor, buffer, bytes, flags))
DEADHEAT_READS(ssize_t, recvfrom,
               (int descriptor, void* buffer, std::size_t bytes, int flags, sockaddr* from, socklen_t* length),
               (descriptor, buffer, bytes, flags, from, length))
DEADHEAT_READS(ssize_t, recvmsg, (int descriptor, msghdr* message, int flags), (descriptor, message, flags))
DEADHEAT_READS(int, accept, (int descriptor, sockaddr* address, socklen_t* length), (descriptor, address, length))
DEADHEAT_READS(int, accept4, (int descriptor, sockaddr* address, socklen_t* length, int flags),
               (descriptor, address, length, flags))
DEADHEAT_READS(int, eventfd_read, (int descriptor, eventfd_t* value), (descriptor, value))

#define DEADHEAT_WRITES(result, name, size, parameters, arguments)                                                     \
    DEADHEAT_INTERCEPT(result, name, DEADHEAT_UNWRAP parameters) {                                                     \
        ThreadRecord* self = enter();                                                                                  \
        if (!self || !controlling())                                                                                   \
            return forward_##name arguments;                                                                           \
        Call call(*self, DEADHEAT_CALLER);                                                                             \
        return static_cast<result>(writeWhole(call, descriptor, size, [&] { return forward_##name arguments; }));      \
    }
DEADHEAT_WRITES(ssize_t, writev, totalBytes(parts, count), (int descriptor, const iovec* parts, int count),
                (descriptor, parts, count))
DEADHEAT_WRITES(ssize_t, sendmsg, kAtomicWrite + 1, (int descriptor, const msghdr* message, int flags),
                (descriptor, message, flags))
DEADHEAT_WRITES(int, eventfd_write, 8, (int descriptor, eventfd_t value), (descriptor, value))

DEADHEAT_INTERCEPT(ssize_t, write, int descriptor, const void* buffer, std::size_t bytes) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return forward_write(descriptor, buffer, bytes);
    Call call(*self, DEADHEAT_CALLER);
    return writeControlled(call, descriptor, bytes, [=](std::size_t from, std::size_t count) {
        return forward_write(descriptor, static_cast<const char*>(buffer) + from, count);
    });
}

DEADHEAT_INTERCEPT(ssize_t, send, int descriptor, const void* buffer, std::size_t bytes, int flags) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return forward_send(descriptor, buffer, bytes, flags);
    Call call(*self, DEADHEAT_CALLER);
    return writeControlled(call, descriptor, bytes, [=](std::size_t from, std::size_t count) {
        return forward_send(descriptor, static_cast<const char*>(buffer) + from, count, flags);
    });
}

DEADHEAT_INTERCEPT(int, poll, pollfd* descriptors, nfds_t count, int milliseconds) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return forward_poll(descriptors, count, milliseconds);
    Call call(*self, DEADHEAT_CALLER);
    PermanentWait wait;
    for (nfds_t i = 0; i < count; ++i)
        wait->descriptors.push(descriptors[i]);
    if (await(call, OperationKind::descriptorPoll, *wait, deadlineIn(milliseconds)) == sched::Outcome::interrupted) {
        errno = EINTR;
        return -1;
    }
    return forward_poll(descriptors, count, 0);
}

DEADHEAT_INTERCEPT(int, epoll_wait, int descriptor, epoll_event* events, int most, int milliseconds) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return forward_epoll_wait(descriptor, events, most, milliseconds);
    Call call(*self, DEADHEAT_CALLER);
    return waitForEvents(call, descriptor, deadlineIn(milliseconds),
                         [=] { return forward_epoll_wait(descriptor, events, most, 0); });
}

DEADHEAT_INTERCEPT_LIBRARY(int, select, int count, fd_set* reads, fd_set* writes, fd_set* exceptions, timeval* limit) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return library_select()(count, reads, writes, exceptions, limit);
    Call call(*self, DEADHEAT_CALLER);
    PermanentWait wait;
    addSet(*wait, reads, count, POLLIN);
    addSet(*wait, writes, count, POLLOUT);
    addSet(*wait, exceptions, count, POLLPRI);
    const int milliseconds = limit ? static_cast<int>(limit->tv_sec * 1000 + limit->tv_usec / 1000) : -1;
    if (await(call, OperationKind::descriptorPoll, *wait, deadlineIn(milliseconds)) == sched::Outcome::interrupted) {
        errno = EINTR;
        return -1;
    }
    timeval now{};
    return library_select()(count, reads, writes, exceptions, &now);
}

} // namespace deadheat::intercept
