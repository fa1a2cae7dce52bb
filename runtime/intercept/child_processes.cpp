// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The wait family. In controlled runs a parent's wait is over when the child has ended in the model and for real.
#include "runtime/intercept/child_processes.h"

#include "runtime/intercept/channels.h"
#include "runtime/intercept/os.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/shared_memory.h"
#include "runtime/intercept/stops.h"
#include "runtime/intercept/sync_objects.h"

#include <cerrno>
#include <csignal>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace deadheat::intercept {
namespace {

struct Child {
    pid_t pid = 0;
    std::uint32_t parent = 0; ///< number of the process
    Backtrace created;
    bool operator==(const Child& other) const { return pid == other.pid; }
};

DEADHEAT_SHARED sched::Shared<sched::Vector<Child>> children;
DEADHEAT_SHARED sched::Shared<int> pipedPrograms;

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

/// POSIX: to be told that there is no child is to know that all have ended.
void noteNoChild(const ThreadRecord& self) {
    for (std::size_t i = 1; i < processTable().size(); ++i)
        if (const model::Process& process = processTable().at(i); process.parent == thisNumber() && process.ended)
            orderAcquire(self, endOfProcess(process));
}

void noteChild(pid_t pid, const Backtrace& created) { children->push(Child{pid, thisNumber(), created}); }

bool isZombie(pid_t pid) {
    siginfo_t info{};
    const long status =
        rawSyscall(SYS_waitid, P_PID, pid, reinterpret_cast<long>(&info), WEXITED | WNOHANG | WNOWAIT, 0);
    return status == 0 && info.si_pid == pid;
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
    if (waited < 0 && errno == ECHILD && pid == -1)
        noteNoChild(call.self);
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

void noteStarted(ThreadRecord& child, int pid) {
    model::Process& process = processTable().at(child.process);
    if (pid > 0) {
        setPid(process, pid);
        noteChild(pid, child.created);
    } else {
        retireProcess(process);
        process.waited = true;
    }
}

void noteOutsideChild(int pid, void* caller) {
    Backtrace created;
    captureByTables(created, caller);
    noteChild(pid, created);
}

void countPipedPrograms(int change) { *pipedPrograms += change; }

bool anyOutsideProgram() {
    for (std::size_t i = 0; i < processTable().size(); ++i)
        if (const model::Process& process = processTable().at(i);
            !process.controlled && !process.ended && !process.waited && !isDead(process.pid))
            return true;
    for (const Child& child : *children)
        if (!processTable().findLive(child.pid) && !isDead(child.pid))
            return true;
    return *pipedPrograms > 0;
}

void forgetChildren() { children->clear(); }

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
