// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions that say which lock they require, and that nobody is seen to call: a context switch enters them, under that lock.
#include <functional>
#include <mutex>

#define TSA(x) __attribute__((x))

class TSA(capability("mutex")) Mutex {
public:
    void lock() TSA(acquire_capability()) { native_.lock(); }
    void unlock() TSA(release_capability()) { native_.unlock(); }

private:
    std::mutex native_;
};
void switchTo(std::function<void()>* body);

class WorkerOk {
public:
    void add() {
        mutex_.lock();
        ++count_;
        mutex_.unlock();
    }
    void take() {
        mutex_.lock();
        --count_;
        mutex_.unlock();
    }
    void put(int n) {
        mutex_.lock();
        count_ = n;
        mutex_.unlock();
    }
    int get() {
        mutex_.lock();
        const int n = count_;
        mutex_.unlock();
        return n;
    }
    void suspend() {
        mutex_.lock();
        body_ = [this]() TSA(requires_capability(mutex_)) { run(); };
        switchTo(&body_);
        mutex_.unlock();
    }

private:
    void run() TSA(requires_capability(mutex_)) {
        while (count_ > 0)
            --count_;
    }
    std::function<void()> body_;
    Mutex mutex_;
    int count_ = 0;
};
WorkerOk workerOk;

class WorkerBad {
public:
    void add() {
        mutex_.lock();
        ++count_;
        mutex_.unlock();
    }
    void take() {
        mutex_.lock();
        --count_;
        mutex_.unlock();
    }
    void put(int n) {
        mutex_.lock();
        count_ = n;
        mutex_.unlock();
    }
    int get() {
        mutex_.lock();
        const int n = count_;
        mutex_.unlock();
        return n;
    }
    void suspend() {
        body_ = [this] { run(); }; // expect: data-race(unguarded) "count_"
        switchTo(&body_);
    }

private:
    void run() {
        while (count_ > 0)
            --count_;
    }
    std::function<void()> body_;
    Mutex mutex_;
    int count_ = 0;
};
WorkerBad workerBad;

// It says so, and is called without.
class Ticket {
public:
    void add() {
        mutex_.lock();
        addLocked();
        mutex_.unlock();
    }
    void put(int n) {
        mutex_.lock();
        count_ = n;
        mutex_.unlock();
    }
    void take() {
        mutex_.lock();
        --count_;
        mutex_.unlock();
    }
    int get() {
        mutex_.lock();
        const int n = count_;
        mutex_.unlock();
        return n;
    }
    void addUnlockedBad() { addLocked(); } // expect: data-race(unguarded) "count_"

private:
    void addLocked() TSA(requires_capability(mutex_)) { ++count_; }
    Mutex mutex_;
    int count_ = 0;
};
Ticket ticket;

// What it requires is another lock.
class Meter {
public:
    void add() {
        mutex_.lock();
        ++count_;
        mutex_.unlock();
    }
    void put(int n) {
        mutex_.lock();
        count_ = n;
        mutex_.unlock();
    }
    void take() {
        mutex_.lock();
        --count_;
        mutex_.unlock();
    }
    int get() {
        mutex_.lock();
        const int n = count_;
        mutex_.unlock();
        return n;
    }
    void readCurrentlyMissed() TSA(requires_capability(printing_)) {
        printed_ = count_; // missed: data-race
    }

private:
    Mutex mutex_, printing_;
    int count_ = 0, printed_ = 0;
};
Meter meter;
