// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where along the control flow a lock is held: across create and join, twice, perhaps, through callees.
#include <mutex>
#include <thread>

namespace held_while_creating_and_joining {
std::mutex mutex;
int value;
void writeUnderTheLock() {
    std::lock_guard guard(mutex);
    value = 1;
}
void writeOnBehalfOfTheHolder() { value = 2; }
void holderJoinsBeforeItUnlocksOk() {
    std::thread rival(writeUnderTheLock);
    {
        std::lock_guard guard(mutex);
        std::thread deputy(writeOnBehalfOfTheHolder);
        deputy.join();
    }
    rival.join();
}
} // namespace held_while_creating_and_joining

namespace unlocked_before_the_join {
std::mutex mutex;
int value;
void writeUnderTheLock() {
    std::lock_guard guard(mutex);
    value = 1;
}
void writeWithout() {
    value = 2; // expect: data-race "value"
}
void holderUnlocksBeforeItJoinsBad() {
    std::thread rival(writeUnderTheLock);
    mutex.lock();
    std::thread deputy(writeWithout);
    mutex.unlock();
    deputy.join();
    rival.join();
}
} // namespace unlocked_before_the_join

namespace recursive {
std::recursive_mutex mutex;
int kept, lost;
void unlockedOnceOfTwice() {
    mutex.lock();
    mutex.lock();
    mutex.unlock();
    kept++;
    mutex.unlock();
}
void stillHeldOk() {
    std::thread a(unlockedOnceOfTwice);
    std::thread b(unlockedOnceOfTwice);
    a.join();
    b.join();
}
void unlockedTwiceOfTwice() {
    mutex.lock();
    mutex.lock();
    mutex.unlock();
    mutex.unlock();
    lost++; // expect: data-race
}
void noLongerHeldBad() {
    std::thread a(unlockedTwiceOfTwice);
    std::thread b(unlockedTwiceOfTwice);
    a.join();
    b.join();
}
int nested;
void inner() {
    std::lock_guard guard(mutex);
    nested++;
}
void outer() {
    std::lock_guard guard(mutex);
    inner();
    nested++;
}
void heldAgainInACalleeOk() {
    std::thread a(outer);
    std::thread b(inner);
    a.join();
    b.join();
}
} // namespace recursive

namespace unlocked_on_one_path {
std::mutex mutex;
int value;
void work(bool quick) {
    mutex.lock();
    if (quick) {
        mutex.unlock();
    }
    value++; // expect: data-race "value"
    if (!quick) {
        mutex.unlock();
    }
}
void heldOnTheOtherPathOnlyBad() {
    std::thread a(work, true);
    std::thread b(work, false);
    a.join();
    b.join();
}
} // namespace unlocked_on_one_path

namespace locked_on_demand {
bool threaded = false;
std::mutex mutex;
int value;
void work() {
    if (threaded) {
        mutex.lock();
    }
    value++; // false-alarm: data-race
    if (threaded) {
        mutex.unlock();
    }
}
void lockedWhenThreadedOk() {
    threaded = true;
    std::thread a(work);
    std::thread b(work);
    a.join();
    b.join();
}
} // namespace locked_on_demand

namespace lock_effects_of_callees {
std::mutex mutex;
int value, forgotten;
void enter() { mutex.lock(); }
void leave() { mutex.unlock(); }
void work() {
    enter();
    value++;
    leave();
}
void calleeLocksOk() {
    std::thread a(work);
    std::thread b(work);
    a.join();
    b.join();
}
void workTooLong() {
    enter();
    forgotten++;
    leave();
    forgotten++; // expect: data-race "forgotten"
}
void calleeHasUnlockedBad() {
    std::thread a(workTooLong);
    std::thread b(workTooLong);
    a.join();
    b.join();
}
bool tryEnter(bool open) {
    if (!open) {
        return false;
    }
    mutex.lock();
    return true;
}
int guardedByResult;
void workIfEntered(bool open) {
    if (tryEnter(open)) {
        guardedByResult++;
        leave();
    }
}
void lockedWhenTheCalleeSaysSoOk() {
    std::thread a(workIfEntered, true);
    std::thread b(workIfEntered, true);
    a.join();
    b.join();
}
int ignoredResult;
void workAnyway(bool open) {
    bool entered = tryEnter(open);
    ignoredResult++; // expect: data-race "ignoredResult"
    if (entered) {
        leave();
    }
}
void workedWhateverTheCalleeSaidBad() {
    std::thread a(workAnyway, true);
    std::thread b(workAnyway, false);
    a.join();
    b.join();
}
} // namespace lock_effects_of_callees

namespace unlocked_inside_a_callee {
std::mutex mutex;
int value;
void pause() {
    mutex.unlock();
    std::this_thread::yield();
    mutex.lock();
}
int relay;
void work() {
    mutex.lock();
    pause();
    relay++;
    mutex.unlock();
}
void heldAgainAfterThePauseOk() {
    std::thread a(work);
    std::thread b(work);
    a.join();
    b.join();
}
void finish() { mutex.unlock(); }
void workAfterFinish() {
    mutex.lock();
    finish();
    value++; // expect: data-race
}
void calleeReleasedTheCallersLockBad() {
    std::thread a(workAfterFinish);
    std::thread b(workAfterFinish);
    a.join();
    b.join();
}
} // namespace unlocked_inside_a_callee

namespace loops {
std::mutex mutex;
int inLoop, afterBreak, handOver;
void lockEachRound() {
    for (int i = 0; i < 8; ++i) {
        mutex.lock();
        ++inLoop;
        mutex.unlock();
    }
}
void eachRoundLockedOk() {
    std::thread a(lockEachRound);
    std::thread b(lockEachRound);
    a.join();
    b.join();
}
void leavesWithoutTheLock(int rounds) {
    mutex.lock();
    for (int i = 0; i < rounds; ++i) {
        ++afterBreak;
        mutex.unlock();
        if (i == 5) {
            ++afterBreak; // expect: data-race "afterBreak"
            return;
        }
        mutex.lock();
    }
    mutex.unlock();
}
void leftTheLoopUnlockedBad() {
    std::thread a(leavesWithoutTheLock, 10);
    std::thread b(leavesWithoutTheLock, 10);
    a.join();
    b.join();
}
void dropsTheLockInside(int rounds) {
    mutex.lock();
    for (int i = 0; i < rounds; ++i) {
        ++handOver;
        mutex.unlock();
        std::this_thread::yield();
        mutex.lock();
    }
    ++handOver;
    mutex.unlock();
}
void takenBackBeforeEachAccessOk() {
    std::thread a(dropsTheLockInside, 10);
    std::thread b(dropsTheLockInside, 10);
    a.join();
    b.join();
}
} // namespace loops

namespace branches {
std::mutex one, two;
int either, chosen;
void locksEither(bool which) {
    if (which) {
        one.lock();
    } else {
        two.lock();
    }
    ++either; // expect: data-race "either"
    if (which) {
        one.unlock();
    } else {
        two.unlock();
    }
}
void neitherLockIsSureBad() {
    std::thread a(locksEither, true);
    std::thread b(locksEither, false);
    a.join();
    b.join();
}
void locksOnEachBranch(int kind) {
    switch (kind) {
    case 0:
        one.lock();
        chosen = 0;
        one.unlock();
        break;
    default:
        one.lock();
        chosen = kind;
        one.unlock();
    }
}
void everyBranchLocksOk() {
    std::thread a(locksOnEachBranch, 0);
    std::thread b(locksOnEachBranch, 1);
    a.join();
    b.join();
}
} // namespace branches

namespace exceptions {
std::mutex mutex;
int value, recovered;
void step(int n) {
    if (n < 0) {
        throw n;
    }
}
void lockedAlsoInTheHandler(int n) {
    std::lock_guard guard(mutex);
    try {
        step(n);
        ++value;
    } catch (int) {
        --value;
    }
}
void guardOutsideTheTryOk() {
    std::thread a(lockedAlsoInTheHandler, 1);
    std::thread b(lockedAlsoInTheHandler, -1);
    a.join();
    b.join();
}
void unlockedInTheHandler(int n) {
    try {
        std::lock_guard guard(mutex);
        step(n);
        ++recovered;
    } catch (int) {
        --recovered; // expect: data-race "recovered"
    }
}
void guardInsideTheTryBad() {
    std::thread a(unlockedInTheHandler, 1);
    std::thread b(unlockedInTheHandler, -1);
    a.join();
    b.join();
}
} // namespace exceptions
