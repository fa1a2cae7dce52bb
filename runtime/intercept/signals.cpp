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
#include "runtime/intercept/stops.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/sched/memory.h"

#include <cerrno>
#include <csignal>

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

/// A thread inside an outside call has not got the turn: its handler runs unsteered.
void onSignal(int signal, siginfo_t* info, void* context) {
    ThreadRecord* self = currentThread();
    if (!self || !controlling() || self->isOutside) {
        callProgram(signal, info, context);
        return;
    }
    ++self->handlersRun;
    orderAcquireSignals(*self);
    ProgramCode code(*self);
    callProgram(signal, info, context);
}

/// Other processes of the run must know what a signal to this one does.
void noteDisposition(int signal, sighandler_t handler) {
    model::Process& process = thisProcess();
    const std::uint64_t bit = std::uint64_t{1} << (signal - 1);
    process.handledSignals = isHandler(handler) ? process.handledSignals | bit : process.handledSignals & ~bit;
    process.ignoredSignals = handler == SIG_IGN ? process.ignoredSignals | bit : process.ignoredSignals & ~bit;
}

bool isHarmlessByDefault(int signal) {
    return signal == SIGCHLD || signal == SIGCONT || signal == SIGURG || signal == SIGWINCH;
}

/// After a signal was sent to another process of the run, whose threads all wait for their turns.
void settleSignal(model::Process& target, int signal) {
    if (signal == SIGCONT)
        continueProcess(*currentThread(), target);
    const std::uint64_t bit = std::uint64_t{1} << (signal - 1);
    if (target.handledSignals & bit) {
        if (ThreadRecord& thread = threadRecordAt(target.mainThread);
            !thread.finished.load(std::memory_order_relaxed)) {
            thread.signalled = true; // the kernel prefers the main thread
            engine().interrupt(target.mainThread);
        }
        return;
    }
    if (!(target.ignoredSignals & bit) && !isHarmlessByDefault(signal) && awaitDeath(target.pid))
        retireDeadProcess(target);
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
        noteDisposition(signal, action.sa_handler);
    if (old)
        *old = previous.sa_sigaction == onSignal ? before : previous;
    return 0;
}

/// After a signal was sent to a thread: a wait in the model is over when the program handles the signal. ThreadSanitizer
/// holds it back until the thread's next intercepted call; the thread's next step is soon enough for us.
void interruptWait(ThreadRecord& target, int signal) {
    if (!controlling() || !isHandler(programActions[signal].sa_handler) ||
        target.finished.load(std::memory_order_relaxed))
        return;
    target.signalled = true;
    engine().interrupt(target.id);
}

bool isSignal(int signal) { return signal > 0 && signal < kSignals; }

} // namespace

void orderAcquireSignals(const ThreadRecord& self) { orderAcquire(self, signalsOf(thisProcess())); }

bool programHandlesSignals() { return handlerInstalled.load(std::memory_order_relaxed); }

void runPendingHandlers(ThreadRecord& self) {
    ProgramCode code(self);
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

DEADHEAT_INTERCEPT(int, pthread_kill, pthread_t thread, int signal) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return forward_pthread_kill(thread, signal);
    Call call(*self, DEADHEAT_CALLER);
    reachOn(call, OperationKind::signalSend, nullptr, nullptr);
    if (isSignal(signal) && wouldStop(thisProcess(), signal)) {
        stopProcess(call, thisProcess(), signal);
        return 0;
    }
    const int result = forward_pthread_kill(thread, signal);
    if (ThreadRecord* target = findThread(thread); target && result == 0 && isSignal(signal))
        interruptWait(*target, signal);
    if (result == 0)
        noteSignalSent(self->process);
    return result;
}

/// Of itself a thread raises at once what it handles.
DEADHEAT_INTERCEPT(int, raise, int signal) {
    ThreadRecord* self = enter();
    if (!self || !controlling() || !isSignal(signal) || !wouldStop(thisProcess(), signal))
        return forward_raise(signal);
    Call call(*self, DEADHEAT_CALLER);
    reachOn(call, OperationKind::signalSend, nullptr, nullptr);
    stopProcess(call, thisProcess(), signal);
    return 0;
}

DEADHEAT_INTERCEPT(int, kill, pid_t process, int signal) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return forward_kill(process, signal);
    Call call(*self, DEADHEAT_CALLER);
    reachOn(call, OperationKind::signalSend, nullptr, nullptr);
    model::Process* target = process > 0 ? processTable().findLive(process) : nullptr;
    if (target)
        orderRelease(*self, signalsOf(*target));
    if (target && isSignal(signal) && wouldStop(*target, signal)) {
        stopProcess(call, *target, signal);
        return 0;
    }
    const int result = forward_kill(process, signal);
    if (result != 0 || !isSignal(signal))
        return result;
    if (target)
        noteSignalSent(target->number);
    if (process == thisProcess().pid)
        interruptWait(threadRecordAt(thisProcess().mainThread), signal); // the kernel prefers the main thread
    else if (target)
        settleSignal(*target, signal);
    else if (process <= 0)
        reportUnsupported("a signal to a process group");
    return result;
}

} // namespace deadheat::intercept
