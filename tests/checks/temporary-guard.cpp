// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A guard without a name is destroyed at the end of its statement: the lines after it run unlocked.
#include <mutex>
#include <shared_mutex>
#include <utility>

std::mutex mutex, other;
std::shared_mutex sharedMutex;
void touch();

void lockGuardBad() {
    std::lock_guard<std::mutex>{mutex}; // expect: temporary-guard "mutex"
    touch();
}

void lockGuardOk() {
    std::lock_guard<std::mutex> guard{mutex};
    touch();
}

void deducedBad() {
    std::lock_guard{mutex}; // expect: temporary-guard
    touch();
}

void uniqueLockBad() {
    std::unique_lock<std::mutex>{mutex}; // expect: temporary-guard
    touch();
}

void scopedLockBad() {
    std::scoped_lock{mutex, other}; // expect: temporary-guard
    touch();
}

void sharedLockBad() {
    std::shared_lock<std::shared_mutex>{sharedMutex}; // expect: temporary-guard
    touch();
}

void castToVoidBad() {
    (void)std::lock_guard<std::mutex>{mutex}; // expect: temporary-guard
    touch();
}

void shadowsTheMutexBad() {
    std::unique_lock<std::mutex>(mutex); // expect: temporary-guard "mutex"
    touch();
}

std::unique_lock<std::mutex> enter() { return std::unique_lock<std::mutex>{mutex}; }

void droppedResultBad() {
    enter(); // expect: temporary-guard
    touch();
}

void keptResultOk() {
    auto guard = enter();
    touch();
}

void movedIntoANameOk() {
    std::unique_lock<std::mutex> guard;
    guard = std::unique_lock<std::mutex>{mutex};
    touch();
}

void use(std::unique_lock<std::mutex> guard);

void passedToACalleeOk() { use(std::unique_lock<std::mutex>{mutex}); }

int commaOk(int value) { // the guard lives until the whole expression has been evaluated
    return std::lock_guard<std::mutex>{mutex}, value + 1;
}

class Hold {
public:
    explicit Hold(std::mutex& mutex) : mutex_(mutex) { mutex_.lock(); }
    ~Hold() { mutex_.unlock(); }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

private:
    std::mutex& mutex_;
};

void ownGuardBad() {
    Hold{mutex}; // expect: temporary-guard "mutex"
    touch();
}

void ownGuardOk() {
    Hold hold{mutex};
    touch();
}
