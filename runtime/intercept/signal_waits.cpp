// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// pause, sigsuspend and the sigwait family. The signals are the kernel's; who waits for one, the engine knows.
#include "runtime/intercept/signal_waits.h"

#include "runtime/intercept/signals.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/intercept/virtual_time.h"
#include "runtime/model/signal_wait.h"

#include <cerrno>
#include <csignal>
#include <time.h>
#include <unistd.h>

extern "C" int forward_take_signal(const sigset_t* set, siginfo_t* info,
                                   const timespec* limit) __asm__("__interceptor_sigtimedwait");

namespace deadheat::intercept {
namespace {

using sched::OperationKind;

DEADHEAT_SHARED sched::Shared<sched::Vector<model::SignalWait*>> waits;

/// Until a signal is sent to this process, or one interrupts the thread, or the deadline.
sched::Outcome awaitSignal(Call& call, sched::Time deadline) {
    auto* wait = sched::create<model::SignalWait>(call.self.process);
    noteWait(call, OperationKind::signalWait, sched::ResourceKind::signal, nullptr, deadline != sched::kNever, nullptr,
             StackBy::tables);
    sched::Operation operation = operationOn(OperationKind::signalWait, wait, 0, call.place(), deadline);
    operation.interruptible = true;
    waits->push(wait);
    const sched::Outcome outcome = reach(call.self, operation);
    waits->eraseValue(wait);
    sched::destroy(wait);
    return outcome;
}

/// Until a handler has run. `before`: the count of handlers that the thread had run when the wait began.
int awaitHandler(Call& call, std::uint64_t before) {
    runPendingHandlers(call.self);
    while (call.self.handlersRun == before) {
        awaitSignal(call, sched::kNever);
        runPendingHandlers(call.self);
    }
    errno = EINTR;
    return -1;
}

int takeSignal(Call& call, const sigset_t* set, siginfo_t* info, sched::Time deadline) {
    const timespec now{0, 0};
    for (;;) {
        const int signal = forward_take_signal(set, info, &now);
        if (signal > 0) {
            orderAcquireSignals(call.self);
            return signal;
        }
        const sched::Outcome outcome = awaitSignal(call, deadline);
        if (outcome == sched::Outcome::proceed)
            continue;
        errno = outcome == sched::Outcome::timedOut ? EAGAIN : EINTR;
        return -1;
    }
}

/// Free running: the wait is over.
int acquired(const ThreadRecord* self, int result) {
    if (self)
        orderAcquireSignals(*self);
    return result;
}

} // namespace

void noteSignalSent(std::uint32_t process) {
    for (model::SignalWait* wait : *waits)
        if (wait->address() == process) {
            wait->send();
            engine().refresh(*wait);
        }
}

DEADHEAT_INTERCEPT(int, pause, void) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return forward_pause();
    Call call(*self, DEADHEAT_CALLER);
    deliverSignals(*self); // those that came before the wait do not end it
    return awaitHandler(call, self->handlersRun);
}

DEADHEAT_INTERCEPT(int, sigsuspend, const sigset_t* mask) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return forward_sigsuspend(mask);
    Call call(*self, DEADHEAT_CALLER);
    deliverSignals(*self);
    const std::uint64_t before = self->handlersRun;
    sigset_t old;
    pthread_sigmask(SIG_SETMASK, mask, &old);
    const int result = awaitHandler(call, before);
    pthread_sigmask(SIG_SETMASK, &old, nullptr);
    errno = EINTR;
    return result;
}

DEADHEAT_INTERCEPT(int, sigwait, const sigset_t* set, int* signal) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return acquired(self, forward_sigwait(set, signal));
    Call call(*self, DEADHEAT_CALLER);
    int taken = -1;
    while (taken < 0) // POSIX knows no EINTR here: a handler does not end the wait
        taken = takeSignal(call, set, nullptr, sched::kNever);
    *signal = taken;
    return 0;
}

DEADHEAT_INTERCEPT(int, sigwaitinfo, const sigset_t* set, siginfo_t* info) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return acquired(self, forward_sigwaitinfo(set, info));
    Call call(*self, DEADHEAT_CALLER);
    return takeSignal(call, set, info, sched::kNever);
}

DEADHEAT_INTERCEPT(int, sigtimedwait, const sigset_t* set, siginfo_t* info, const timespec* limit) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return acquired(self, forward_sigtimedwait(set, info, limit));
    Call call(*self, DEADHEAT_CALLER);
    return takeSignal(call, set, info, limit ? deadlineAfter(*limit) : sched::kNever);
}

} // namespace deadheat::intercept
