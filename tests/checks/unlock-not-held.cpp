// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A lock released by code that does not hold it: never taken, released twice, the wrong kind, the guard's own.
#include <mutex>
#include <shared_mutex>
#include <thread>

std::mutex mutex, other;
std::shared_mutex sharedMutex;
std::recursive_mutex recursive;
bool ready() noexcept;

void releasedTwiceBad() {
    mutex.lock();
    mutex.unlock();
    mutex.unlock(); // expect: unlock-not-held "mutex"
}

void releasedTwiceOnOnePathBad(bool early) {
    mutex.lock();
    if (early) {
        mutex.unlock();
    }
    mutex.unlock(); // expect: unlock-not-held
}

void releasedOnceOnEachPathOk(bool early) {
    mutex.lock();
    if (early) {
        mutex.unlock();
        return;
    }
    mutex.unlock();
}

void lockedOnOneBranchBad(bool careful) {
    if (careful) {
        mutex.lock();
    }
    mutex.unlock(); // expect: unlock-not-held
}

void sameConditionOk(bool careful) {
    if (careful) {
        mutex.lock();
    }
    if (careful) {
        mutex.unlock();
    }
}

void differentConditionBad(bool careful, bool threaded) {
    if (careful) {
        mutex.lock(); // partner: lock-leak
    }
    if (threaded) {
        mutex.unlock(); // expect: unlock-not-held
    }
}

void otherLockBad() {
    other.lock();   // partner: lock-leak
    mutex.unlock(); // expect: unlock-not-held "mutex"
}

void guardReleasesAgainBad() {
    std::lock_guard guard(mutex); // partner: unlock-not-held
    mutex.unlock();               // expect: unlock-not-held
}

void guardUnlockedByHandThenRelockedOk() {
    std::lock_guard guard(mutex);
    mutex.unlock();
    std::this_thread::yield();
    mutex.lock();
}

void uniqueLockReleasedTwiceBad() {
    std::unique_lock guard(mutex);
    guard.unlock();
    guard.unlock(); // expect: unlock-not-held "mutex"
}

void uniqueLockReleasedEarlyOk() {
    std::unique_lock guard(mutex);
    guard.unlock();
}

void deferredAndNeverLockedBad() {
    std::unique_lock guard(mutex, std::defer_lock);
    guard.unlock(); // expect: unlock-not-held "mutex"
}

void wrongKindBad() {
    sharedMutex.lock_shared();
    sharedMutex.unlock(); // expect: unlock-not-held "sharedMutex"
}

void rightKindOk() {
    sharedMutex.lock_shared();
    sharedMutex.unlock_shared();
    sharedMutex.lock();
    sharedMutex.unlock();
}

void tryFailedBad() {
    if (!mutex.try_lock()) {
        mutex.unlock(); // expect: unlock-not-held
        return;
    }
    mutex.unlock();
}

void tryNotTestedBad() {
    mutex.try_lock();
    mutex.unlock(); // expect: unlock-not-held
}

void tryTestedOk() {
    const bool locked = mutex.try_lock();
    if (locked) {
        mutex.unlock();
    }
}

void recursiveTwiceOk() {
    recursive.lock();
    recursive.lock();
    recursive.unlock();
    recursive.unlock();
}

void recursiveThriceBad() {
    recursive.lock();
    recursive.lock();
    recursive.unlock();
    recursive.unlock();
    recursive.unlock(); // expect: unlock-not-held "recursive"
}

void inALoopBad(int rounds) {
    mutex.lock(); // partner: lock-leak
    for (int i = 0; i < rounds; ++i) {
        mutex.unlock(); // expect: unlock-not-held
    }
}

void inALoopOk(int rounds) {
    mutex.lock();
    for (int i = 0; i < rounds; ++i) {
        mutex.unlock();
        std::this_thread::yield();
        mutex.lock();
    }
    mutex.unlock();
}

// A function that releases its caller's lock is fine when every caller holds it.
void finish() { mutex.unlock(); }

void finishedByACalleeOk() {
    mutex.lock();
    finish();
}

void finishedTwiceBad() {
    mutex.lock();
    finish();
    mutex.unlock(); // expect: unlock-not-held
}

class Door {
public:
    void openOk() { mutex_.lock(); }
    void closeOk() { mutex_.unlock(); }

private:
    std::mutex mutex_;
};
