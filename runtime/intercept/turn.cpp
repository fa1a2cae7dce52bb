// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/turn.h"

#include "runtime/intercept/os.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/session.h"
#include "runtime/sched/memory.h"

#include <cerrno>
#include <sys/syscall.h>

namespace deadheat::intercept {
namespace {

// Values of ThreadRecord::turn.
constexpr std::uint32_t kWaits = 0;
constexpr std::uint32_t kGranted = 1;
constexpr std::uint32_t kAsked = 2;
constexpr std::uint32_t kDecides = 3; ///< has the turn only to find out whose it is

/// Who has the turn: the number of the process above its pid, or kIdle.
constexpr std::uint64_t kIdle = ~std::uint64_t{0};

struct Turn {
    std::atomic<std::uint64_t> owner;
    std::atomic<int> dying;            ///< pid of a process that gave the turn away and is about to end
    std::atomic<std::uint32_t> answer; ///< futex: 0 asked, else the answer plus 1
};
DEADHEAT_SHARED sched::Shared<Turn> turn;
DEADHEAT_PER_PROCESS TurnDuties duties = {};

constexpr int kLookMilliseconds = 100;

std::uint64_t ownerOf(std::uint32_t process, int pid) {
    return (std::uint64_t{process} << 32) | static_cast<std::uint32_t>(pid);
}

/// A process of the run that has died and not been retired; null: none. For when nobody has the turn.
int findDead() {
    sched::Results& results = control().results;
    const std::uint32_t count = results.processes.load(std::memory_order_relaxed);
    for (std::uint32_t i = 1; i < count; ++i)
        if (const int pid = results.pids[i].load(std::memory_order_relaxed); pid > 0 && isDead(pid))
            return static_cast<int>(i);
    return -1;
}

/// Of the processes of a schedule only the first one ends with the server by itself.
void endWithServer() {
    const int server = control().results.serverPid;
    if (server > 0 && rawSyscall(SYS_kill, server, 0) == -ESRCH)
        endProcess(1);
}

void lookForDeath(const ThreadRecord& self) {
    endWithServer();
    std::uint64_t owner = turn->owner.load(std::memory_order_acquire);
    const int dead = owner == kIdle ? findDead() : static_cast<int>(owner >> 32);
    if (dead < 0 || (owner != kIdle && !isDead(static_cast<int>(owner & 0xffffffffu))))
        return;
    const std::uint64_t mine = ownerOf(self.process, thisProcess().pid);
    if (turn->owner.compare_exchange_strong(owner, mine))
        duties.afterDeath(processTable().at(static_cast<std::size_t>(dead)));
}

void answerQuestion(ThreadRecord& self) {
    const bool answer = duties.answer(self);
    self.turn.store(kWaits, std::memory_order_relaxed);
    turn->answer.store(answer ? 2 : 1, std::memory_order_release);
    futexWake(turn->answer);
}

void decide(ThreadRecord& self) {
    self.turn.store(kWaits, std::memory_order_relaxed);
    settleDeath();
    duties.decide(self);
}

void grant(ThreadRecord& thread, std::uint32_t how) {
    turn->owner.store(ownerOf(thread.process, processTable().at(thread.process).pid), std::memory_order_release);
    thread.turn.store(how, std::memory_order_release);
    futexWake(thread.turn);
}

} // namespace

void setTurnDuties(const TurnDuties& wanted) { duties = wanted; }

void startTurns(const ThreadRecord& self) {
    turn->owner.store(ownerOf(self.process, thisProcess().pid));
    control().results.turnTid.store(self.tid, std::memory_order_relaxed);
}

void grantTurn(ThreadRecord& thread) { grant(thread, kGranted); }
void grantDecision(ThreadRecord& thread) { grant(thread, kDecides); }

void awaitTurn(ThreadRecord& self) {
    for (;;) {
        const std::uint32_t state = self.turn.load(std::memory_order_acquire);
        if (state == kGranted)
            break;
        if (state == kAsked)
            answerQuestion(self);
        else if (state == kDecides)
            decide(self);
        else if (futexWait(self.turn, kWaits, severalProcesses() ? kLookMilliseconds : -1))
            lookForDeath(self);
    }
    self.turn.store(kWaits, std::memory_order_relaxed);
    control().results.turnTid.store(self.tid, std::memory_order_relaxed);
    settleDeath();
}

void leaveTurnIdle() { turn->owner.store(kIdle, std::memory_order_seq_cst); }

bool takeIdleTurn(const ThreadRecord& self) {
    std::uint64_t idle = kIdle;
    return turn->owner.compare_exchange_strong(idle, ownerOf(self.process, thisProcess().pid));
}

void announceDeath(int pid) { turn->dying.store(pid, std::memory_order_release); }

void settleDeath() {
    if (turn->dying.load(std::memory_order_acquire) == 0)
        return;
    if (const int pid = turn->dying.exchange(0); pid != thisProcess().pid)
        awaitDeath(pid);
}

bool askThread(ThreadRecord& thread) {
    turn->answer.store(0, std::memory_order_relaxed);
    thread.turn.store(kAsked, std::memory_order_release);
    futexWake(thread.turn);
    const int pid = processTable().at(thread.process).pid;
    while (turn->answer.load(std::memory_order_acquire) == 0)
        if (futexWait(turn->answer, 0, kLookMilliseconds) && isDead(pid))
            return false;
    return turn->answer.load(std::memory_order_relaxed) == 2;
}

} // namespace deadheat::intercept
