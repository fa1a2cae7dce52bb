// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A callback that comes back to the object which calls it with its lock held: one lock under two names.
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <utility>
#include <vector>

namespace observers {
class Subject {
public:
    void subscribe(std::function<void(int)> observer) {
        std::lock_guard guard(mutex_);
        observers_.push_back(std::move(observer));
    }
    void set(int value) {
        std::lock_guard guard(mutex_);
        value_ = value;
        for (auto& observer : observers_)
            observer(value);
    }
    int value() {
        std::lock_guard guard(mutex_); // expect: lock-order(self-deadlock) "mutex_"
        return value_;
    }

private:
    std::mutex mutex_;
    std::vector<std::function<void(int)>> observers_;
    int value_ = 0;
};
Subject subject;
void observedBad() {
    subject.subscribe([](int) { subject.value(); });
    subject.set(3);
}
} // namespace observers

namespace copies {
class Subject {
public:
    void subscribe(std::function<void(int)> observer) {
        std::lock_guard guard(mutex_);
        observers_.push_back(std::move(observer));
    }
    void setOk(int value) { // fine: calls without the lock
        std::vector<std::function<void(int)>> observers;
        {
            std::lock_guard guard(mutex_);
            value_ = value;
            observers = observers_;
        }
        for (auto& observer : observers)
            observer(value);
    }
    int value() {
        std::lock_guard guard(mutex_);
        return value_;
    }

private:
    std::mutex mutex_;
    std::vector<std::function<void(int)>> observers_;
    int value_ = 0;
};
Subject subject;
void observedOk() {
    subject.subscribe([](int) { subject.value(); });
    subject.setOk(3);
}
} // namespace copies

namespace recursive {
class Subject {
public:
    void subscribe(std::function<void(int)> observer) { observer_ = std::move(observer); }
    void set(int value) {
        std::lock_guard guard(mutex_);
        value_ = value;
        observer_(value);
    }
    int valueOk() { // fine: the lock may be taken again
        std::lock_guard guard(mutex_);
        return value_;
    }

private:
    std::recursive_mutex mutex_;
    std::function<void(int)> observer_;
    int value_ = 0;
};
Subject subject;
void observedOk() {
    subject.subscribe([](int) { subject.valueOk(); });
    subject.set(3);
}
} // namespace recursive

namespace chained {
class Subject {
public:
    void subscribe(std::function<void(int)> observer) { observer_ = std::move(observer); }
    void set(int value) {
        std::lock_guard guard(mutex_);
        value_ = value;
        observer_(value);
    }
    int valueOk() { // fine: of another object than the one that calls
        std::lock_guard guard(mutex_);
        return value_;
    }

private:
    std::mutex mutex_;
    std::function<void(int)> observer_;
    int value_ = 0;
};
Subject first, second;
void observedOk() {
    first.subscribe([](int) { second.valueOk(); });
    first.set(3);
}
void secondAloneOk() { second.set(4); }
} // namespace chained

namespace upgrade {
class Registry {
public:
    int findOrMakeBad(int key) {
        std::shared_lock reader(mutex_);
        if (values_[key] != 0)
            return 1;
        std::unique_lock writer(mutex_); // expect: lock-order(self-deadlock) "mutex_"
        return values_[key] = 1;
    }
    int findOrMakeOk(int key) {
        {
            std::shared_lock reader(mutex_);
            if (values_[key] != 0)
                return 1;
        }
        std::unique_lock writer(mutex_);
        return values_[key] = 1;
    }

private:
    std::shared_mutex mutex_;
    int values_[8] = {};
};
Registry registry;
void upgradeBad() {
    registry.findOrMakeBad(1);
    registry.findOrMakeOk(1);
}
} // namespace upgrade
