// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The state that a waiter tests is changed without the waiter's mutex: the notification can fall between test and wait.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>

class PlainFlagBad {
public:
    void wait() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return ready_; });
    }
    void set() {
        ready_ = true;         // expect: lost-wakeup "ready_"; partner: data-race
        changed_.notify_one(); // partner: lost-wakeup
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool ready_ = false;
};

class AtomicFlagBad { // no data race, and still the wakeup can be lost
public:
    void wait() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return ready_.load(); });
    }
    void set() {
        ready_ = true;         // expect: lost-wakeup "ready_"
        changed_.notify_all(); // partner: lost-wakeup
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::atomic<bool> ready_ = false;
};

class UnderTheLockOk {
public:
    void wait() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return ready_; });
    }
    void set() {
        std::lock_guard lock(mutex_);
        ready_ = true;
        changed_.notify_one();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool ready_ = false;
};

class NotifiedAfterTheLockOk {
public:
    void wait() {
        std::unique_lock lock(mutex_);
        while (!ready_) {
            changed_.wait(lock);
        }
    }
    void set() {
        {
            std::lock_guard lock(mutex_);
            ready_ = true;
        }
        changed_.notify_one();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool ready_ = false;
};

class AtomicUnderTheLockOk {
public:
    void wait() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return ready_.load(); });
    }
    void set() {
        {
            std::lock_guard lock(mutex_);
            ready_ = true;
        }
        changed_.notify_all();
    }
    bool ready() const { return ready_; }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::atomic<bool> ready_ = false;
};

class EmptyCriticalSectionOk { // the lock after the change orders it before the notification
public:
    void wait() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return ready_.load(); });
    }
    void set() {
        ready_ = true;
        {
            std::lock_guard lock(mutex_);
        }
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::atomic<bool> ready_ = false;
};

class OtherMutexBad {
public:
    void wait() {
        std::unique_lock lock(waitMutex_);
        changed_.wait(lock, [this] { return count_ > 0; }); // partner: data-race
    }
    void add() {
        std::lock_guard lock(countMutex_);
        ++count_;              // expect: lost-wakeup "count_"; partner: data-race
        changed_.notify_one(); // partner: lost-wakeup
    }

private:
    std::mutex waitMutex_, countMutex_;
    std::condition_variable changed_;
    int count_ = 0;
};

class QueueOk {
public:
    void push(int value) {
        {
            std::lock_guard lock(mutex_);
            values_.push_back(value);
        }
        filled_.notify_one();
    }
    int pop() {
        std::unique_lock lock(mutex_);
        filled_.wait(lock, [this] { return !values_.empty(); });
        int value = values_.front();
        values_.pop_front();
        return value;
    }

private:
    std::mutex mutex_;
    std::condition_variable filled_;
    std::deque<int> values_;
};

class StopFlagBad { // pushing is right, stopping forgets the lock
public:
    void push(int value) {
        {
            std::lock_guard lock(mutex_);
            values_.push_back(value);
        }
        changed_.notify_one();
    }
    bool pop(int& value) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stopping_ || !values_.empty(); });
        if (values_.empty()) {
            return false;
        }
        value = values_.front();
        values_.pop_front();
        return true;
    }
    void stop() {
        stopping_ = true;      // expect: lost-wakeup "stopping_"
        changed_.notify_all(); // partner: lost-wakeup
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<int> values_;
    std::atomic<bool> stopping_ = false;
};

class TimedWaitOk { // the waiter looks again by itself: a lost wakeup costs a moment
public:
    void wait() {
        std::unique_lock lock(mutex_);
        while (!ready_) {
            changed_.wait_for(lock, std::chrono::milliseconds(100));
        }
    }
    void set() {
        ready_ = true;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::atomic<bool> ready_ = false;
};

class HelperOk { // the state changes in a helper that is called with the lock held
public:
    void wait() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return ready_; });
    }
    void set() {
        std::lock_guard lock(mutex_);
        change();
    }

private:
    void change() {
        ready_ = true;
        changed_.notify_one();
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    bool ready_ = false;
};
