// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/standstill.h"

#include "runtime/intercept/failure_report.h"
#include "runtime/intercept/os.h"
#include "runtime/intercept/other_threads.h"
#include "runtime/intercept/session.h"
#include "runtime/intercept/signals.h"
#include "runtime/intercept/system_call_waits.h"
#include "runtime/intercept/thread_record.h"

#include <climits>
#include <cstdlib>
#include <cstring>
#include <sys/syscall.h>

namespace deadheat::intercept {
namespace {

constexpr std::uint32_t kLooksThatCount = 3;
constexpr std::uint32_t kReported = ~std::uint32_t{0}; ///< in Results::still: the process has reported its threads
constexpr std::uint32_t kNoSlot = ~std::uint32_t{0};
constexpr std::size_t kTasksBesides = 2; ///< the watch and ThreadSanitizer's background thread
constexpr int kLookMilliseconds = 100;   ///< for a death, of which nobody tells

DEADHEAT_PER_PROCESS std::uint32_t slot = kNoSlot;
/// What the threads were in at the last look, all in one number.
DEADHEAT_PER_PROCESS std::uint64_t before = 0;

std::uint32_t processCount() {
    const std::uint32_t count = control().results.processes.load(std::memory_order_acquire);
    return count < sched::Results::kProcesses ? count : sched::Results::kProcesses;
}

std::uint32_t slotOf(int pid) {
    for (std::uint32_t i = 0; i < processCount(); ++i)
        if (control().results.pids[i].load(std::memory_order_relaxed) == pid)
            return i;
    return kNoSlot;
}

bool isRegistered(int pid) { return slotOf(pid) != kNoSlot; }

/// Runs, or would if it did not wait: no zombie.
bool isAlive(int pid) {
    char text[512];
    const long length = readProcFile(pid, "/stat", text, sizeof text);
    text[length] = '\0';
    const char* state = std::strrchr(text, ')');
    return state && state[1] == ' ' && state[2] != 'Z' && state[2] != 'X';
}

/// Has the thread forked a program that takes no part, or does the kernel not tell?
bool hasOtherChild(int tid) {
    char text[2048];
    const long length = readTaskFile(tid, "/children", text, sizeof text);
    if (length < 0)
        return true;
    text[length] = '\0';
    for (char* at = text; *at;) {
        char* end = nullptr;
        const auto child = static_cast<int>(std::strtol(at, &end, 10));
        if (end == at)
            break;
        if (child > 0 && !isRegistered(child) && isAlive(child))
            return true;
        at = end;
    }
    return false;
}

/// What the thread waits for is told in `self.blockedIn`. 0 when it can go on, or somebody outside may wake it.
std::uint64_t judge(ThreadRecord& thread) {
    const bool waits = thread.waits.load(std::memory_order_acquire) % 2 == 1;
    if (waits && (thread.wait.timed || (thread.wait.fromOutside && processCount() < 2)))
        return 0;
    const SystemCallWait wait = systemCallWaitOf(thread.tid, isRegistered);
    thread.blockedIn = waits ? nullptr : wait.kind;
    thread.blockedOn = wait.object;
    return wait.endless && !hasOtherChild(thread.tid) ? wait.identity : 0;
}

/// One number for what all threads are in; 0 when one of them is not stuck, or there is one that the program did not start.
std::uint64_t judgeAll() {
    std::uint64_t all = 1;
    std::size_t live = 0;
    for (std::size_t i = 0; i < threadRecordCount(); ++i) {
        ThreadRecord& thread = threadRecordAt(i);
        if (thread.finished.load(std::memory_order_acquire))
            continue;
        const std::uint64_t one = judge(thread);
        if (one == 0)
            return 0;
        ++live;
        all = (all ^ one) * 0x9e3779b97f4a7c15ull;
    }
    return live > 0 && countTasks() <= live + kTasksBesides ? all | 1 : 0;
}

bool everybodyStandsStill() {
    sched::Results& results = control().results;
    for (std::uint32_t i = 0; i < processCount(); ++i)
        if (const int pid = results.pids[i].load(std::memory_order_relaxed);
            results.still[i].load(std::memory_order_acquire) < kLooksThatCount && pid > 0 && isAlive(pid))
            return false;
    return true;
}

/// Stands still and is about to report: at its next look it does, or finds that it can go on.
bool isAboutToReport(std::uint32_t still) { return still >= kLooksThatCount && still != kReported; }

/// The end of one process would let another go on, so none ends before all have reported.
void awaitReports() {
    for (std::uint32_t i = 0; i < processCount(); ++i) {
        std::atomic<std::uint32_t>& still = control().results.still[i];
        for (std::uint32_t now = still.load(); isAboutToReport(now); now = still.load())
            if (futexWait(still, now, kLookMilliseconds) && !isAlive(control().results.pids[i].load()))
                break;
    }
}

[[noreturn]] void reportThreads() {
    sched::Results& results = control().results;
    results.end = sched::End::deadlock;
    reportStandstill(slot);
    results.still[slot].store(kReported);
    futexWake(results.still[slot], INT_MAX);
    awaitReports();
    endProcess(1);
}

} // namespace

void joinStandstill() {
    sched::Results& results = control().results;
    const int pid = static_cast<int>(rawSyscall(SYS_getpid));
    slot = slotOf(pid);
    if (slot == kNoSlot)
        slot = results.processes.fetch_add(1, std::memory_order_acq_rel);
    if (slot >= sched::Results::kProcesses) {
        slot = kNoSlot;
        return;
    }
    noteOutsidePipes();
    results.still[slot].store(0);
    results.pids[slot].store(pid, std::memory_order_release);
}

void leaveStandstill() {
    if (slot != kNoSlot)
        control().results.still[slot].store(0);
}

void lookForStandstill() {
    if (slot == kNoSlot || programHandlesSignals())
        return;
    std::atomic<std::uint32_t>& still = control().results.still[slot];
    const std::uint64_t now = judgeAll();
    still.store(now != 0 && now == before ? still.load() + 1 : 0, std::memory_order_release);
    before = now;
    const bool decided = control().results.end.load() == sched::End::deadlock;
    if (still.load() >= kLooksThatCount && (decided || everybodyStandsStill()))
        reportThreads();
}

} // namespace deadheat::intercept
