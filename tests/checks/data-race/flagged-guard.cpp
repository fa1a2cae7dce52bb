// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Guards of a project's own that remember in a flag whether they hold the lock, and can give it back and take it again.
#include <mutex>
#include <thread>

namespace {

class FlaggedGuard {
public:
    explicit FlaggedGuard(std::mutex& mutex) : mutex_(mutex) {
        mutex_.lock();
        locked_ = true;
    }
    ~FlaggedGuard() {
        if (locked_) {
            mutex_.unlock();
        }
    }
    void lock() {
        if (!locked_) {
            mutex_.lock(); // false-alarm: lock-order
            locked_ = true;
        }
    }
    void unlock() {
        if (locked_) {
            mutex_.unlock();
            locked_ = false;
        }
    }
    bool locked() const { return locked_; }

private:
    std::mutex& mutex_;
    bool locked_;
};

void rest() {}

class Scheduler {
public:
    void takenAgainOk() {
        FlaggedGuard lock(mutex_);
        ++taken_;
        lock.unlock();
        rest();
        lock.lock();
        ++taken_;
    }
    void takenAgainInALoopOk() {
        FlaggedGuard lock(mutex_);
        while (looped_ > 0) {
            --looped_;
            lock.unlock();
            rest();
            lock.lock();
            ++looped_;
        }
    }
    /// What the flag says at the second call is known in the caller only.
    void takenTwiceOk() {
        FlaggedGuard lock(mutex_);
        lock.lock();
        ++twice_;
        lock.unlock();
        lock.unlock();
    }
    void askedOk() {
        FlaggedGuard lock(mutex_);
        if (rounds_ > 3) {
            lock.unlock();
        }
        if (lock.locked()) {
            ++rounds_;
        }
    }
    void forgottenBad() {
        FlaggedGuard lock(mutex_);
        lock.unlock();
        ++forgotten_; // expect: data-race "forgotten_"
    }
    void onOneWayBad() {
        FlaggedGuard lock(mutex_);
        if (rounds() > 3) {
            lock.unlock();
        }
        ++sometimes_; // expect: data-race "sometimes_"
    }

private:
    int rounds();

    std::mutex mutex_;
    int taken_ = 0, looped_ = 3, twice_ = 0, rounds_ = 0, forgotten_ = 0, sometimes_ = 0;
};

void work(Scheduler& scheduler) {
    scheduler.takenAgainOk();
    scheduler.takenAgainInALoopOk();
    scheduler.takenTwiceOk();
    scheduler.askedOk();
    scheduler.forgottenBad();
    scheduler.onOneWayBad();
}

} // namespace

int main() {
    Scheduler scheduler;
    std::jthread other([&] { work(scheduler); });
    work(scheduler);
}
