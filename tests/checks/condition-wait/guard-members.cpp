// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Guards and mutexes with a wait of their own: whoever has the guard has locked the mutex, and a function that says that it
// requires the mutex is entered with it.
#include <condition_variable>
#include <functional>
#include <mutex>

#define TSA(x) __attribute__((x))

// ---- a guard around a unique_lock ----
class Lock {
public:
    explicit Lock(std::mutex& mutex) : lock_(mutex) {}
    template <typename P>
    void waitOk(std::condition_variable& condition, P&& isTrue) {
        condition.wait(lock_, isTrue);
    }

private:
    std::unique_lock<std::mutex> lock_;
};
class BoxOk {
public:
    ~BoxOk() {
        Lock lock(mutex_);
        lock.waitOk(empty_, [this] { return used_ == 0; });
    }
    void put() {
        Lock lock(mutex_);
        ++used_;
    }
    void take() {
        Lock lock(mutex_);
        if (--used_ == 0)
            empty_.notify_one();
    }

private:
    std::mutex mutex_;
    std::condition_variable empty_;
    int used_ = 0;
};

// ---- one that is let go first ----
class LooseLock {
public:
    explicit LooseLock(std::mutex& mutex) : lock_(mutex) {}
    void unlock() { lock_.unlock(); }
    template <typename P>
    void wait(std::condition_variable& condition, P&& isTrue) {
        condition.wait(lock_, isTrue); // missed: condition-wait; expect: data-race(unguarded) "used_"
    }

private:
    std::unique_lock<std::mutex> lock_;
};
class BoxCurrentlyMissed {
public:
    ~BoxCurrentlyMissed() {
        LooseLock lock(mutex_);
        lock.unlock();
        lock.wait(empty_, [this] { return used_ == 0; });
    }
    void put() {
        LooseLock lock(mutex_);
        ++used_;
    }
    void take() {
        LooseLock lock(mutex_);
        if (--used_ == 0)
            empty_.notify_one();
    }

private:
    std::mutex mutex_;
    std::condition_variable empty_;
    int used_ = 0;
};
BoxOk boxOk;
BoxCurrentlyMissed boxCurrentlyMissed;

// ---- a mutex that waits, in a function that requires it ----
void switchTo(std::function<void()>* body);

class TSA(capability("mutex")) MutexOk {
public:
    void lock() TSA(acquire_capability()) { native_.lock(); }
    void unlock() TSA(release_capability()) { native_.unlock(); }
    template <typename P>
    void wait(std::condition_variable& condition, P isTrue) TSA(requires_capability(this)) {
        std::unique_lock<std::mutex> lock(native_, std::adopt_lock);
        condition.wait(lock, isTrue);
        lock.release();
    }

private:
    std::mutex native_;
};
class WorkerOk {
public:
    void add() {
        mutex_.lock();
        ++count_;
        added_.notify_one();
        mutex_.unlock();
    }
    void suspend() {
        mutex_.lock();
        body_ = [this]() TSA(requires_capability(mutex_)) { run(); };
        switchTo(&body_);
        mutex_.unlock();
    }

private:
    void run() TSA(requires_capability(mutex_)) {
        mutex_.wait(added_, [this] { return count_ > 0; });
        --count_;
    }
    std::function<void()> body_;
    MutexOk mutex_;
    std::condition_variable added_;
    int count_ = 0;
};
WorkerOk workerOk;

// ---- called without ----
class TSA(capability("mutex")) MutexBad {
public:
    void lock() TSA(acquire_capability()) { native_.lock(); }
    void unlock() TSA(release_capability()) { native_.unlock(); }
    template <typename P>
    void wait(std::condition_variable& condition, P isTrue) TSA(requires_capability(this)) {
        std::unique_lock<std::mutex> lock(native_, std::adopt_lock);
        condition.wait(lock, isTrue); // expect: condition-wait(not-locked) "native_"
        lock.release();
    }

private:
    std::mutex native_;
};
class WorkerBad {
public:
    void add() {
        mutex_.lock();
        ++count_;
        added_.notify_one();
        mutex_.unlock();
    }
    void suspend() {
        body_ = [this] { run(); };
        switchTo(&body_);
    }

private:
    void run() TSA(requires_capability(mutex_)) {
        mutex_.wait(added_, [this] { return count_ > 0; });
        --count_;
    }
    std::function<void()> body_;
    MutexBad mutex_;
    std::condition_variable added_;
    int count_ = 0;
};
WorkerBad workerBad;
