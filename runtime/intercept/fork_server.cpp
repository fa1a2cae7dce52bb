// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/fork_server.h"

#include "runtime/intercept/backtrace.h"
#include "runtime/intercept/early_leave.h"
#include "runtime/intercept/left_objects.h"
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
#include <sys/signalfd.h>
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
    results.leaving = 0;
    results.stuckIn = -1;
    results.processes = 0;
    forgetLeftObjects();
}

constexpr std::uint64_t maskOf(int signal) { return std::uint64_t{1} << (signal - 1); }
/// Signals that the server has blocked and reads from a descriptor: a child leaves; the launcher or the user wants it to end.
constexpr std::uint64_t kServerMask = maskOf(kLeaveSignal) | maskOf(SIGINT) | maskOf(SIGTERM) | maskOf(SIGHUP);

/// A child of the server. It is made while the one before it runs its schedule, and stands by.
struct Child {
    long pid = 0;
    long handle = -1;
};

struct Server {
    long signals; ///< descriptor
    std::uint64_t oldMask;
    std::uint32_t made; ///< children so far
    Child standby;
    Child running;
    Child leaving; ///< has said that it leaves, and is not collected
};
DEADHEAT_PER_PROCESS Server server = {};

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

void awaitAdmission() {
    std::atomic<std::uint32_t>& admitted = control().results.admitted;
    for (std::uint32_t seen = admitted.load(std::memory_order_acquire); seen < server.made;
         seen = admitted.load(std::memory_order_acquire))
        futexWait(admitted, seen, -1);
}

/// What a child can do before its turn comes, and the wait for it. It ends with the server.
void standBy() {
    const sched::Orders& orders = control().orders;
    rawSyscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL);
    if (rawSyscall(SYS_getppid) != control().results.serverPid)
        endProcess(0);
    rawSyscall(SYS_rt_sigprocmask, SIG_SETMASK, reinterpret_cast<long>(&server.oldMask), 0, sizeof server.oldMask);
    for (const long own : {server.signals, server.running.handle, server.leaving.handle})
        rawSyscall(SYS_close, own);
    rawSyscall(SYS_setpgid, 0, 0);
    rawSyscall(SYS_close, orders.commandDescriptor);
    rawSyscall(SYS_close, orders.statusDescriptor);
    if (orders.outputDescriptor != 0) {
        rawSyscall(SYS_dup3, orders.outputDescriptor, 1, 0);
        rawSyscall(SYS_dup3, orders.outputDescriptor, 2, 0);
        rawSyscall(SYS_close, orders.outputDescriptor);
    }
    awaitAdmission();
}

/// False in the child.
bool makeStandby() {
    ++server.made;
    const long pid = forkUnseen();
    if (pid == 0) {
        standBy();
        return false;
    }
    if (pid > 0)
        server.standby = {pid, rawSyscall(SYS_pidfd_open, pid)};
    return true;
}

bool isStopped(int tid) {
    char text[256];
    const long length = tid > 0 ? readProcFile(tid, "/stat", text, sizeof text) : 0;
    text[length] = '\0';
    const char* name = std::strrchr(text, ')'); // of the program; the state follows
    return name && std::strchr("Tt", name[2]) && name[2] != '\0';
}

/// The system call that a thread is in, negative when it is in none.
std::int64_t systemCallOf(int tid) {
    if (isStopped(tid))
        return sched::Results::kStopped;
    char text[256];
    const long length = tid > 0 ? readProcFile(tid, "/syscall", text, sizeof text) : 0;
    text[length] = '\0';
    return text[0] >= '0' && text[0] <= '9' ? std::atoll(text) : -1;
}

/// Collects a child that has ended or is about to. Returns its wait status.
int collect(Child& child) {
    int status = 0;
    if (child.pid == 0)
        return status;
    while (rawSyscall(SYS_wait4, child.pid, reinterpret_cast<long>(&status)) == -EINTR) {
    }
    rawSyscall(SYS_close, child.handle);
    child = {};
    return status;
}

[[noreturn]] void stopServing() {
    if (server.standby.pid > 0)
        rawSyscall(SYS_kill, server.standby.pid, SIGKILL);
    collect(server.standby);
    collect(server.leaving);
    endProcess(0);
}

/// Nobody wants the schedules any more: none of the program's processes stays behind.
[[noreturn]] void abandonSchedules() {
    const long pid = server.running.pid;
    rawSyscall(SYS_kill, pid, SIGKILL);
    collect(server.running);
    endLeftovers(pid);
    removeLeftObjects();
    stopServing();
}

/// False when the child neither ends nor leaves within the limit.
bool awaitEndOrLeave(const Child& child) {
    const std::uint32_t limit = control().orders.scheduleTimeout;
    timespec time{limit / 1000, (limit % 1000) * 1'000'000L};
    pollfd wanted[] = {{static_cast<int>(child.handle), POLLIN, 0}, {static_cast<int>(server.signals), POLLIN, 0}};
    for (;;) {
        const long ready =
            rawSyscall(SYS_ppoll, reinterpret_cast<long>(wanted), 2, limit ? reinterpret_cast<long>(&time) : 0);
        if (ready == 0 || (ready > 0 && (wanted[0].revents || control().results.leaving)))
            return ready > 0;
        signalfd_siginfo taken;
        if (rawSyscall(SYS_read, server.signals, reinterpret_cast<long>(&taken), sizeof taken) > 0 &&
            taken.ssi_signo != kLeaveSignal)
            abandonSchedules();
    }
}

/// Waits for the child; kills it when it takes too long. Returns its wait status, and whether it was killed in `stuck`.
int awaitChild(bool& stuck) {
    Child& child = server.running;
    stuck = child.handle >= 0 && !awaitEndOrLeave(child);
    if (!stuck && control().results.leaving) {
        collect(server.leaving);
        server.leaving = child;
        child = {};
        return 0;
    }
    if (stuck) {
        control().results.stuckIn = systemCallOf(control().results.turnTid);
        rawSyscall(SYS_kill, child.pid, SIGKILL);
    }
    const long pid = child.pid;
    const int status = collect(child);
    endLeftovers(pid);
    return status;
}

bool passed(int status, bool stuck) {
    const sched::Results& results = control().results;
    return status == 0 && !stuck && results.end == sched::End::none && results.findings == 0;
}

/// False in the child. `more`: another schedule may follow.
bool runSchedule(std::uint64_t number, bool more, bool& asked) {
    const sched::Orders& orders = control().orders;
    if (server.standby.pid == 0 && !makeStandby())
        return false;
    if (server.standby.pid == 0) {
        complain("cannot fork");
        endProcess(3);
    }
    resetResults(number);
    if (orders.outputDescriptor != 0)
        rawSyscall(SYS_ftruncate, orders.outputDescriptor, 0);
    server.running = server.standby;
    server.standby = {};
    sched::Results& results = control().results;
    results.admitted = server.made;
    futexWake(results.admitted);
    if (more && !makeStandby())
        return false;
    bool stuck = false;
    const int status = awaitChild(stuck);
    results.waitStatus = static_cast<std::uint32_t>(status);
    results.stuck = stuck;
    results.schedulesDone.fetch_add(1, std::memory_order_relaxed);
    results.totalSteps.fetch_add(results.steps, std::memory_order_relaxed);
    if (!passed(status, stuck))
        removeLeftObjects();
    asked = !passed(status, stuck) || orders.reportEvery;
    return true;
}

void startServing() {
    rawSyscall(SYS_prctl, PR_SET_CHILD_SUBREAPER, 1);
    rawSyscall(SYS_prctl, PR_SET_PDEATHSIG, SIGTERM);
    std::uint64_t mask = kServerMask;
    rawSyscall(SYS_rt_sigprocmask, SIG_BLOCK, reinterpret_cast<long>(&mask), reinterpret_cast<long>(&server.oldMask),
               sizeof mask);
    server.signals =
        rawSyscall(SYS_signalfd4, -1, reinterpret_cast<long>(&mask), sizeof mask, SFD_CLOEXEC | SFD_NONBLOCK);
    warmUp();
    returnZeroPages();
}

} // namespace

void serveSchedules() {
    const sched::Orders orders = control().orders;
    startServing();
    char answer = 0;
    bool asked = false;
    control().profile.running = orders.wantProfile;
    if (orders.wantProfile && !runSchedule(0, true, asked))
        return;
    control().profile.running = 0;
    control().results.schedulesDone = 0;
    control().results.totalSteps = 0;
    const auto& lastWanted = control().results.lastWanted;
    for (std::uint64_t number = orders.first; number <= orders.last && number <= lastWanted; number += orders.stride) {
        const bool more = number + orders.stride <= orders.last && number + orders.stride <= lastWanted;
        if (!runSchedule(number, more, asked))
            return;
        if (control().results.end == sched::End::exhausted)
            break;
        if (asked && (!sendByte(orders.statusDescriptor, 'f') || !receiveByte(orders.commandDescriptor, answer) ||
                      answer != 'c'))
            stopServing();
    }
    sendByte(orders.statusDescriptor, 'd');
    stopServing();
}

} // namespace deadheat::intercept
