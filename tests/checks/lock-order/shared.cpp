// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cycles with reader locks: readers wait for writers only, so a cycle needs an exclusive acquisition on each lock.
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

namespace exclusive_and_shared {
std::shared_mutex index;
std::mutex data;
void readIndexThenData() {
    std::shared_lock first(index);
    std::lock_guard second(data); // expect: lock-order "index" "data"
}
void dataThenWriteIndex() {
    std::lock_guard first(data);
    std::unique_lock second(index); // expect: lock-order
}
void readerWaitsForAWriterBad() { runBoth(readIndexThenData, dataThenWriteIndex); }
} // namespace exclusive_and_shared

namespace only_readers {
std::shared_mutex left, right;
void leftRight() {
    std::shared_lock first(left);
    std::shared_lock second(right);
}
void rightLeft() {
    std::shared_lock first(right);
    std::shared_lock second(left);
}
void nobodyWritesOk() { runBoth(leftRight, rightLeft); }
} // namespace only_readers

namespace both_exclusive {
std::shared_mutex left, right;
void leftRight() {
    std::unique_lock first(left);
    std::unique_lock second(right); // expect: lock-order
}
void rightLeft() {
    std::lock_guard first(right);
    std::lock_guard second(left); // expect: lock-order
}
void bothWriteBad() { runBoth(leftRight, rightLeft); }
} // namespace both_exclusive

namespace reader_gate {
std::shared_mutex gate;
std::mutex a, b;
void ab() {
    std::shared_lock guard(gate);
    std::lock_guard first(a);
    std::lock_guard second(b); // missed: lock-order
}
void ba() {
    std::shared_lock guard(gate);
    std::lock_guard first(b);
    std::lock_guard second(a); // missed: lock-order
}
void sharedGateKeepsNobodyOutBad() { runBoth(ab, ba); }
std::mutex c, d;
void cd() {
    std::unique_lock guard(gate);
    std::lock_guard first(c);
    std::lock_guard second(d);
}
void dc() {
    std::shared_lock guard(gate);
    std::lock_guard first(d);
    std::lock_guard second(c);
}
void exclusiveGateOnOneSideOk() { runBoth(cd, dc); }
} // namespace reader_gate
