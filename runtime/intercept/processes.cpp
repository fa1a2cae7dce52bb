// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/processes.h"

#include "runtime/intercept/controller.h"
#include "runtime/intercept/descriptors.h"
#include "runtime/intercept/failure_report.h"
#include "runtime/intercept/file_locks.h"
#include "runtime/intercept/kernel_objects.h"
#include "runtime/intercept/mutexes.h"
#include "runtime/intercept/os.h"
#include "runtime/intercept/process_ends.h"
#include "runtime/intercept/session.h"
#include "runtime/intercept/shared_memory.h"
#include "runtime/intercept/signal_waits.h"
#include "runtime/sched/memory.h"

#include <csignal>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace deadheat::intercept {
namespace {

DEADHEAT_SHARED sched::Shared<model::ProcessTable> table;
DEADHEAT_SHARED sched::Shared<sched::Vector<model::ChildWait*>> childWaits;
/// The number of the thread that lostThread() made; 0: none yet.
DEADHEAT_SHARED sched::Shared<sched::ThreadId> lost;
DEADHEAT_PER_PROCESS model::Process* current = nullptr;

/// Without a descriptor, when the program has used them all up: of a child of another process the kernel tells no more than that
/// it has been collected.
bool hasEnded(int pid) {
    siginfo_t info{};
    const long status =
        rawSyscall(SYS_waitid, P_PID, pid, reinterpret_cast<long>(&info), WEXITED | WNOHANG | WNOWAIT, 0);
    return (status == 0 && info.si_pid == pid) || rawSyscall(SYS_kill, pid, 0) == -ESRCH;
}

/// `limit`: how long to wait; null: until it has died. Pid 0 is that of a child that could not be made.
bool pollDeath(int pid, timespec* limit) {
    const long handle = pid == 0 ? -ESRCH : rawSyscall(SYS_pidfd_open, pid);
    if (handle == -ESRCH)
        return true; // collected already
    if (handle < 0)
        return hasEnded(pid);
    pollfd wanted{static_cast<int>(handle), POLLIN, 0};
    const long ready = rawSyscall(SYS_ppoll, reinterpret_cast<long>(&wanted), 1, reinterpret_cast<long>(limit));
    rawSyscall(SYS_close, handle);
    return ready == 1;
}

} // namespace

void startProcesses() {
    table->clear();
    childWaits->clear();
    *lost = 0;
    current = &table->add(0, 0);
    current->pid = static_cast<int>(rawSyscall(SYS_getpid));
    control().results.processes = 1;
}

model::ProcessTable& processTable() { return *table; }
model::Process& thisProcess() { return *current; }
bool severalProcesses() { return control().results.processes.load(std::memory_order_relaxed) > 1; }

bool anyUncontrolledProcess() {
    for (std::size_t i = 0; i < table->size(); ++i)
        if (!table->at(i).controlled && !table->at(i).ended)
            return true;
    return false;
}

sched::ThreadId lostThread() {
    if (*lost == 0) {
        ThreadRecord& record = addThreadRecord(sched::kNoThread);
        engine().spawn();
        engine().drop(record.id);
        record.detached = true;
        record.finished.store(true, std::memory_order_relaxed);
        *lost = record.id;
    }
    return *lost;
}

model::Process& addProcess(sched::ThreadId thread) {
    if (table->size() == sched::Results::kProcesses) {
        reportTooManyProcesses();
        control().results.end = sched::End::tooManyProcesses;
        endRun(1);
    }
    model::Process& process = table->add(current->number, thread);
    process.program = current->program;
    return process;
}

void becomeProcess(model::Process& process) { current = &process; }

void setPid(model::Process& process, int pid) {
    process.pid = pid;
    control().results.pids[process.number].store(pid, std::memory_order_relaxed);
    control().results.processes.store(static_cast<std::uint32_t>(table->size()), std::memory_order_relaxed);
}

namespace {

void retireThreads(const model::Process& process) {
    for (std::size_t i = 0; i < threadRecordCount(); ++i) {
        ThreadRecord& thread = threadRecordAt(i);
        if (thread.process != process.number || thread.finished.load(std::memory_order_relaxed))
            continue;
        releaseRobustMutexes(thread);
        forgetWaitsOf(thread);
        forgetKernelWaitsOf(thread);
        releaseFileLocksOf(thread);
        releaseUndoneOf(thread);
        orderRelease(thread, endOfProcess(process));
        if (thread.isOutside)
            forgetOutsideCall();
        thread.finished.store(true, std::memory_order_release);
        engine().drop(thread.id);
    }
}

/// The kernel sends SIGCHLD to the parent, which may wait for that only. Not for a child that could not be made.
void interruptParent(const model::Process& process) {
    if (process.pid == 0)
        return;
    const model::Process& parent = table->at(process.parent);
    if (process.number != 0 && !parent.ended && parent.controlled &&
        (parent.handledSignals >> (SIGCHLD - 1) & 1) != 0) {
        threadRecordAt(parent.mainThread).signalled = true;
        engine().interrupt(parent.mainThread);
    }
    noteSignalSent(process.parent);
}

} // namespace

void retireProcess(model::Process& process) {
    retireThreads(process);
    process.ended = true;
    process.waited |= process.number != 0 && table->at(process.parent).losesChildren;
    control().results.pids[process.number].store(0, std::memory_order_relaxed);
    refreshChildWaits();
    interruptParent(process);
    noteKernelChange();
}

void loseControlOfProcess(ThreadRecord& self) {
    retireThreads(*current);
    current->controlled = false;
    refreshChildWaits();
    goOnWithout(self);
}

bool severalThreads() { return current->liveThreads > 1; }

void retireDeadProcess(model::Process& process) {
    reportDeadProcess(process);
    retireProcess(process);
}

std::uint64_t endOfProcess(const model::Process& process) { return reinterpret_cast<std::uint64_t>(&process); }

void refreshChildWaits() {
    for (model::ChildWait* wait : *childWaits)
        engine().refresh(*wait);
}

void beginChildWait(model::ChildWait& wait) { childWaits->push(&wait); }
void endChildWait(model::ChildWait& wait) { childWaits->eraseValue(&wait); }

bool isDead(int pid) {
    timespec now{};
    return pollDeath(pid, &now);
}

void awaitDeath(int pid) {
    while (!pollDeath(pid, nullptr)) // a signal ends a wait
        rawSyscall(SYS_sched_yield);
    // The kernel tells of the death before it sends SIGCHLD. This takes the lock under which it does both.
    siginfo_t info;
    rawSyscall(SYS_waitid, P_ALL, 0, reinterpret_cast<long>(&info), WEXITED | WNOHANG | WNOWAIT, 0);
}

void awaitEndOfRun() {
    for (;;)
        rawSyscall(SYS_pause);
}

void endRun(int status) {
    sched::Results& results = control().results;
    const std::uint32_t count = results.processes.load(std::memory_order_relaxed);
    for (std::uint32_t i = 0; i < count; ++i) {
        const int pid = i == 0 ? table->at(0).pid : results.pids[i].load(std::memory_order_relaxed);
        if (pid > 0 && pid != current->pid)
            rawSyscall(SYS_kill, pid, SIGKILL);
    }
    endProcess(status);
}

} // namespace deadheat::intercept
