// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/fork_server.h"

#include "runtime/intercept/backtrace.h"
#include "runtime/intercept/os.h"
#include "runtime/intercept/other_threads.h"
#include "runtime/intercept/session.h"
#include "runtime/intercept/zero_pages.h"

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" int forward_create_for_warming(pthread_t* thread, const pthread_attr_t* attributes, void* (*routine)(void*),
                                          void* argument) __asm__("__interceptor_pthread_create");

namespace deadheat::intercept {
namespace {

/// What the first thread of a program brings about is done once, here, and not in each child: above all ThreadSanitizer
/// starts its background thread. The creation itself must fail, so that no thread gets a number.
void warmUp() {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, std::size_t{1} << 60);
    pthread_t thread{};
    forward_create_for_warming(&thread, &attributes, nullptr, nullptr);
    pthread_attr_destroy(&attributes);
    awaitOtherThreadsAsleep();
    Backtrace here;
    captureByTables(here, __builtin_return_address(0));
}

bool sendByte(unsigned descriptor, char byte) {
    return rawSyscall(SYS_write, descriptor, reinterpret_cast<long>(&byte), 1) == 1;
}

bool receiveByte(unsigned descriptor, char& byte) {
    long got = 0;
    do
        got = rawSyscall(SYS_read, descriptor, reinterpret_cast<long>(&byte), 1);
    while (got == -EINTR);
    return got == 1;
}

void resetResults(std::uint64_t number) {
    sched::Results& results = control().results;
    results.schedule = number;
    results.steps = 0;
    results.runs = 0;
    results.picks = 0;
    results.reportBytes = 0;
    results.logBytes = 0;
    results.findings = 0;
    results.end = sched::End::none;
    results.divergedStep = 0;
    results.execPid = 0;
    results.stuckIn = -1;
    results.processes = 0;
}

/// What the schedule's first process has left running, also outside its process group. This process collects orphans.
void endLeftovers(long first) {
    rawSyscall(SYS_kill, -first, SIGKILL);
    sched::Results& results = control().results;
    const std::uint32_t count = results.processes.load(std::memory_order_relaxed);
    for (std::uint32_t i = 1; i < count; ++i)
        if (const int pid = results.pids[i].load(); pid > 0)
            rawSyscall(SYS_kill, pid, SIGKILL);
    // In order: a parent, which comes before its children, leaves them to this process.
    for (std::uint32_t i = 1; i < count; ++i)
        if (const int pid = results.pids[i].exchange(0); pid > 0)
            rawSyscall(SYS_wait4, pid, 0, 0);
    while (count > 1 && rawSyscall(SYS_wait4, -1, 0, WNOHANG) > 0) {
    }
}

void prepareChild() {
    const sched::Orders& orders = control().orders;
    rawSyscall(SYS_setpgid, 0, 0);
    rawSyscall(SYS_close, orders.commandDescriptor);
    rawSyscall(SYS_close, orders.statusDescriptor);
    if (orders.outputDescriptor != 0) {
        rawSyscall(SYS_dup3, orders.outputDescriptor, 1, 0);
        rawSyscall(SYS_dup3, orders.outputDescriptor, 2, 0);
        rawSyscall(SYS_close, orders.outputDescriptor);
    }
}

/// The system call that a thread is in, negative when it is in none.
std::int64_t systemCallOf(int tid) {
    char text[256];
    const long length = tid > 0 ? readProcFile(tid, "/syscall", text, sizeof text) : 0;
    text[length] = '\0';
    return text[0] >= '0' && text[0] <= '9' ? std::atoll(text) : -1;
}

/// Waits for the child; kills it when it takes too long. Returns its wait status, and whether it was killed in `stuck`.
int awaitChild(long pid, bool& stuck) {
    stuck = false;
    const std::uint32_t limit = control().orders.scheduleTimeout;
    if (limit != 0) {
        const long handle = rawSyscall(SYS_pidfd_open, pid);
        pollfd wanted{static_cast<int>(handle), POLLIN, 0};
        timespec time{limit / 1000, (limit % 1000) * 1'000'000L};
        stuck = handle >= 0 &&
                rawSyscall(SYS_ppoll, reinterpret_cast<long>(&wanted), 1, reinterpret_cast<long>(&time)) == 0;
        rawSyscall(SYS_close, handle);
    }
    if (stuck) {
        control().results.stuckIn = systemCallOf(control().results.turnTid);
        rawSyscall(SYS_kill, pid, SIGKILL);
    }
    int status = 0;
    while (rawSyscall(SYS_wait4, pid, reinterpret_cast<long>(&status)) == -EINTR) {
    }
    endLeftovers(pid);
    return status;
}

bool passed(int status, bool stuck) {
    const sched::Results& results = control().results;
    return status == 0 && !stuck && results.end == sched::End::none && results.findings == 0;
}

/// False in the child.
bool runSchedule(std::uint64_t number, bool& asked) {
    resetResults(number);
    const sched::Orders& orders = control().orders;
    if (orders.outputDescriptor != 0)
        rawSyscall(SYS_ftruncate, orders.outputDescriptor, 0);
    const long pid = forkUnseen();
    if (pid == 0) {
        prepareChild();
        return false;
    }
    sched::Results& results = control().results;
    bool stuck = false;
    const int status = awaitChild(pid, stuck);
    results.waitStatus = static_cast<std::uint32_t>(status);
    results.stuck = stuck;
    results.schedulesDone.fetch_add(1, std::memory_order_relaxed);
    results.totalSteps.fetch_add(results.steps, std::memory_order_relaxed);
    asked = !passed(status, stuck) || orders.reportEvery;
    return true;
}

} // namespace

void serveSchedules() {
    const sched::Orders orders = control().orders;
    rawSyscall(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1);
    warmUp();
    returnZeroPages();
    char answer = 0;
    bool profileAsked = false;
    control().profile.running = orders.wantProfile;
    if (orders.wantProfile && !runSchedule(0, profileAsked))
        return;
    control().profile.running = 0;
    control().results.schedulesDone = 0;
    control().results.totalSteps = 0;
    const auto& lastWanted = control().results.lastWanted;
    for (std::uint64_t number = orders.first; number <= orders.last && number <= lastWanted; number += orders.stride) {
        bool asked = false;
        if (!runSchedule(number, asked))
            return;
        if (control().results.end == sched::End::exhausted)
            break;
        if (asked && (!sendByte(orders.statusDescriptor, 'f') || !receiveByte(orders.commandDescriptor, answer) ||
                      answer != 'c'))
            endProcess(0);
    }
    sendByte(orders.statusDescriptor, 'd');
    endProcess(0);
}

} // namespace deadheat::intercept
