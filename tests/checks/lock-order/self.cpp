// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The shortest cycle: a thread waits for a lock that it holds itself.
#include <condition_variable>
#include <mutex>
#include <shared_mutex>

namespace twice_in_a_row {
std::mutex mutex;
void lockedTwiceBad() {
    std::lock_guard outer(mutex);
    std::lock_guard inner(mutex); // expect: lock-order(self-deadlock) "mutex"
}
void lockedByHandTwiceBad() {
    mutex.lock();
    mutex.lock(); // expect: lock-order(self-deadlock)
    mutex.unlock();
    mutex.unlock();
}
void lockedAgainAfterUnlockOk() {
    mutex.lock();
    mutex.unlock();
    mutex.lock();
    mutex.unlock();
}
void lockedAgainInTheNextScopeOk() {
    {
        std::lock_guard guard(mutex);
    }
    std::lock_guard guard(mutex);
}
} // namespace twice_in_a_row

namespace recursive {
std::recursive_mutex mutex;
void recursiveMutexTwiceOk() {
    std::lock_guard outer(mutex);
    std::lock_guard inner(mutex);
}
} // namespace recursive

namespace through_a_callee {
class Document {
public:
    void saveBad() {
        std::lock_guard guard(mutex_);
        ++saves_;
        touch(); // partner: lock-order
    }
    void saveOk() {
        {
            std::lock_guard guard(mutex_);
            ++saves_;
        }
        touch();
    }
    void touch() {
        std::lock_guard guard(mutex_); // expect: lock-order(self-deadlock) "mutex_"
        ++touches_;
    }
    void copyOk(const Document& other) { // another object's lock
        std::lock_guard guard(mutex_);
        other.flush();
    }

private:
    void flush() const {}
    std::mutex mutex_;
    int saves_ = 0;
    int touches_ = 0;
};
std::mutex global;
void bottom() {
    std::lock_guard guard(global); // expect: lock-order(self-deadlock)
}
void middle() { bottom(); }
void threeCallsDownBad() {
    std::lock_guard guard(global);
    middle();
}
} // namespace through_a_callee

namespace on_some_path {
std::mutex mutex;
void relockedAfterAnEarlyExitBad(bool quick) {
    mutex.lock(); // partner: lock-leak
    if (!quick) {
        mutex.unlock();
    }
    mutex.lock(); // expect: lock-order(self-deadlock)
    mutex.unlock();
}
void unlockedOnEveryPathOk(bool quick) {
    mutex.lock();
    if (quick) {
        mutex.unlock();
    } else {
        mutex.unlock();
    }
    mutex.lock();
    mutex.unlock();
}
void inALoopBad(int rounds) {
    for (int i = 0; i < rounds; ++i) {
        mutex.lock(); // expect: lock-order(self-deadlock); partner: lock-leak
        if (i == 3) {
            continue;
        }
        mutex.unlock();
    }
}
void inALoopOk(int rounds) {
    for (int i = 0; i < rounds; ++i) {
        mutex.lock();
        if (i == 3) {
            mutex.unlock();
            continue;
        }
        mutex.unlock();
    }
}
void correlatedBranchesOk(bool nested) {
    if (!nested) {
        mutex.lock();
    }
    if (!nested) {
        mutex.unlock();
    }
}
} // namespace on_some_path

namespace shared_locks {
std::shared_mutex mutex;
void upgradedBad() {
    std::shared_lock reading(mutex);
    std::unique_lock writing(mutex); // expect: lock-order(self-deadlock) "mutex"
}
void downgradedByHandBad() {
    std::unique_lock writing(mutex);
    std::shared_lock reading(mutex); // expect: lock-order(self-deadlock)
}
void oneAfterTheOtherOk() {
    {
        std::shared_lock reading(mutex);
    }
    std::unique_lock writing(mutex);
}
} // namespace shared_locks

namespace guards {
std::mutex mutex;
void guardAndHandBad() {
    std::unique_lock guard(mutex);
    mutex.lock(); // expect: lock-order(self-deadlock)
    mutex.unlock();
}
void guardLockedAgainOk() {
    std::unique_lock guard(mutex);
    guard.unlock();
    guard.lock();
}
void adoptedOk() {
    mutex.lock();
    std::lock_guard guard(mutex, std::adopt_lock);
}
void lockedThenGuardedWithoutAdoptBad() {
    mutex.lock();                 // partner: lock-leak
    std::lock_guard guard(mutex); // expect: lock-order(self-deadlock)
}
std::condition_variable changed;
bool ready;
void waitGivesTheLockBackOk() {
    std::unique_lock guard(mutex);
    changed.wait(guard, [] { return ready; });
}
void predicateTakesTheLockAgainBad() {
    std::unique_lock guard(mutex);
    changed.wait(guard, [] {
        std::lock_guard inner(mutex); // expect: lock-order(self-deadlock)
        return ready;
    });
}
void tryLockAgainOk() {
    std::lock_guard guard(mutex);
    if (mutex.try_lock()) {
        mutex.unlock();
    }
}
} // namespace guards
