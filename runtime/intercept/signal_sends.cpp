// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Signals that the program sends, to its threads and processes, and the descriptors from which it reads them.
#include "runtime/intercept/channels.h"
#include "runtime/intercept/os.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/signal_waits.h"
#include "runtime/intercept/signals.h"
#include "runtime/intercept/stops.h"
#include "runtime/intercept/sync_objects.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sys/signalfd.h>
#include <sys/syscall.h>

namespace deadheat::intercept {
namespace {

using sched::OperationKind;

bool isHarmlessByDefault(int signal) {
    return signal == SIGCHLD || signal == SIGCONT || signal == SIGURG || signal == SIGWINCH;
}

/// Also what the program has inherited, which no call of its own tells.
bool isIgnored(int pid, int signal) {
    char text[4096];
    const long length = readProcFile(pid, "/status", text, sizeof text - 1);
    text[length > 0 ? length : 0] = '\0';
    const char* ignored = std::strstr(text, "SigIgn:");
    return ignored && (std::strtoull(ignored + std::strlen("SigIgn:"), nullptr, 16) >> (signal - 1) & 1) != 0;
}

/// The kernel's own answer, as in /proc, would not do: while ThreadSanitizer notes a signal, it blocks all others.
bool isBlocked(const ThreadRecord& thread, int signal) { return (thread.blockedSignals >> (signal - 1) & 1) != 0; }

/// Is there no thread that takes it now?
bool isBlocked(const model::Process& process, int signal) {
    for (std::size_t i = 0; i < threadRecordCount(); ++i)
        if (const ThreadRecord& thread = threadRecordAt(i); thread.process == process.number &&
                                                            !thread.finished.load(std::memory_order_relaxed) &&
                                                            !isBlocked(thread, signal))
            return false;
    return true;
}

/// By one that the program does not handle.
bool diesOf(const model::Process& process, int signal) {
    return process.controlled && !isHarmlessByDefault(signal) && !isIgnored(process.pid, signal) &&
           !isBlocked(process, signal);
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
    if (!diesOf(target, signal))
        return;
    if (target.number == 0)
        awaitEndOfRun();
    awaitDeath(target.pid);
    retireDeadProcess(target);
}

/// After a signal was sent to a thread: a wait in the model is over when the program handles the signal. ThreadSanitizer
/// holds it back until the thread's next intercepted call; the thread's next step is soon enough for us.
void interruptWait(ThreadRecord& target, int signal) {
    if (!controlling() || !isHandled(signal) || target.finished.load(std::memory_order_relaxed))
        return;
    target.signalled = true;
    engine().interrupt(target.id);
}

/// `send` is the call itself.
template <typename Send>
int sendToProcess(ThreadRecord& self, void* caller, pid_t process, int signal, Send send) {
    Call call(self, caller);
    reachOn(call, OperationKind::signalSend, nullptr, nullptr);
    model::Process* target = process > 0 ? processTable().findLive(process) : nullptr;
    if (target)
        orderReleaseSignalsTo(self, *target);
    if (target && isSignal(signal) && wouldStop(*target, signal)) {
        stopProcess(call, *target, signal);
        return 0;
    }
    const int result = send();
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
    deliverSignals(self); // one to itself has come before the call returns
    return result;
}

/// While it is in a handler the kernel would choose another thread. With timers as fast as virtual time makes them that would
/// happen all the time.
bool mainThreadTakes(int signal) {
    const ThreadRecord& thread = threadRecordAt(thisProcess().mainThread);
    return !thread.finished.load(std::memory_order_relaxed) &&
           (thread.handlersActive != 0 || !isBlocked(thread, signal));
}

constexpr int kDescriptors = 1024; ///< later ones are not told apart
DEADHEAT_PER_PROCESS bool readsSignals[kDescriptors] = {};

} // namespace

void sendTimerSignal(int signal, sigval value) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return;
    siginfo_t info{};
    info.si_signo = signal;
    info.si_code = SI_TIMER;
    info.si_value = value;
    const int pid = thisProcess().pid;
    sendToProcess(*self, DEADHEAT_CALLER, pid, signal, [&] {
        const auto what = reinterpret_cast<long>(&info);
        return static_cast<int>(mainThreadTakes(signal) ? rawSyscall(SYS_rt_tgsigqueueinfo, pid, pid, signal, what)
                                                        : rawSyscall(SYS_rt_sigqueueinfo, pid, signal, what));
    });
}

bool isSignalDescriptor(int descriptor) {
    return descriptor >= 0 && descriptor < kDescriptors && readsSignals[descriptor];
}

void forgetSignalDescriptor(int descriptor) {
    if (isSignalDescriptor(descriptor))
        readsSignals[descriptor] = false;
}

DEADHEAT_INTERCEPT(int, pthread_kill, pthread_t thread, int signal) {
    ThreadRecord* self = enter();
    if (self)
        orderReleaseSignals();
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
    deliverSignals(*self); // one to itself has come before the call returns
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
    if (self)
        orderReleaseSignals();
    if (!self || !controlling())
        return forward_kill(process, signal);
    return sendToProcess(*self, DEADHEAT_CALLER, process, signal, [=] { return forward_kill(process, signal); });
}

DEADHEAT_EXPORT int intercept_killpg(pid_t, int) __asm__("killpg");
DEADHEAT_EXPORT int intercept_killpg(pid_t group, int signal) {
    if (group < 0)
        return errno = EINVAL, -1;
    const OnBehalf caller(DEADHEAT_CALLER);
    return kill(-group, signal);
}

DEADHEAT_INTERCEPT_LIBRARY(int, sigqueue, pid_t process, int signal, sigval value) {
    ThreadRecord* self = enter();
    if (self)
        orderReleaseSignals();
    if (!self || !controlling())
        return library_sigqueue()(process, signal, value);
    return sendToProcess(*self, DEADHEAT_CALLER, process, signal,
                         [=] { return library_sigqueue()(process, signal, value); });
}

DEADHEAT_INTERCEPT(int, signalfd, int descriptor, const sigset_t* mask, int flags) {
    const int result = forward_signalfd(descriptor, mask, flags);
    if (!enter() || result < 0)
        return result;
    if (result < kDescriptors)
        readsSignals[result] = true;
    if (controlling() && result != descriptor)
        noteOwnChannel(result);
    return result;
}

} // namespace deadheat::intercept
