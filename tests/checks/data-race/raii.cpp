// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The states of a guard object: deferred, tried, released early, adopted, moved, returned, self-made.
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <thread>
#include <utility>

template <typename Work>
void runTwice(Work work) {
    std::thread a(work);
    std::thread b(work);
    a.join();
    b.join();
}

namespace deferred {
std::mutex mutex;
int lockedLater, neverLocked;
void lockLater() {
    std::unique_lock guard(mutex, std::defer_lock);
    guard.lock();
    ++lockedLater;
}
void lockedBeforeTheAccessOk() { runTwice(lockLater); }
void neverLock() {
    std::unique_lock guard(mutex, std::defer_lock);
    ++neverLocked; // expect: data-race "neverLocked"
}
void deferredAndForgottenBad() { runTwice(neverLock); }
} // namespace deferred

namespace tried {
std::mutex mutex;
int owned, notAsked, askedWrong;
void ask() {
    std::unique_lock guard(mutex, std::try_to_lock);
    if (guard.owns_lock()) {
        ++owned;
    }
}
void ownsLockTestedOk() { runTwice(ask); }
void askByBool() {
    std::unique_lock guard(mutex, std::try_to_lock);
    if (!guard) {
        return;
    }
    ++owned;
}
void boolTestedOk() { runTwice(askByBool); }
void doNotAsk() {
    std::unique_lock guard(mutex, std::try_to_lock);
    ++notAsked; // expect: data-race "notAsked"
}
void ownershipNotTestedBad() { runTwice(doNotAsk); }
void askWrong() {
    std::unique_lock guard(mutex, std::try_to_lock);
    if (!guard.owns_lock()) {
        ++askedWrong; // expect: data-race "askedWrong"
    }
}
void testedTheWrongWayBad() { runTwice(askWrong); }
} // namespace tried

namespace released_early {
std::mutex mutex;
int before, after, again;
void unlockThenGoOn() {
    std::unique_lock guard(mutex);
    ++before;
    guard.unlock();
    ++after; // expect: data-race "after"
}
void accessAfterUnlockBad() { runTwice(unlockThenGoOn); }
void unlockAndRelock() {
    std::unique_lock guard(mutex);
    ++again;
    guard.unlock();
    std::this_thread::yield();
    guard.lock();
    ++again;
}
void lockedAgainOk() { runTwice(unlockAndRelock); }
} // namespace released_early

namespace scopes {
std::mutex mutex;
int inside, outside;
void innerScope() {
    {
        std::lock_guard guard(mutex);
        ++inside;
    }
    ++outside; // expect: data-race "outside"
}
void guardEndedWithItsScopeBad() { runTwice(innerScope); }
int conditional;
void guardInABranch(bool careful) {
    if (careful) {
        std::lock_guard guard(mutex);
    }
    ++conditional; // expect: data-race "conditional"
}
void guardEndedWithItsBranchBad() {
    runTwice([] { guardInABranch(true); });
}
int temporary;
void temporaryGuard() {
    std::lock_guard<std::mutex>{mutex}; // expect: temporary-guard
    ++temporary;                        // expect: data-race "temporary"
}
void guardWithoutANameBad() { runTwice(temporaryGuard); }
int initialised;
void guardInIfInitialiser() {
    if (std::lock_guard guard(mutex); initialised < 10) {
        ++initialised;
    } else {
        --initialised;
    }
}
void guardLivesThroughBothBranchesOk() { runTwice(guardInIfInitialiser); }
} // namespace scopes

namespace adopted {
std::mutex left, right;
int pair, single;
void lockBothThenAdopt() {
    std::lock(left, right);
    std::lock_guard first(left, std::adopt_lock);
    std::lock_guard second(right, std::adopt_lock);
    ++pair;
}
void stdLockThenAdoptOk() { runTwice(lockBothThenAdopt); }
void deferThenLockBoth() {
    std::unique_lock first(left, std::defer_lock);
    std::unique_lock second(right, std::defer_lock);
    std::lock(first, second);
    ++single;
}
void deferThenStdLockOk() { runTwice(deferThenLockBoth); }
} // namespace adopted

namespace moved {
std::mutex mutex;
int handed, dropped, forgotten;
void use(std::unique_lock<std::mutex> guard) {
    ++handed;
    guard.unlock();
}
void handOver() {
    std::unique_lock guard(mutex);
    use(std::move(guard));
}
void movedIntoACalleeOk() { runTwice(handOver); }
void useAndDrop(std::unique_lock<std::mutex>) {}
void handOverTooSoon() {
    std::unique_lock guard(mutex);
    useAndDrop(std::move(guard));
    ++dropped; // missed: data-race "dropped"
}
void calleeDroppedTheGuardBad() { runTwice(handOverTooSoon); }
void moveToOuter() {
    std::unique_lock<std::mutex> outer;
    {
        std::unique_lock inner(mutex);
        outer = std::move(inner);
    }
    ++forgotten;
}
void movedToALongerLivedGuardOk() { runTwice(moveToOuter); }
} // namespace moved

namespace returned {
std::mutex mutex;
int kept, lost;
std::unique_lock<std::mutex> enter() { return std::unique_lock<std::mutex>(mutex); }
void keepTheGuard() {
    auto guard = enter();
    ++kept;
}
void guardReturnedAndKeptOk() { runTwice(keepTheGuard); }
void loseTheGuard() {
    enter(); // partner: temporary-guard
    ++lost;  // expect: data-race "lost"
}
void guardReturnedAndLostBad() { runTwice(loseTheGuard); }
std::unique_lock<std::mutex> tryEnter() { return std::unique_lock<std::mutex>(mutex, std::try_to_lock); }
int tried;
void askTheReturnedGuard() {
    if (auto guard = tryEnter()) {
        ++tried;
    }
}
void returnedGuardTestedOk() { runTwice(askTheReturnedGuard); }
} // namespace returned

namespace self_made {
std::mutex mutex;
class Hold {
public:
    explicit Hold(std::mutex& mutex) : mutex_(mutex) { mutex_.lock(); }
    ~Hold() { mutex_.unlock(); }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

private:
    std::mutex& mutex_;
};
class Release { // the reverse: unlocks for the time of a scope
public:
    explicit Release(std::mutex& mutex) : mutex_(mutex) { mutex_.unlock(); }
    ~Release() { mutex_.lock(); }
    Release(const Release&) = delete;
    Release& operator=(const Release&) = delete;

private:
    std::mutex& mutex_;
};
int held, released, back;
void holdAndAdd() {
    Hold hold(mutex);
    ++held;
}
void ownGuardClassOk() { runTwice(holdAndAdd); }
void releaseAndAdd() {
    Hold hold(mutex);
    {
        Release release(mutex);
        ++released; // expect: data-race "released"
    }
    ++back;
}
void ownReverseGuardBad() { runTwice(releaseAndAdd); }
int optionalGuarded;
void holdOptionally(bool threaded) {
    std::optional<std::lock_guard<std::mutex>> guard;
    if (threaded) {
        guard.emplace(mutex);
    }
    ++optionalGuarded;
}
void guardInAnOptionalOk() {
    runTwice([] { holdOptionally(true); });
}
} // namespace self_made

namespace shared_guards {
std::shared_mutex mutex;
int table, upgraded;
int readThenWrite() {
    {
        std::shared_lock guard(mutex);
        if (table != 0) {
            return table;
        }
    }
    std::unique_lock guard(mutex);
    table = 1;
    return table;
}
void relockedExclusivelyOk() { runTwice(readThenWrite); }
int writeUnderTheReaderLock() {
    std::shared_lock guard(mutex);
    if (upgraded == 0) {
        upgraded = 1; // expect: data-race(write-under-shared-lock) "upgraded"
    }
    return upgraded;
}
void lazilyWrittenUnderTheReaderLockBad() { runTwice(writeUnderTheReaderLock); }
} // namespace shared_guards
