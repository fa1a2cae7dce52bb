// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// fork and the wait family. In controlled runs a forked child is one more process under the same schedule: its thread is the
// engine's like any other, and a parent's wait is over when the child has ended in the model and for real.
#include "runtime/intercept/child_processes.h"

#include "runtime/intercept/channels.h"
#include "runtime/intercept/lock_graph.h"
#include "runtime/intercept/os.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/shared_memory.h"
#include "runtime/intercept/stops.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/intercept/watch.h"

#include <cerrno>
#include <csignal>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" pid_t forward_fork_controlled() __asm__("__interceptor_fork");

namespace deadheat::intercept {
namespace {

struct Child {
    pid_t pid = 0;
    std::uint32_t parent = 0; ///< number of the process
    Backtrace created;
    bool operator==(const Child& other) const { return pid == other.pid; }
};

DEADHEAT_SHARED sched::Shared<sched::Vector<Child>> children;

std::uint32_t thisNumber() { return controlling() ? thisProcess().number : 0; }

void noteWaited(pid_t pid) {
    if (pid <= 0)
        return;
    children->eraseValue(Child{pid, 0, {}});
    if (!controlling())
        return;
    if (model::Process* child = processTable().findChild(thisNumber(), pid)) {
        child->waited = true;
        orderAcquire(*currentThread(), endOfProcess(*child));
    }
}

void noteChild(pid_t pid, const Backtrace& created) { children->push(Child{pid, thisNumber(), created}); }

bool isZombie(pid_t pid) {
    siginfo_t info{};
    const long status =
        rawSyscall(SYS_waitid, P_PID, pid, reinterpret_cast<long>(&info), WEXITED | WNOHANG | WNOWAIT, 0);
    return status == 0 && info.si_pid == pid;
}

/// What the forking thread has locked in private memory, its copy has locked in the child.
void inheritLocks(const ThreadRecord& parent, ThreadRecord& child) {
    for (const Held& held : parent.held) {
        if (isSharedKey(held.address))
            continue;
        const std::uint64_t key = keyInProcess(held.address, child.process);
        noteHeld(child, key, held.kind, held.shared, held.where);
        if (held.kind == sched::ResourceKind::mutex)
            mutexWithKey(key).acquire(child.id);
    }
}

/// The child's records are made before it exists, by the parent, which has the turn.
ThreadRecord& prepareProcess(Call& call) {
    ThreadRecord& child = addThreadRecord(call.self.id);
    engine().spawn();
    model::Process& process = addProcess(child.id);
    child.process = process.number;
    child.startsProcess = true;
    child.detached = true;
    child.stackEnd = call.self.stackEnd;
    process.handledSignals = thisProcess().handledSignals;
    process.ignoredSignals = thisProcess().ignoredSignals;
    captureByTables(child.created, call.caller);
    noteThreadStarted(call.self, child);
    orderStart(call.self, child);
    inheritLocks(call.self, child);
    inheritMappings(call.self.process, process.number);
    inheritChannels(call.self.process, process.number);
    return child;
}

void becomeControlledChild(ThreadRecord& self) {
    setCurrentThread(&self);
    becomeProcess(processTable().at(self.process));
    adoptMappings(self.process);
    awaitFirstTurn(self);
    self.tid = currentTid();
    self.handle = pthread_self();
    rememberHandle(self);
}

pid_t forkControlled(ThreadRecord& self, void* caller) {
    ThreadRecord* child = nullptr;
    {
        Call call(self, caller);
        reachOn(call, sched::OperationKind::fork, nullptr, nullptr);
        child = &prepareProcess(call);
    }
    // The child must leave the parent's record alone, which both see.
    ++self.depth;
    const pid_t pid = forward_fork_controlled();
    if (pid == 0) {
        becomeControlledChild(*child);
        return 0;
    }
    --self.depth;
    model::Process& process = processTable().at(child->process);
    if (pid > 0) {
        setPid(process, pid);
        noteChild(pid, child->created);
    } else {
        retireProcess(process);
        process.waited = true;
    }
    return pid;
}

/// Free running: the child has one thread, and a watch of its own.
void becomeFreeChild(ThreadRecord& self, void* caller) {
    forgetOtherThreads(self);
    captureByTables(self.created, caller);
    self.startsProcess = true;
    self.tid = currentTid();
    children->clear();
    startWatch();
}

template <typename WaitForReal>
pid_t waitOutside(Call& call, WaitForReal waitForReal) {
    OutsideCall outside(call.self, call.place());
    return waitForReal();
}

enum class WaitEnd { byKernel, outside, interrupted };

/// The step of a wait, `pid` and `options` as waitpid has them. For a child that is not under control, or a process group, the
/// wait is an outside call.
WaitEnd stepOfWait(Call& call, pid_t pid, int options) {
    const auto* child = pid == 0 || pid < -1 ? nullptr : processTable().findChild(thisNumber(), pid);
    if (child && !child->controlled && !child->ended && !(options & WNOHANG))
        return WaitEnd::outside;
    if (!child || (options & WNOHANG)) {
        reachOn(call, sched::OperationKind::childWait, nullptr, nullptr);
        return child || (options & WNOHANG) ? WaitEnd::byKernel : WaitEnd::outside;
    }
    auto* wait = sched::create<model::ChildWait>(processTable(), thisNumber(), pid, options);
    wait->setNumber(pid > 0 ? child->number : 0);
    noteWait(call, sched::OperationKind::childWait, sched::ResourceKind::process, wait, false, nullptr,
             StackBy::tables);
    call.self.wait.number = wait->number();
    sched::Operation operation = operationOn(sched::OperationKind::childWait, wait, 0, call.place());
    operation.interruptible = true;
    operation.restartable = true;
    beginChildWait(*wait);
    const sched::Outcome outcome = reach(call.self, operation);
    endChildWait(*wait);
    sched::destroy(wait);
    if (outcome == sched::Outcome::interrupted)
        return WaitEnd::interrupted;
    child = processTable().findChild(thisNumber(), pid);
    return child && !child->ended ? WaitEnd::outside : WaitEnd::byKernel;
}

/// `tell` says of a child which signal has stopped it, or 0 when it was continued: only the model knows.
template <typename WaitForReal, typename Tell>
pid_t waitControlled(Call& call, pid_t pid, int options, WaitForReal waitForReal, Tell tell) {
    const WaitEnd end = stepOfWait(call, pid, options);
    if (end == WaitEnd::interrupted) {
        errno = EINTR;
        return -1;
    }
    if (model::Process* child = processTable().findChanged(thisNumber(), pid, options)) {
        const int signal = child->unseenChange == WUNTRACED ? child->stoppedBy : 0;
        orderAcquire(call.self, stopsOf(*child));
        child->unseenChange = options & WNOWAIT ? child->unseenChange : 0;
        return tell(child->pid, signal);
    }
    const pid_t waited = end == WaitEnd::outside ? waitOutside(call, waitForReal) : waitForReal();
    noteWaited(waited);
    return waited;
}

template <typename WaitForReal, typename Tell>
pid_t waitForChild(Call& call, pid_t wanted, int options, WaitForReal waitForReal, Tell tell) {
    const FreeCall place(&call.self, call.caller);
    if (controlling())
        return waitControlled(call, wanted, options, waitForReal, tell);
    const pid_t waited = waitForReal();
    noteWaited(waited);
    return waited;
}

/// Of waitpid and its like.
auto tellStatus(int* status) {
    constexpr int kContinued = 0xffff; // as <bits/waitstatus.h> has it
    return [status](pid_t child, int signal) {
        if (status)
            *status = signal ? W_STOPCODE(signal) : kContinued;
        return child;
    };
}

} // namespace

void reportUnwaitedChildren() {
    for (const Child& child : *children) {
        if (child.parent != thisNumber() || !isZombie(child.pid))
            continue;
        sched::JsonWriter json;
        json.text("record", "child-left");
        tsan::writeFrames(json, "created", child.created.frames, Backtrace::kFrames);
        json.finish();
        submitRecord(json);
    }
}

DEADHEAT_INTERCEPT(pid_t, fork, void) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_fork();
    if (controlling())
        return forkControlled(*self, DEADHEAT_CALLER);
    Call call(*self, DEADHEAT_CALLER);
    const pid_t pid = forward_fork();
    if (pid == 0)
        becomeFreeChild(*self, call.caller);
    if (pid > 0) {
        Backtrace created;
        captureByTables(created, call.caller);
        noteChild(pid, created);
    }
    return pid;
}

/// As fork: a child that shared the parent's memory could not have records of its own.
DEADHEAT_INTERCEPT(pid_t, vfork, void) {
    ThreadRecord* self = enter();
    return self && controlling() ? forkControlled(*self, DEADHEAT_CALLER) : forward_vfork();
}

DEADHEAT_INTERCEPT(pid_t, wait, int* status) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_wait(status);
    Call call(*self, DEADHEAT_CALLER);
    return waitForChild(call, -1, 0, [=] { return forward_wait(status); }, tellStatus(status));
}

DEADHEAT_INTERCEPT(pid_t, waitpid, pid_t pid, int* status, int options) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_waitpid(pid, status, options);
    Call call(*self, DEADHEAT_CALLER);
    return waitForChild(call, pid, options, [=] { return forward_waitpid(pid, status, options); }, tellStatus(status));
}

DEADHEAT_INTERCEPT(pid_t, wait3, int* status, int options, rusage* usage) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_wait3(status, options, usage);
    Call call(*self, DEADHEAT_CALLER);
    return waitForChild(call, -1, options, [=] { return forward_wait3(status, options, usage); }, tellStatus(status));
}

DEADHEAT_INTERCEPT(pid_t, wait4, pid_t pid, int* status, int options, rusage* usage) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_wait4(pid, status, options, usage);
    Call call(*self, DEADHEAT_CALLER);
    return waitForChild(
        call, pid, options, [=] { return forward_wait4(pid, status, options, usage); }, tellStatus(status));
}

DEADHEAT_INTERCEPT(int, waitid, idtype_t type, id_t id, siginfo_t* info, int options) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_waitid(type, id, info, options);
    Call call(*self, DEADHEAT_CALLER);
    int result = -1;
    const pid_t wanted = type == P_PID ? static_cast<pid_t>(id) : type == P_ALL ? -1 : 0;
    const auto waitForReal = [&] {
        result = forward_waitid(type, id, info, options);
        return result == 0 && info && !(options & WNOWAIT) ? info->si_pid : 0;
    };
    waitForChild(call, wanted, options, waitForReal, [&](pid_t child, int signal) {
        if (info) {
            *info = {};
            info->si_signo = SIGCHLD;
            info->si_code = signal ? CLD_STOPPED : CLD_CONTINUED;
            info->si_pid = child;
            info->si_status = signal ? signal : SIGCONT;
        }
        result = 0;
        return child;
    });
    return result;
}

} // namespace deadheat::intercept
