// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Waits on a condition variable: without a loop, without the mutex, with a second lock held.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <stop_token>

std::mutex mutex, other;
std::condition_variable changed;
std::condition_variable_any any;
bool ready;
std::deque<int> queue;

void waitedOnceBad() {
    std::unique_lock lock(mutex);
    changed.wait(lock); // expect: condition-wait "changed"
}

void testedByIfBad() {
    std::unique_lock lock(mutex);
    if (!ready) {
        changed.wait(lock); // expect: condition-wait "changed"
    }
}

void testedByWhileOk() {
    std::unique_lock lock(mutex);
    while (!ready) {
        changed.wait(lock);
    }
}

void predicateOk() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [] { return ready; });
}

void doWhileOk() {
    std::unique_lock lock(mutex);
    do {
        changed.wait(lock);
    } while (!ready);
}

void foreverLoopOk() {
    std::unique_lock lock(mutex);
    for (;;) {
        if (ready) {
            return;
        }
        changed.wait(lock);
    }
}

int queueOk() {
    std::unique_lock lock(mutex);
    while (queue.empty()) {
        changed.wait(lock);
    }
    int front = queue.front();
    queue.pop_front();
    return front;
}

int queueBad() {
    std::unique_lock lock(mutex);
    if (queue.empty()) {
        changed.wait(lock); // expect: condition-wait
    }
    int front = queue.front();
    queue.pop_front();
    return front;
}

void timedOnceBad() {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, std::chrono::seconds(1)); // expect: condition-wait
}

void timedPredicateOk() {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, std::chrono::seconds(1), [] { return ready; });
}

bool timedLoopOk(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex);
    while (!ready) {
        if (changed.wait_until(lock, deadline) == std::cv_status::timeout) {
            return ready;
        }
    }
    return true;
}

void loopOverSomethingElseBad(int rounds) {
    std::unique_lock lock(mutex);
    for (int i = 0; i < rounds; ++i) {
        changed.wait(lock); // expect: condition-wait
    }
}

void secondLockHeldBad() {
    std::lock_guard outer(other);
    std::unique_lock lock(mutex);
    changed.wait(lock, [] { return ready; }); // expect: condition-wait(second-lock) "other"
}

void secondLockReleasedOk() {
    std::unique_lock outer(other);
    outer.unlock();
    std::unique_lock lock(mutex);
    changed.wait(lock, [] { return ready; });
}

void waitUnder() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [] { return ready; }); // expect: condition-wait(second-lock) "other"
}

void secondLockHeldByTheCallerBad() {
    std::lock_guard outer(other);
    waitUnder(); // partner: condition-wait
}

void notLockedBad() {
    std::unique_lock lock(mutex, std::defer_lock);
    changed.wait(lock, [] { return ready; }); // expect: condition-wait(not-locked) "mutex"
}

void unlockedBeforeBad() {
    std::unique_lock lock(mutex);
    lock.unlock();
    while (!ready) {        // partner: data-race
        changed.wait(lock); // expect: condition-wait(not-locked)
    }
}

void anyOnceBad() {
    std::unique_lock lock(mutex);
    any.wait(lock); // expect: condition-wait "any"
}

void anyWithStopTokenOk(std::stop_token stop) {
    std::unique_lock lock(mutex);
    any.wait(lock, stop, [] { return ready; });
}

class Gate {
public:
    void passBad() {
        std::unique_lock lock(mutex_);
        if (!open_) {
            opened_.wait(lock); // expect: condition-wait "opened_"
        }
    }
    void passOk() {
        std::unique_lock lock(mutex_);
        opened_.wait(lock, [this] { return open_; });
    }
    void open() {
        {
            std::lock_guard lock(mutex_);
            open_ = true;
        }
        opened_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable opened_;
    bool open_ = false;
};

void wrapped(std::unique_lock<std::mutex>& lock) { changed.wait(lock); }

void loopAroundAWrapperOk() {
    std::unique_lock lock(mutex);
    while (!ready) {
        wrapped(lock);
    }
}

std::mutex leftMutex, rightMutex;
std::condition_variable shared;
bool leftReady, rightReady;
void waitLeft() {
    std::unique_lock lock(leftMutex);
    shared.wait(lock, [] { return leftReady; }); // expect: condition-wait(two-mutexes) "leftMutex" "rightMutex"
}
void waitRight() {
    std::unique_lock lock(rightMutex);
    shared.wait(lock, [] { return rightReady; }); // partner: condition-wait
}

// What is tested before the lock is taken may have changed when the wait begins.
namespace early {

std::mutex mutex;
std::condition_variable changed;
std::atomic<bool> stopped;
void collect();

void sleepsAfterALookBad() {
    while (true) {
        collect();
        if (!stopped) {
            std::unique_lock<std::mutex> lock(mutex);
            changed.wait(lock); // expect: condition-wait
        }
    }
}

void sleepsForATimeOk() {
    while (true) {
        collect();
        if (!stopped) {
            std::unique_lock<std::mutex> lock(mutex);
            changed.wait_for(lock, std::chrono::seconds(1));
        }
    }
}

} // namespace early
