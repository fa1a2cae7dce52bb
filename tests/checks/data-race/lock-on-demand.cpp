// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Objects that are told when they are made whether they are shared, and lock only then.
#include <mutex>
#include <thread>

namespace {

/// As the mutexes of event loops that may be run by one thread only.
class OptionalMutex {
public:
    class Guard {
    public:
        explicit Guard(OptionalMutex& mutex) : mutex_(mutex) {
            if (mutex_.enabled_) {
                mutex_.mutex_.lock();
                locked_ = true;
            } else {
                locked_ = false;
            }
        }
        ~Guard() {
            if (locked_) {
                mutex_.mutex_.unlock();
            }
        }
        void lock() {
            if (mutex_.enabled_ && !locked_) {
                mutex_.mutex_.lock();
                locked_ = true;
            }
        }
        void unlock() {
            if (locked_) {
                mutex_.unlock();
                locked_ = false;
            }
        }

    private:
        OptionalMutex& mutex_;
        bool locked_;
    };

    explicit OptionalMutex(bool enabled) : enabled_(enabled) {}
    void lock() {
        if (enabled_) {
            mutex_.lock();
        }
    }
    void unlock() {
        if (enabled_) {
            mutex_.unlock();
        }
    }

private:
    std::mutex mutex_;
    const bool enabled_;
};

class Loop {
public:
    explicit Loop(bool isShared) : mutex_(isShared), isShared_(isShared), isLocked_(isShared) {}

    void pushOk() {
        OptionalMutex::Guard lock(mutex_);
        ++work_;
        lock.unlock();
    }
    void runOk() {
        OptionalMutex::Guard lock(mutex_);
        while (work_ > 0) {
            --work_;
            lock.unlock();
            lock.lock();
        }
    }
    void directlyOk() {
        if (isShared_) {
            plain_.lock();
        }
        ++counted_;
        if (isShared_) {
            plain_.unlock();
        }
    }
    void afterwardsBad() {
        if (isShared_) {
            plain_.lock();
        }
        ++inside_;
        if (isShared_) {
            plain_.unlock();
        }
        ++afterwards_; // expect: data-race "afterwards_"
    }
    void guardGivenBackBad() {
        OptionalMutex::Guard lock(mutex_);
        lock.unlock();
        ++givenBack_; // expect: data-race "givenBack_"
    }
    void withLock() {
        if (isShared_) {
            plain_.lock();
        }
        ++forgotten_;
        if (isShared_) {
            plain_.unlock();
        }
    }
    void withoutLockBad() {
        ++forgotten_; // expect: data-race "forgotten_"
    }
    void turnOff() { isLocked_ = false; } // expect: data-race "isLocked_"
    /// The member changes while threads run: one may have looked before, and one after that.
    void changingBad() {
        if (isLocked_) {
            plain_.lock();
        }
        ++changing_; // expect: data-race "changing_"
        if (isLocked_) {
            plain_.unlock();
        }
    }

private:
    OptionalMutex mutex_;
    std::mutex plain_;
    const bool isShared_;
    bool isLocked_;
    int work_ = 3, counted_ = 0, inside_ = 0, afterwards_ = 0, givenBack_ = 0, forgotten_ = 0, changing_ = 0;
};

void work(Loop& loop) {
    loop.pushOk();
    loop.runOk();
    loop.directlyOk();
    loop.afterwardsBad();
    loop.guardGivenBackBad();
    loop.withLock();
    loop.withoutLockBad();
    loop.turnOff();
    loop.changingBad();
}

} // namespace

int main(int count, char**) {
    Loop loop(count > 1);
    std::jthread other([&] { work(loop); });
    work(loop);
}
