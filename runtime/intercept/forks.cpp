// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// fork. In controlled runs a forked child is one more process under the same schedule: its thread is the engine's like any
// other. Handlers of the program that fork calls (pthread_atfork) are steered as well: the child's records are made when the
// last of them has run in the parent, and the child waits for its turn before the first of them runs in it.
#include "runtime/intercept/call.h"
#include "runtime/intercept/channels.h"
#include "runtime/intercept/child_processes.h"
#include "runtime/intercept/kernel_objects.h"
#include "runtime/intercept/lock_graph.h"
#include "runtime/intercept/os.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/shared_memory.h"
#include "runtime/intercept/stdio_locks.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/intercept/watch.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

extern "C" pid_t forward_fork_plain() __asm__("__interceptor_fork");

namespace deadheat::intercept {
namespace {

/// By which a child tells its pid, which its parent must know before anything else happens. Reading it ends without an answer when
/// there is no child that could write: fork has failed, which it does not say to handlers.
class PidPipe {
public:
    void open() {
        if (rawSyscall(SYS_pipe2, reinterpret_cast<long>(ends_), O_CLOEXEC) == 0)
            return;
        complain("a fork with handlers needs two descriptors, and there are none left");
        endProcess(3);
    }
    /// In the child.
    void tell() {
        const auto pid = static_cast<int>(rawSyscall(SYS_getpid));
        rawSyscall(SYS_write, ends_[1], reinterpret_cast<long>(&pid), sizeof pid);
        rawSyscall(SYS_close, ends_[0]);
        rawSyscall(SYS_close, ends_[1]);
    }
    /// In the parent. 0: there is no child.
    int ask() {
        rawSyscall(SYS_close, ends_[1]);
        int pid = 0;
        while (rawSyscall(SYS_read, ends_[0], reinterpret_cast<long>(&pid), sizeof pid) == -EINTR) {
        }
        rawSyscall(SYS_close, ends_[0]);
        return pid;
    }

private:
    int ends_[2] = {-1, -1};
};

/// The fork that is under way in this process while the program has handlers for it.
struct Fork {
    ThreadRecord* parent = nullptr;
    void* caller = nullptr;
    ThreadRecord* child = nullptr;
    PidPipe pid;
};
DEADHEAT_PER_PROCESS Fork underWay = {};
DEADHEAT_PER_PROCESS bool handlersKnown = false;

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

void becomeControlledChild(ThreadRecord& self) {
    setCurrentThread(&self);
    becomeProcess(processTable().at(self.process));
    adoptMappings(self.process);
    awaitFirstTurn(self);
    self.tid = currentTid();
    self.handle = pthread_self();
    rememberHandle(self);
    forgetStreamsOfOthers(self.id);
}

/// Before all handlers of the parent but ThreadSanitizer's have run.
void prepareFork() {
    if (!underWay.parent)
        return;
    {
        Call call(*underWay.parent, underWay.caller);
        underWay.child = &prepareProcess(call);
    }
    underWay.pid.open();
    ++underWay.parent->depth; // the child must leave the parent's record alone, which both see
}

/// Before all other handlers of the parent.
void continueInParent() {
    if (!underWay.parent)
        return;
    --underWay.parent->depth;
    if (const int pid = underWay.pid.ask(); pid != 0)
        setPid(processTable().at(underWay.child->process), pid);
}

void continueInChild() {
    if (!underWay.parent)
        return;
    underWay.pid.tell();
    becomeControlledChild(*underWay.child);
}

/// The C library lets one thread fork at a time, and holds its lock while the handlers run.
void awaitOtherForks(Call& call) {
    constexpr std::uint64_t kForks = 1;
    while (underWay.parent)
        awaitKernelChange(call, sched::OperationKind::fork,
                          kernelKey(KernelObject::forks, thisProcess().number, kForks), sched::kNever);
}

pid_t forkWithHandlers(ThreadRecord& self, void* caller) {
    {
        Call call(self, caller);
        reachOn(call, sched::OperationKind::fork, nullptr, nullptr);
        awaitOtherForks(call);
    }
    underWay = {&self, caller, nullptr, {}};
    const pid_t pid = forward_fork_plain();
    ThreadRecord* child = underWay.child;
    underWay = {};
    if (pid == 0)
        return 0;
    noteKernelChange();
    noteStarted(*child, pid);
    return pid;
}

pid_t forkControlled(ThreadRecord& self, void* caller) {
    if (handlersKnown)
        return forkWithHandlers(self, caller);
    ThreadRecord* child = nullptr;
    {
        Call call(self, caller);
        reachOn(call, sched::OperationKind::fork, nullptr, nullptr);
        child = &prepareProcess(call);
    }
    // The child must leave the parent's record alone, which both see.
    ++self.depth;
    const pid_t pid = forward_fork_plain();
    if (pid == 0) {
        becomeControlledChild(*child);
        return 0;
    }
    --self.depth;
    noteStarted(*child, pid);
    return pid;
}

/// Free running: the child has one thread, and a watch of its own.
void becomeFreeChild(ThreadRecord& self, void* caller) {
    forgetOtherThreads(self);
    captureByTables(self.created, caller);
    self.startsProcess = true;
    self.tid = currentTid();
    forgetChildren();
    startWatch();
}

pid_t forkFree(ThreadRecord& self, void* caller) {
    Call call(self, caller);
    const pid_t pid = forward_fork_plain();
    if (pid == 0)
        becomeFreeChild(self, caller);
    if (pid > 0)
        noteOutsideChild(pid, caller);
    return pid;
}

} // namespace

ThreadRecord& prepareProcess(Call& call) {
    ThreadRecord& child = addThreadRecord(call.self.id);
    engine().spawn();
    model::Process& process = addProcess(child.id);
    child.process = process.number;
    child.startsProcess = true;
    child.detached = true;
    child.stackEnd = call.self.stackEnd;
    child.blockedSignals = blockedSignals();
    process.handledSignals = thisProcess().handledSignals;
    process.ignoredSignals = thisProcess().ignoredSignals;
    process.losesChildren = thisProcess().losesChildren;
    captureByTables(child.created, call.caller);
    noteThreadStarted(call.self, child);
    orderStart(call.self, child);
    inheritLocks(call.self, child);
    inheritMappings(call.self.process, process.number);
    inheritChannels(call.self.process, process.number);
    return child;
}

DEADHEAT_INTERCEPT(pid_t, fork, void) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_fork();
    return controlling() ? forkControlled(*self, DEADHEAT_CALLER) : forkFree(*self, DEADHEAT_CALLER);
}

/// As fork: a child that shared the parent's memory could not have records of its own.
DEADHEAT_INTERCEPT(pid_t, vfork, void) { return intercept_fork(); }

/// What pthread_atfork calls. The runtime's own handlers come before the program's first.
DEADHEAT_INTERCEPT_LIBRARY(int, __register_atfork, void (*prepare)(), void (*parent)(), void (*child)(),
                           void* library) {
    if (enter() && controlling() && !handlersKnown) {
        handlersKnown = true;
        library___register_atfork()(prepareFork, continueInParent, continueInChild, nullptr);
    }
    return library___register_atfork()(prepare, parent, child, library);
}

} // namespace deadheat::intercept
