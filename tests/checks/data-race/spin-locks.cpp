// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Spin locks that a program makes of an atomic: taken in one function, given back in another.
#include <atomic>
#include <thread>

namespace {

class FlagLock {
public:
    void lock() {
        while (flag_.test_and_set(std::memory_order_acquire)) {
        }
    }
    void unlock() { flag_.clear(std::memory_order_release); }

private:
    std::atomic_flag flag_ = ATOMIC_FLAG_INIT;
};

class WordLock {
public:
    void lock() {
        while (!tryLock()) {
        }
    }
    void unlock() { giveBack(); }

private:
    bool tryLock() { return !word_.exchange(true); }
    void giveBack() { word_.store(false); }
    std::atomic<bool> word_{false};
};

FlagLock flagLock;
WordLock wordLock;
int afterFlag, afterWord, underFlag, underWord, underBoth;

void worker() {
    flagLock.lock();
    ++underFlag;
    ++underBoth;
    flagLock.unlock();
    ++afterFlag; // expect: data-race(missing-lock)
    wordLock.lock();
    ++underWord;
    wordLock.unlock();
    ++afterWord; // expect: data-race(missing-lock)
}

} // namespace

int main() {
    std::thread other(worker);
    flagLock.lock();
    ++underFlag;
    ++afterFlag; // partner: data-race
    flagLock.unlock();
    wordLock.lock();
    ++underWord;
    ++afterWord; // partner: data-race
    flagLock.lock();
    ++underBoth;
    flagLock.unlock();
    wordLock.unlock();
    other.join();
}
