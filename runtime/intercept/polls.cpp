// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// poll, select, epoll and their kin. A signal mask is in force while the call waits.
#include "runtime/intercept/descriptor_waits.h"
#include "runtime/intercept/signals.h"
#include "runtime/intercept/virtual_time.h"

#include <cerrno>
#include <csignal>
#include <sys/epoll.h>
#include <sys/select.h>

extern "C" {
int forward_poll_now(pollfd* descriptors, nfds_t count, int milliseconds) __asm__("__interceptor_poll");
int forward_epoll_now(int set, epoll_event* events, int most, int milliseconds) __asm__("__interceptor_epoll_wait");
}

namespace deadheat::intercept {
namespace {

using sched::OperationKind;

int interrupted() {
    errno = EINTR;
    return -1;
}

sched::Time deadlineIn(const timespec* limit) { return limit ? deadlineAfter(*limit) : sched::kNever; }

/// A set that looks readable may have nothing to tell: an edge that somebody has seen, an event that is over.
template <typename TakeEvents>
int waitForEvents(Call& call, int descriptor, sched::Time deadline, TakeEvents takeEvents) {
    for (;;) {
        PermanentWait wait;
        wait->descriptors.push(pollfd{descriptor, POLLIN, 0});
        const sched::Outcome outcome = awaitDescriptors(call, OperationKind::descriptorPoll, *wait, deadline);
        if (outcome == sched::Outcome::interrupted)
            return interrupted();
        const int events = takeEvents();
        if (events != 0 || outcome == sched::Outcome::timedOut)
            return events;
    }
}

void addSet(DescriptorWait& wait, const fd_set* set, int count, short events) {
    for (int i = 0; set && i < count; ++i)
        if (FD_ISSET(i, set))
            wait.descriptors.push(pollfd{i, events, 0});
}

/// The mask of ppoll and its like, in force for as long as this lives.
class MaskWhileWaiting {
public:
    MaskWhileWaiting(ThreadRecord& self, const sigset_t* mask) : masked_(mask != nullptr) {
        if (!masked_)
            return;
        deliverSignals(self); // those that came before the call do not end it
        const std::uint64_t before = self.handlersRun;
        pthread_sigmask(SIG_SETMASK, mask, &old_);
        runPendingHandlers(self);
        signalled = self.handlersRun != before;
    }
    ~MaskWhileWaiting() {
        if (masked_)
            pthread_sigmask(SIG_SETMASK, &old_, nullptr);
    }
    MaskWhileWaiting(const MaskWhileWaiting&) = delete;

    bool signalled = false; ///< at once, by a signal that the mask let through

private:
    bool masked_;
    sigset_t old_{};
};

int pollControlled(Call& call, pollfd* descriptors, nfds_t count, sched::Time deadline) {
    PermanentWait wait;
    for (nfds_t i = 0; i < count; ++i)
        wait->descriptors.push(descriptors[i]);
    if (awaitDescriptors(call, OperationKind::descriptorPoll, *wait, deadline) == sched::Outcome::interrupted)
        return interrupted();
    return forward_poll_now(descriptors, count, 0);
}

using Select = int (*)(int, fd_set*, fd_set*, fd_set*, timeval*);
struct Sets {
    fd_set* reads;
    fd_set* writes;
    fd_set* exceptions;
};

int selectControlled(Call& call, int count, const Sets& sets, sched::Time deadline) {
    static const auto select = reinterpret_cast<Select>(libraryFunction("select"));
    PermanentWait wait;
    addSet(*wait, sets.reads, count, POLLIN);
    addSet(*wait, sets.writes, count, POLLOUT);
    addSet(*wait, sets.exceptions, count, POLLPRI);
    if (awaitDescriptors(call, OperationKind::descriptorPoll, *wait, deadline) == sched::Outcome::interrupted)
        return interrupted();
    timeval now{};
    return select(count, sets.reads, sets.writes, sets.exceptions, &now);
}

int epollControlled(Call& call, int descriptor, epoll_event* events, int most, sched::Time deadline) {
    return waitForEvents(call, descriptor, deadline, [=] { return forward_epoll_now(descriptor, events, most, 0); });
}

} // namespace

DEADHEAT_INTERCEPT(int, poll, pollfd* descriptors, nfds_t count, int milliseconds) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return forward_poll(descriptors, count, milliseconds);
    Call call(*self, DEADHEAT_CALLER);
    return pollControlled(call, descriptors, count, deadlineIn(milliseconds));
}

DEADHEAT_INTERCEPT(int, ppoll, pollfd* descriptors, nfds_t count, const timespec* limit, const sigset_t* mask) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return forward_ppoll(descriptors, count, limit, mask);
    Call call(*self, DEADHEAT_CALLER);
    const MaskWhileWaiting masked(*self, mask);
    return masked.signalled ? interrupted() : pollControlled(call, descriptors, count, deadlineIn(limit));
}

DEADHEAT_INTERCEPT(int, epoll_wait, int descriptor, epoll_event* events, int most, int milliseconds) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return forward_epoll_wait(descriptor, events, most, milliseconds);
    Call call(*self, DEADHEAT_CALLER);
    return epollControlled(call, descriptor, events, most, deadlineIn(milliseconds));
}

DEADHEAT_INTERCEPT(int, epoll_pwait, int descriptor, epoll_event* events, int most, int milliseconds,
                   const sigset_t* mask) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return forward_epoll_pwait(descriptor, events, most, milliseconds, mask);
    Call call(*self, DEADHEAT_CALLER);
    const MaskWhileWaiting masked(*self, mask);
    return masked.signalled ? interrupted() : epollControlled(call, descriptor, events, most, deadlineIn(milliseconds));
}

DEADHEAT_INTERCEPT(int, epoll_pwait2, int descriptor, epoll_event* events, int most, const timespec* limit,
                   const sigset_t* mask) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return forward_epoll_pwait2(descriptor, events, most, limit, mask);
    Call call(*self, DEADHEAT_CALLER);
    const MaskWhileWaiting masked(*self, mask);
    return masked.signalled ? interrupted() : epollControlled(call, descriptor, events, most, deadlineIn(limit));
}

DEADHEAT_INTERCEPT_LIBRARY(int, select, int count, fd_set* reads, fd_set* writes, fd_set* exceptions, timeval* limit) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return callUnsteered(self, [=] { return library_select()(count, reads, writes, exceptions, limit); });
    Call call(*self, DEADHEAT_CALLER);
    const timespec after = limit ? timespec{limit->tv_sec, limit->tv_usec * 1000} : timespec{};
    return selectControlled(call, count, {reads, writes, exceptions}, deadlineIn(limit ? &after : nullptr));
}

DEADHEAT_INTERCEPT_LIBRARY(int, pselect, int count, fd_set* reads, fd_set* writes, fd_set* exceptions,
                           const timespec* limit, const sigset_t* mask) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return callUnsteered(self, [=] { return library_pselect()(count, reads, writes, exceptions, limit, mask); });
    Call call(*self, DEADHEAT_CALLER);
    const MaskWhileWaiting masked(*self, mask);
    return masked.signalled ? interrupted()
                            : selectControlled(call, count, {reads, writes, exceptions}, deadlineIn(limit));
}

} // namespace deadheat::intercept
