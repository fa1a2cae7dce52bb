// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Signals. ThreadSanitizer defers an asynchronous signal to the thread's next intercepted call; in controlled runs that is
// made while the thread has the turn, so the program's handler runs as part of a step that the strategy chose. Handlers are
// wrapped, so that what they do is steered as well. A thread that waits in the model is interrupted by a signal sent to it.
#include "runtime/intercept/signals.h"

#include "runtime/intercept/os.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/shared_memory.h"
#include "runtime/intercept/signal_waits.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/sched/memory.h"
#include "runtime/tsan/edges.h"

#include <cerrno>
#include <csignal>
#include <ucontext.h>

extern "C" {
long forward_time_for_signals(long*) __asm__("__interceptor_time");
int forward_sigaction_plain(int signal, const struct sigaction* action,
                            struct sigaction* old) __asm__("__interceptor_sigaction");
}

namespace deadheat::intercept {
namespace {

using sched::OperationKind;

constexpr int kSignals = 65;
DEADHEAT_PER_PROCESS std::atomic<bool> handlerInstalled{false};
DEADHEAT_PER_PROCESS struct sigaction programActions[kSignals] = {};
/// Where ThreadSanitizer, which sees none, keeps the order that signals within the process give.
DEADHEAT_PER_PROCESS std::uint64_t signalsSent = 0;

/// The key of signals to a process for the order of events.
std::uint64_t signalsOf(const model::Process& process) {
    return reinterpret_cast<std::uint64_t>(&process.handledSignals);
}

bool isHandler(sighandler_t handler) { return handler != SIG_DFL && handler != SIG_IGN; }

void callProgram(int signal, siginfo_t* info, void* context) {
    const struct sigaction& action = programActions[signal];
    if (action.sa_flags & SA_SIGINFO)
        action.sa_sigaction(signal, info, context);
    else
        action.sa_handler(signal);
}

void runHandler(ThreadRecord& self, int signal, siginfo_t* info, void* context) {
    ++self.handlersRun;
    self.handlersRestarting += (programActions[signal].sa_flags & SA_RESTART) != 0;
    orderAcquireSignals(self);
    ++self.handlersActive;
    {
        ProgramCode code(self);
        callProgram(signal, info, context);
    }
    --self.handlersActive;
}

/// A signal that arrived in the midst of the runtime: ThreadSanitizer calls handlers at the end of any function that it
/// intercepts, those included that the runtime and the symbolizer use.
struct Deferred {
    const ThreadRecord* thread;
    int signal;
    siginfo_t info;
};
constexpr std::size_t kDeferred = 64; ///< at once; more are lost
DEADHEAT_PER_PROCESS Deferred deferred[kDeferred] = {};
DEADHEAT_PER_PROCESS std::size_t deferredCount = 0;

bool isSynchronous(int signal) {
    return signal == SIGSEGV || signal == SIGBUS || signal == SIGFPE || signal == SIGILL || signal == SIGTRAP ||
           signal == SIGABRT || signal == SIGSYS;
}

/// As in the kernel, one that is pending already is not pending twice.
void defer(ThreadRecord& self, int signal, const siginfo_t& info) {
    self.signalled = true;
    for (std::size_t i = 0; i < deferredCount; ++i)
        if (deferred[i].thread == &self && deferred[i].signal == signal && signal < SIGRTMIN)
            return;
    if (deferredCount < kDeferred)
        deferred[deferredCount++] = {&self, signal, info};
}

bool takeDeferred(const ThreadRecord& self, Deferred& out) {
    for (std::size_t i = 0; i < deferredCount; ++i) {
        if (deferred[i].thread != &self || (self.handling >> deferred[i].signal & 1) != 0)
            continue;
        out = deferred[i];
        for (std::size_t j = i + 1; j < deferredCount; ++j)
            deferred[j - 1] = deferred[j];
        --deferredCount;
        return true;
    }
    return false;
}

/// With the signals blocked that the kernel would block.
void runDeferred(ThreadRecord& self) {
    for (Deferred next; takeDeferred(self, next);) {
        sigset_t mask = programActions[next.signal].sa_mask, old;
        sigaddset(&mask, next.signal);
        pthread_sigmask(SIG_BLOCK, &mask, &old);
        self.handling |= std::uint64_t{1} << next.signal;
        ucontext_t context{};
        runHandler(self, next.signal, &next.info, &context);
        self.handling &= ~(std::uint64_t{1} << next.signal);
        pthread_sigmask(SIG_SETMASK, &old, nullptr);
    }
}

/// A thread inside an outside call has not got the turn: its handler runs unsteered.
void onSignal(int signal, siginfo_t* info, void* context) {
    ThreadRecord* self = currentThread();
    if (!self || !controlling() || self->isOutside) {
        tsan::acquireFrom(&signalsSent);
        callProgram(signal, info, context);
    } else if (self->depth != 0 && !isSynchronous(signal)) {
        defer(*self, signal, *info);
    } else {
        runHandler(*self, signal, info, context);
    }
}

/// Other processes of the run must know what a signal to this one does.
void noteDisposition(int signal, const struct sigaction& action) {
    model::Process& process = thisProcess();
    const sighandler_t handler = action.sa_handler;
    const std::uint64_t bit = std::uint64_t{1} << (signal - 1);
    process.handledSignals = isHandler(handler) ? process.handledSignals | bit : process.handledSignals & ~bit;
    process.ignoredSignals = handler == SIG_IGN ? process.ignoredSignals | bit : process.ignoredSignals & ~bit;
    if (signal == SIGCHLD)
        process.losesChildren = handler == SIG_IGN || (action.sa_flags & SA_NOCLDWAIT) != 0;
}

int installHandler(int signal, const struct sigaction& action, struct sigaction* old) {
    const struct sigaction before = programActions[signal];
    struct sigaction wrapped = action;
    if (isHandler(action.sa_handler)) {
        handlerInstalled.store(true, std::memory_order_relaxed);
        wrapped.sa_sigaction = onSignal;
        wrapped.sa_flags |= SA_SIGINFO;
    }
    struct sigaction previous = {};
    const int result = forward_sigaction_plain(signal, &wrapped, &previous);
    if (result != 0)
        return result;
    programActions[signal] = action;
    if (controlling())
        noteDisposition(signal, action);
    if (old)
        *old = previous.sa_sigaction == onSignal ? before : previous;
    return 0;
}

} // namespace

bool isSignal(int signal) { return signal > 0 && signal < kSignals; }
bool isHandled(int signal) { return isHandler(programActions[signal].sa_handler); }

void orderReleaseSignals() { tsan::releaseTo(&signalsSent); }

void orderReleaseSignalsTo(const ThreadRecord& self, const model::Process& target) {
    orderRelease(self, signalsOf(target));
}

void orderAcquireSignals(const ThreadRecord& self) {
    tsan::acquireFrom(&signalsSent);
    if (controlling())
        orderAcquire(self, signalsOf(thisProcess()));
}

bool programHandlesSignals() { return handlerInstalled.load(std::memory_order_relaxed); }

void runPendingHandlers(ThreadRecord& self) {
    ProgramCode code(self);
    runDeferred(self);
    forward_time_for_signals(nullptr); // any intercepted call: it runs what is pending
}

void deliverSignals(ThreadRecord& self) {
    if (!self.signalled)
        return;
    self.signalled = false;
    runPendingHandlers(self);
}

bool isCancellable() {
    int state = PTHREAD_CANCEL_DISABLE;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
    pthread_setcancelstate(state, nullptr);
    return state == PTHREAD_CANCEL_ENABLE;
}

void actOnCancellation(ThreadRecord& self) {
    ProgramCode code(self); // what unwinding runs is the program's
    pthread_testcancel();
}

void handleSignalUnseen(int signal, void (*handler)(int)) {
    using Install = int (*)(int, const struct sigaction*, struct sigaction*);
    static const auto install = reinterpret_cast<Install>(libraryFunction("sigaction"));
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    install(signal, &action, nullptr);
}

DEADHEAT_INTERCEPT(int, sigaction, int signal, const struct sigaction* action, struct sigaction* old) {
    if (!enter() || !isSignal(signal))
        return forward_sigaction(signal, action, old);
    if (action)
        return installHandler(signal, *action, old);
    const int result = forward_sigaction(signal, nullptr, old);
    if (result == 0 && old && old->sa_sigaction == onSignal)
        *old = programActions[signal];
    return result;
}

DEADHEAT_INTERCEPT(sighandler_t, signal, int signal, sighandler_t handler) {
    if (!enter() || !isSignal(signal))
        return forward_signal(signal, handler);
    struct sigaction action = {}, old = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    return installHandler(signal, action, &old) == 0 ? old.sa_handler : SIG_ERR;
}

} // namespace deadheat::intercept
