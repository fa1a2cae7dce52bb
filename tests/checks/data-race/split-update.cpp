// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An atomic that is loaded, and stored what was made of it: what another thread stores in between is lost.
#include <atomic>
#include <mutex>
#include <thread>

static std::atomic<int> assigned, stored, remembered, byFunction, reset;
static std::atomic<int> added, guarded, exchanged, copied, source, flagged;
static std::atomic<long> ownedByOne;
static std::mutex mutex;

static void assignBad() {
    assigned = assigned + 5; // expect: data-race(split-update) "assigned"
}
static void storeBad() {
    stored.store(stored.load(std::memory_order_relaxed) + 1); // expect: data-race(split-update) "stored"
}
static void rememberBad() {
    const int before = remembered.load();
    if (before < 100)
        remembered.store(before * 2); // expect: data-race(split-update) "remembered"
}
static void byFunctionBad() {
    std::atomic_store(&byFunction, std::atomic_load(&byFunction) + 1); // expect: data-race(split-update) "byFunction"
}
static void againstAStoreBad() {
    reset = reset + 1; // expect: data-race(split-update) "reset"
}
static void addOk() {
    added += 1;
    added.fetch_add(1);
    ++added;
}
static void underALockOk() {
    std::lock_guard guard(mutex);
    guarded.store(guarded.load() + 1);
}
static void compareOk() {
    int value = exchanged.load();
    while (!exchanged.compare_exchange_weak(value, value + 1)) {
    }
}
static void ofAnotherOk() { copied.store(source.load() + 1); }
static void constantOk() {
    if (flagged.load() == 0)
        flagged.store(1);
}
static void run() {
    assignBad();
    storeBad();
    rememberBad();
    byFunctionBad();
    addOk();
    underALockOk();
    compareOk();
    ofAnotherOk();
    constantOk();
}
static void countOk() { // fine: nobody else stores
    for (int i = 0; i < 9; ++i)
        ownedByOne.store(ownedByOne.load() + 1);
}
static void clear() {
    reset = 0; // partner: data-race
}
long startAll() {
    std::thread a(run), b(run), c(countOk), d(againstAStoreBad), e(clear);
    const long seen = ownedByOne;
    a.join();
    b.join();
    c.join();
    d.join();
    e.join();
    return seen;
}
