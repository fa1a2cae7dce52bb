// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Data handed from thread to thread: promises, conditions, semaphores, latches and barriers order what they signal.
#include <barrier>
#include <condition_variable>
#include <deque>
#include <future>
#include <latch>
#include <mutex>
#include <semaphore>
#include <thread>
#include <utility>

template <typename One, typename Other>
void runBoth(One one, Other other) {
    std::thread a(one);
    std::thread b(other);
    a.join();
    b.join();
}

namespace promised {
int prepareThenSetOk() {
    int data = 0;
    std::promise<void> promise;
    std::future<void> done = promise.get_future();
    std::thread worker([&] { // false-alarm: unjoined-thread
        data = 1;
        promise.set_value();
    });
    done.wait();
    int seen = data;
    worker.join();
    return seen;
}
int setThenPrepareBad() {
    int data = 0;
    std::promise<void> promise;
    std::future<void> done = promise.get_future();
    std::thread worker([&] { // false-alarm: unjoined-thread
        promise.set_value();
        data = 1; // expect: data-race "data"
    });
    done.wait();
    int seen = data; // expect: data-race
    worker.join();
    return seen;
}
int readBeforeTheFutureBad() {
    int data = 0;
    std::promise<int> promise;
    std::future<int> done = promise.get_future();
    std::thread worker([&] { // false-alarm: unjoined-thread
        data = 1;            // expect: data-race "data"
        promise.set_value(2);
    });
    int seen = data; // expect: data-race
    seen += done.get();
    worker.join();
    return seen;
}
} // namespace promised

namespace conditions {
std::mutex mutex;
std::condition_variable changed;
bool ready;
int payload;
void produce() {
    payload = 42;
    {
        std::lock_guard guard(mutex);
        ready = true;
    }
    changed.notify_one();
}
int consume() {
    {
        std::unique_lock guard(mutex);
        changed.wait(guard, [] { return ready; });
    }
    return payload;
}
void payloadPublishedByTheFlagOk() { runBoth(produce, consume); }

std::condition_variable barely;
bool open;
void openUnlocked() {
    open = true;         // expect: data-race "open"; partner: lost-wakeup
    barely.notify_one(); // partner: lost-wakeup
}
void waitUntilOpen() {
    std::unique_lock guard(mutex);
    barely.wait(guard, [] { return open; }); // partner: data-race
}
void predicateWrittenOutsideTheLockBad() { runBoth(openUnlocked, waitUntilOpen); }

std::deque<int> queue;
std::condition_variable filled;
void push() {
    {
        std::lock_guard guard(mutex);
        queue.push_back(1);
    }
    filled.notify_one();
}
int pop() {
    std::unique_lock guard(mutex);
    while (queue.empty()) {
        filled.wait(guard);
    }
    int front = queue.front();
    queue.pop_front();
    return front;
}
void blockingQueueOk() { runBoth(push, pop); }

std::deque<int> leaky;
std::condition_variable leakyFilled;
void pushLeaky() {
    {
        std::lock_guard guard(mutex);
        leaky.push_back(1);
    }
    leakyFilled.notify_one();
}
int popLeaky() {
    {
        std::unique_lock guard(mutex);
        leakyFilled.wait(guard, [] { return !leaky.empty(); });
    }
    int front = leaky.front(); // partner: data-race
    leaky.pop_front();         // expect: data-race "leaky"
    return front;
}
void poppedAfterTheLockBad() { runBoth(pushLeaky, popLeaky); }
} // namespace conditions

namespace semaphores {
std::binary_semaphore filled(0), gate(1);
int box, counted, early;
void fill() {
    box = 1;
    filled.release();
}
int empty() {
    filled.acquire();
    return box;
}
void releasedAfterTheWriteOk() { runBoth(fill, empty); }
void count() {
    gate.acquire();
    ++counted;
    gate.release();
}
void semaphoreOfOneAsALockOk() { runBoth(count, count); }
std::binary_semaphore tooSoon(0);
void announceThenFill() {
    tooSoon.release();
    early = 1; // expect: data-race "early"
}
int emptyEarly() {
    tooSoon.acquire();
    return early; // expect: data-race
}
void releasedBeforeTheWriteBad() { runBoth(announceThenFill, emptyEarly); }
std::counting_semaphore<4> places(4);
int crowded;
void enter() {
    places.acquire();
    ++crowded; // missed: data-race "crowded"
    places.release();
}
void semaphoreOfFourIsNoLockBad() { runBoth(enter, enter); }
} // namespace semaphores

namespace latches {
std::latch prepared(1);
int table, late;
void prepare() {
    table = 1;
    prepared.count_down();
}
int usePrepared() {
    prepared.wait();
    return table;
}
void countedDownAfterTheWriteOk() { runBoth(prepare, usePrepared); }
std::latch started(1);
void startThenWrite() {
    started.count_down();
    late = 1; // expect: data-race "late"
}
int useLate() {
    started.wait();
    return late; // expect: data-race
}
void countedDownBeforeTheWriteBad() { runBoth(startThenWrite, useLate); }
} // namespace latches

namespace barriers {
std::barrier rendezvous(2);
int left, right;
int firstWorker() {
    left = 1;
    rendezvous.arrive_and_wait();
    return right;
}
int secondWorker() {
    right = 1;
    rendezvous.arrive_and_wait();
    return left;
}
void phasesSeparatedOk() { runBoth(firstWorker, secondWorker); }
std::barrier again(2);
int mixed;
void writeInPhaseTwo() {
    again.arrive_and_wait();
    mixed = 1; // expect: data-race "mixed"
}
int readInPhaseTwo() {
    again.arrive_and_wait();
    return mixed; // expect: data-race
}
void samePhaseBad() { runBoth(writeInPhaseTwo, readInPhaseTwo); }
} // namespace barriers

namespace mutex_as_hand_over {
std::mutex mutex;
bool done;
int result;
void compute() {
    result = 1;
    std::lock_guard guard(mutex);
    done = true;
}
int poll() {
    for (;;) {
        {
            std::lock_guard guard(mutex);
            if (done) {
                break;
            }
        }
        std::this_thread::yield();
    }
    return result;
}
void flagUnderALockPublishesOk() { runBoth(compute, poll); }
} // namespace mutex_as_hand_over
