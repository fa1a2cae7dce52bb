// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Judged only from threads that have not moved between two looks. A cycle of owned objects (mutex, rwlock, thread) is a
// deadlock whatever the others do. "All wait" is one only if nothing outside the records could wake a thread: every task
// of the process is known, no wait has a limit or is for something shared with other processes, and the program handles no
// signals.
#include "runtime/intercept/watch.h"

#include "runtime/intercept/failure_report.h"
#include "runtime/intercept/os.h"
#include "runtime/intercept/other_threads.h"
#include "runtime/intercept/session.h"
#include "runtime/intercept/signals.h"
#include "runtime/intercept/standstill.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/sched/memory.h"

#include <csignal>
#include <sys/syscall.h>

namespace deadheat::intercept {
namespace {

constexpr int kLookMilliseconds = 150;
constexpr unsigned kLooksBeforeAllWait = 3;

DEADHEAT_PER_PROCESS std::atomic<std::uint32_t> dumpRequested{0};

struct Seen {
    std::uint64_t waits = 0; ///< as at the last look
    unsigned looks = 0;      ///< in a row in which the thread waited without moving
};

class Watch {
public:
    [[noreturn]] void run();

private:
    void look();
    bool isStuck(sched::ThreadId id) const { return seen_[id].looks > 0 && !threadRecordAt(id).wait.timed; }
    bool followOwners(sched::ThreadId at, sched::ThreadId target);
    bool everybodyWaits() const;
    [[noreturn]] void report();

    sched::Vector<Seen> seen_;
    sched::Vector<sched::ThreadId> cycle_;
    sched::Vector<bool> visited_;
    bool holderEnded_ = false;
};

template <typename F>
void forEachOwner(const Wait& wait, F visit) {
    if (wait.resource == sched::ResourceKind::thread) {
        visit(reinterpret_cast<const ThreadRecord*>(wait.address)->id);
        return;
    }
    const bool forReading = wait.operation == sched::OperationKind::readLock;
    for (std::size_t i = 0; i < threadRecordCount(); ++i)
        for (const Held& held : threadRecordAt(i).held)
            if (held.address == wait.address && held.kind == wait.resource && !(forReading && held.shared))
                visit(static_cast<sched::ThreadId>(i));
}

void Watch::run() {
    for (;;) {
        futexWait(dumpRequested, 0, kLookMilliseconds);
        if (dumpRequested.exchange(0) != 0)
            reportStuck(StuckKind::dump, cycle_);
        look();
        lookForStandstill();
    }
}

void Watch::look() {
    const std::size_t count = threadRecordCount();
    while (seen_.size() < count) {
        seen_.push(Seen{});
        visited_.push(false);
    }
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t waits = threadRecordAt(i).waits.load(std::memory_order_acquire);
        seen_[i].looks = waits % 2 == 1 && waits == seen_[i].waits ? seen_[i].looks + 1 : 0;
        seen_[i].waits = waits;
    }
    for (std::size_t i = 0; i < count; ++i) {
        cycle_.clear();
        for (bool& visited : visited_)
            visited = false;
        if (isStuck(static_cast<sched::ThreadId>(i)) &&
            followOwners(static_cast<sched::ThreadId>(i), static_cast<sched::ThreadId>(i)))
            report();
    }
    cycle_.clear();
    if (everybodyWaits())
        report();
}

bool Watch::followOwners(sched::ThreadId at, sched::ThreadId target) {
    if (at >= seen_.size() || visited_[at] || !isStuck(at))
        return false;
    visited_[at] = true;
    cycle_.push(at);
    bool found = false;
    forEachOwner(threadRecordAt(at).wait, [&](sched::ThreadId owner) {
        const bool ended = threadRecordAt(owner).finished.load(std::memory_order_acquire);
        const bool holdsForEver = ended && threadRecordAt(at).wait.resource != sched::ResourceKind::thread;
        holderEnded_ |= holdsForEver;
        found = found || owner == target || holdsForEver || followOwners(owner, target);
    });
    if (!found)
        cycle_.pop();
    return found;
}

bool Watch::everybodyWaits() const {
    std::size_t live = 0;
    for (std::size_t i = 0; i < seen_.size(); ++i) {
        if (threadRecordAt(i).finished.load(std::memory_order_acquire))
            continue;
        ++live;
        const Wait& wait = threadRecordAt(i).wait;
        if (seen_[i].looks < kLooksBeforeAllWait || wait.timed || wait.fromOutside)
            return false;
    }
    // Besides the program's threads: this one and ThreadSanitizer's background thread.
    return live > 0 && !programHandlesSignals() && countTasks() <= live + 2;
}

void Watch::report() {
    reportStuck(StuckKind::deadlock, cycle_, holderEnded_);
    control().results.end = sched::End::deadlock;
    endProcess(1);
}

void* runWatch(void*) { sched::create<Watch>()->run(); }

void requestDump(int) {
    dumpRequested.store(1, std::memory_order_release);
    futexWake(dumpRequested);
}

} // namespace

void startWatch() {
    joinStandstill();
    using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
    static const auto createThread = reinterpret_cast<Create>(libraryFunction("pthread_create"));
    const std::uint64_t all = ~std::uint64_t{0};
    std::uint64_t before = 0;
    rawSyscall(SYS_rt_sigprocmask, SIG_SETMASK, reinterpret_cast<long>(&all), reinterpret_cast<long>(&before),
               sizeof before);
    pthread_t handle{};
    createThread(&handle, nullptr, runWatch, nullptr);
    rawSyscall(SYS_rt_sigprocmask, SIG_SETMASK, reinterpret_cast<long>(&before), 0, sizeof before);
    if (control().orders.dumpSignal != 0)
        handleSignalUnseen(static_cast<int>(control().orders.dumpSignal), requestDump);
}

} // namespace deadheat::intercept
