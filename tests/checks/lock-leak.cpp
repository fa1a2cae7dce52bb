// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A lock that is still held when the function is left on some path: early returns, exceptions, loops, forgotten branches.
#include <mutex>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <vector>

std::mutex mutex;
std::shared_mutex sharedMutex;
bool ready() noexcept;
void touch() noexcept;

int earlyReturnBad(int value) {
    mutex.lock(); // expect: lock-leak "mutex"
    if (value < 0) {
        return -1;
    }
    mutex.unlock();
    return value;
}

int unlockedBeforeEveryReturnOk(int value) {
    mutex.lock();
    if (value < 0) {
        mutex.unlock();
        return -1;
    }
    mutex.unlock();
    return value;
}

int guardedOk(int value) {
    std::lock_guard guard(mutex);
    if (value < 0) {
        return -1;
    }
    return value;
}

void forgottenBranchBad(bool careful) {
    mutex.lock(); // expect: lock-leak
    if (careful) {
        mutex.unlock();
    }
}

void bothBranchesOk(bool careful) {
    mutex.lock();
    if (careful) {
        touch();
        mutex.unlock();
    } else {
        mutex.unlock();
    }
}

void sameConditionOk(bool threaded) {
    if (threaded) {
        mutex.lock();
    }
    touch();
    if (threaded) {
        mutex.unlock();
    }
}

void forgottenCaseBad(int kind) {
    mutex.lock(); // expect: lock-leak
    switch (kind) {
    case 0: mutex.unlock(); break;
    case 1: touch(); break;
    default: mutex.unlock();
    }
}

void brokenOutOfTheLoopBad(int rounds) {
    for (int i = 0; i < rounds; ++i) {
        mutex.lock(); // expect: lock-leak
        if (ready()) {
            break;
        }
        mutex.unlock();
    }
}

void brokenOutOfTheLoopOk(int rounds) {
    for (int i = 0; i < rounds; ++i) {
        mutex.lock();
        if (ready()) {
            mutex.unlock();
            break;
        }
        mutex.unlock();
    }
}

void parse(int value) {
    if (value < 0) {
        throw std::invalid_argument("negative");
    }
}

void exceptionBetweenBad(int value) {
    mutex.lock(); // expect: lock-leak "mutex"
    parse(value);
    mutex.unlock();
}

void exceptionCaughtOk(int value) {
    mutex.lock();
    try {
        parse(value);
    } catch (...) {
        mutex.unlock();
        throw;
    }
    mutex.unlock();
}

void exceptionCaughtButNotUnlockedBad(int value) {
    mutex.lock(); // expect: lock-leak
    try {
        parse(value);
    } catch (const std::invalid_argument&) {
        return;
    }
    mutex.unlock();
}

void thrownRightHereBad(int value) {
    mutex.lock(); // expect: lock-leak
    if (value == 0) {
        throw std::runtime_error("zero");
    }
    mutex.unlock();
}

void guardSurvivesTheExceptionOk(int value) {
    std::lock_guard guard(mutex);
    parse(value);
}

void nothingThrowsOk() {
    mutex.lock();
    touch();
    mutex.unlock();
}

void trySucceededBad() {
    if (mutex.try_lock()) { // expect: lock-leak
        touch();
    }
}

void trySucceededOk() {
    if (mutex.try_lock()) {
        touch();
        mutex.unlock();
    }
}

void tryStoredOk() {
    const bool locked = mutex.try_lock();
    touch();
    if (locked) {
        mutex.unlock();
    }
}

void sharedLeftBad(bool early) {
    sharedMutex.lock_shared(); // expect: lock-leak "sharedMutex"
    if (early) {
        return;
    }
    sharedMutex.unlock_shared();
}

void otherLockReleasedBad() {
    static std::mutex left, right;
    left.lock(); // expect: lock-leak "left"
    right.lock();
    right.unlock();
}

void guardGivesUpOwnershipOk() {
    std::unique_lock guard(mutex);
    std::mutex* held = guard.release();
    held->unlock();
}

void guardGivesUpOwnershipBad(bool early) {
    std::unique_lock guard(mutex); // expect: lock-leak "mutex"
    std::mutex* held = guard.release();
    if (early) {
        return;
    }
    held->unlock();
}

// Functions that hand a held lock to their caller leak nothing; the caller has to release it.
void enter() { mutex.lock(); }
void leave() { mutex.unlock(); }
bool tryEnter() {
    mutex.lock();
    if (ready()) {
        return true;
    }
    mutex.unlock();
    return false;
}

void enterAndLeaveOk() {
    enter();
    touch();
    leave();
}

void enteredAndLeftOnOnePathBad(bool early) {
    enter(); // expect: lock-leak "mutex"
    if (early) {
        return;
    }
    leave();
}

void enteredWhenItSaysSoOk() {
    if (tryEnter()) {
        touch();
        leave();
    }
}

void enteredAndNeverLeftBad() {
    if (tryEnter()) { // expect: lock-leak
        touch();
    }
}

class Table {
public:
    void addBad(const std::string& row) {
        mutex_.lock(); // expect: lock-leak "mutex_"
        if (rows_.size() == 100) {
            return;
        }
        rows_.push_back(row);
        mutex_.unlock();
    }
    void addOk(const std::string& row) {
        std::lock_guard guard(mutex_);
        rows_.push_back(row);
    }
    void addWhatMayThrowBad(const std::vector<std::string>& rows) {
        mutex_.lock(); // expect: lock-leak "mutex_"
        rows_.push_back(rows.at(0));
        mutex_.unlock();
    }

private:
    std::mutex mutex_;
    std::vector<std::string> rows_;
};

// ---- guards as members: the destructor that the compiler writes releases ----

namespace guard_members {
struct Store {
    std::mutex mutex;
    int items = 0;
};

struct Scope {
    explicit Scope(Store& store) : lock(store.mutex) {} // expect: lock-order
    std::lock_guard<std::mutex> lock;
};

struct Outer {
    explicit Outer(Store& store) : inner(store) {}
    Scope inner;
};

struct Unlockable {
    explicit Unlockable(Store& store) : lock(store.mutex) {}
    void release() { lock.unlock(); }
    std::unique_lock<std::mutex> lock;
};

void addOk(Store& store) {
    Scope scope(store);
    ++store.items;
}
void addThroughBothOk(Store& store) {
    {
        Outer outer(store);
        ++store.items;
    }
    Scope scope(store);
    ++store.items;
}
void addAndReleaseOk(Store& store) {
    Unlockable scope(store);
    ++store.items;
    scope.release();
    store.mutex.lock();
    store.mutex.unlock();
}
void addTwiceBad(Store& store) {
    Scope scope(store);
    addOk(store);
}
void neverDestroyedBad(Store& store) {
    auto* scope = new Scope(store); // missed: lock-leak
    ++store.items;
    static_cast<void>(scope);
}
void usesOk(Store& store) {
    addOk(store);
    addThroughBothOk(store);
    addAndReleaseOk(store);
}
} // namespace guard_members
