// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The kinds of lock and of atomic operation, and what each of them protects.
#include <atomic>
#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <thread>

template <typename One, typename Other>
void runBoth(One one, Other other) {
    std::thread a(one);
    std::thread b(other);
    a.join();
    b.join();
}

namespace reader_and_writer_lock {
std::shared_mutex mutex;
int table, mistaken;
int read() {
    std::shared_lock guard(mutex);
    return table;
}
void write() {
    std::unique_lock guard(mutex);
    table = 1;
}
void readersSharedWriterExclusiveOk() {
    runBoth(read, write);
    runBoth(read, read);
}
int readMistaken() {
    std::shared_lock guard(mutex);
    return mistaken;
}
void writeMistaken() {
    std::shared_lock guard(mutex);
    mistaken = 1; // expect: data-race(write-under-shared-lock) "mutex"
}
void writerTookTheSharedLockBad() { runBoth(readMistaken, writeMistaken); }
int plain;
void writeByHand() {
    mutex.lock();
    plain = 1;
    mutex.unlock();
}
int readByHand() {
    mutex.lock_shared();
    int seen = plain;
    mutex.unlock_shared();
    return seen;
}
void lockedByHandOk() { runBoth(readByHand, writeByHand); }
} // namespace reader_and_writer_lock

namespace try_lock {
std::mutex mutex;
int tested, ignored, inverted, stored, notStored, nested;
void addIfFree() {
    if (mutex.try_lock()) {
        ++tested;
        mutex.unlock();
    }
}
void resultTestedOk() { runBoth(addIfFree, addIfFree); }
void addAnyway() {
    bool locked = mutex.try_lock();
    ++ignored; // expect: data-race "ignored"
    if (locked) {
        mutex.unlock();
    }
}
void resultIgnoredBad() { runBoth(addAnyway, addAnyway); }
void addWhenBusy() {
    if (!mutex.try_lock()) {
        ++inverted; // expect: data-race "inverted"
    } else {
        ++inverted; // partner: data-race
        mutex.unlock();
    }
}
void accessedOnTheFailureEdgeBad() { runBoth(addWhenBusy, addWhenBusy); }
void addIfStored() {
    const bool locked = mutex.try_lock();
    if (!locked) {
        return;
    }
    ++stored;
    mutex.unlock();
}
void resultStoredThenTestedOk() { runBoth(addIfStored, addIfStored); }
void spinUntilFree() {
    while (!mutex.try_lock()) {
        std::this_thread::yield();
    }
    ++nested;
    mutex.unlock();
}
void spunUntilTakenOk() { runBoth(spinUntilFree, spinUntilFree); }
} // namespace try_lock

namespace timed_lock {
std::timed_mutex mutex;
int inTime, tooLate;
void addInTime() {
    if (mutex.try_lock_for(std::chrono::milliseconds(10))) {
        ++inTime;
        mutex.unlock();
    }
}
void resultTestedOk() { runBoth(addInTime, addInTime); }
void addTooLate() {
    std::unique_lock guard(mutex, std::chrono::milliseconds(10));
    ++tooLate; // expect: data-race "tooLate"
}
void timeoutNotTestedBad() { runBoth(addTooLate, addTooLate); }
} // namespace timed_lock

namespace once {
std::once_flag flag;
int* table;
int setUpTable() {
    std::call_once(flag, [] { table = new int(1); });
    return *table;
}
void everyReaderGoesThroughOnceOk() { runBoth(setUpTable, setUpTable); }
std::once_flag other;
int* careless;
int setUpCareless() {
    std::call_once(other, [] {
        careless = new int(1); // expect: data-race "careless"
    });
    return *careless;
}
int readCareless() {
    return careless != nullptr ? 1 : 0; // expect: data-race
}
void oneReaderSkipsOnceBad() { runBoth(setUpCareless, readCareless); }
} // namespace once

namespace atomics {
std::atomic<int> count;
void add() { count.fetch_add(1, std::memory_order_relaxed); }
void readModifyWriteOk() { runBoth(add, add); }
int payload;
std::atomic<bool> ready;
void publish() {
    payload = 42;
    ready.store(true, std::memory_order_release);
}
int receive() {
    while (!ready.load(std::memory_order_acquire)) {
        std::this_thread::yield();
    }
    return payload;
}
void releaseAcquireOk() { runBoth(publish, receive); }
int letter;
std::atomic<bool> posted;
void post() {
    letter = 42;
    posted = true;
}
int collect() {
    if (posted) {
        return letter;
    }
    return 0;
}
void sequentiallyConsistentFlagOk() { runBoth(post, collect); }
int parcel; // written before the flag, read without it
std::atomic<bool> sent;
void send() {
    parcel = 1; // expect: data-race "parcel"
    sent = true;
}
int open() {
    int seen = parcel; // expect: data-race
    return sent ? seen : 0;
}
void readBeforeTheFlagBad() { runBoth(send, open); }
int hasty;
std::atomic<bool> flagged;
void flagFirst() {
    flagged = true;
    hasty = 1; // expect: data-race "hasty"
}
int readFlagged() {
    return flagged ? hasty : 0; // expect: data-race
}
void writtenAfterTheFlagBad() { runBoth(flagFirst, readFlagged); }
int weak;
std::atomic<bool> weakReady;
void publishRelaxed() {
    weak = 1; // expect: data-race "weak"
    weakReady.store(true, std::memory_order_relaxed);
}
int receiveRelaxed() {
    return weakReady.load(std::memory_order_relaxed) ? weak : 0; // expect: data-race
}
void relaxedFlagBad() { runBoth(publishRelaxed, receiveRelaxed); }
int winner;
std::atomic<bool> claimed{false};
void claim() {
    if (!claimed.exchange(true)) {
        winner = 1;
    }
}
void onlyTheFirstClaimantWritesOk() { runBoth(claim, claim); }
} // namespace atomics

namespace spin_lock {
std::atomic_flag flag = ATOMIC_FLAG_INIT;
int spun;
void addSpinning() {
    while (flag.test_and_set(std::memory_order_acquire)) {
    }
    ++spun;
    flag.clear(std::memory_order_release);
}
void atomicFlagAsALockOk() { runBoth(addSpinning, addSpinning); }
class SpinLock {
public:
    void lock() {
        while (locked_.exchange(true, std::memory_order_acquire)) {
            std::this_thread::yield();
        }
    }
    void unlock() { locked_.store(false, std::memory_order_release); }

private:
    std::atomic<bool> locked_{false};
};
SpinLock lock;
int guarded, open;
void addGuarded() {
    std::lock_guard<SpinLock> guard(lock);
    ++guarded;
}
void ownLockClassOk() { runBoth(addGuarded, addGuarded); }
void addOpen() {
    ++open; // expect: data-race "open"
}
void addLocked() {
    std::lock_guard<SpinLock> guard(lock);
    ++open; // partner: data-race
}
void ownLockClassForgottenBad() { runBoth(addOpen, addLocked); }
} // namespace spin_lock
