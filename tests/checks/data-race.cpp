// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two threads, one location, at least one write, no common lock: the plain shapes. Each case is a namespace of its own.
// The folder data-race/ goes deeper, topic by topic.
#include <atomic>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>
#include <vector>

#include <pthread.h>

namespace one_function_in_two_threads {
int visits;
void count() {
    ++visits; // expect: data-race "visits"
}
void incrementedByBothBad() {
    std::thread first(count);
    std::thread second(count);
    first.join();
    second.join();
}
} // namespace one_function_in_two_threads

namespace one_function_in_two_threads_locked {
std::mutex mutex;
int visits;
void count() {
    std::lock_guard<std::mutex> guard(mutex);
    ++visits;
}
void incrementedByBothUnderTheLockOk() {
    std::thread first(count);
    std::thread second(count);
    first.join();
    second.join();
}
} // namespace one_function_in_two_threads_locked

namespace one_thread_after_the_other {
int visits;
void count() { ++visits; }
void secondStartsAfterFirstEndsOk() {
    std::thread first(count);
    first.join();
    std::thread second(count);
    second.join();
}
} // namespace one_thread_after_the_other

namespace starter_reads_too_early {
int result;
void compute() {
    result = 42; // expect: data-race
}
int readBeforeJoinBad() {
    std::thread worker(compute);
    int seen = result; // expect: data-race
    worker.join();
    return seen;
}
} // namespace starter_reads_too_early

namespace starter_reads_after_join {
int result;
void compute() { result = 42; }
int readAfterJoinOk() {
    result = 0;
    std::thread worker(compute);
    worker.join();
    return result;
}
} // namespace starter_reads_after_join

namespace reader_without_lock {
std::mutex mutex;
long balance;
void deposit() {
    std::lock_guard guard(mutex);
    balance += 10;
}
long readWithoutTheLockBad() {
    std::thread teller(deposit);
    long seen = balance; // expect: data-race "mutex"
    teller.join();
    return seen;
}
} // namespace reader_without_lock

namespace reader_with_lock {
std::mutex mutex;
long balance;
void deposit() {
    std::lock_guard guard(mutex);
    balance += 10;
}
long readWithTheLockOk() {
    std::thread teller(deposit);
    long seen;
    {
        std::lock_guard guard(mutex);
        seen = balance;
    }
    teller.join();
    return seen;
}
} // namespace reader_with_lock

namespace different_locks {
std::mutex readers, writers;
int level;
void raise() {
    std::lock_guard guard(writers);
    level += 1; // expect: data-race(wrong-lock) "writers"
}
int eachUnderItsOwnLockBad() {
    std::thread worker(raise);
    int seen;
    {
        std::lock_guard guard(readers);
        seen = level; // expect: data-race(wrong-lock) "readers"
    }
    worker.join();
    return seen;
}
} // namespace different_locks

namespace several_locks_one_in_common {
std::mutex outer, left, right;
int level;
void raise() {
    std::scoped_lock guard(outer, left);
    level += 1;
}
int oneOfTheLocksIsCommonOk() {
    std::thread worker(raise);
    int seen;
    {
        std::scoped_lock guard(right, outer);
        seen = level;
    }
    worker.join();
    return seen;
}
} // namespace several_locks_one_in_common

namespace reference_capture {
int localCapturedByReferenceBad() {
    int steps = 0;
    std::thread walker([&steps] {
        steps += 1; // expect: data-race "steps"
    });
    steps += 2; // expect: data-race
    walker.join();
    return steps;
}
int localCapturedByValueOk() {
    int steps = 0;
    std::thread walker([steps]() mutable { steps += 1; });
    steps += 2;
    walker.join();
    return steps;
}
} // namespace reference_capture

namespace object_with_a_thread {
class Sampler {
public:
    int sampleBad() {
        std::thread worker(&Sampler::work, this);
        int seen = last_; // expect: data-race "last_"
        worker.join();
        return seen;
    }

private:
    void work() {
        last_ = 7; // expect: data-race
    }
    int last_ = 0;
};
class LockedSampler {
public:
    int sampleOk() {
        std::thread worker(&LockedSampler::work, this);
        int seen = last();
        worker.join();
        return seen;
    }

private:
    int last() {
        std::lock_guard guard(mutex_);
        return last_;
    }
    void work() {
        std::lock_guard guard(mutex_);
        last_ = 7;
    }
    std::mutex mutex_;
    int last_ = 0;
};
} // namespace object_with_a_thread

namespace container_filled_by_many {
std::vector<int> found;
void search(int from) {
    found.push_back(from); // expect: data-race "found"
}
void pushedToByEachOfManyBad() {
    std::vector<std::thread> searchers;
    for (int i = 0; i < 4; ++i) {
        searchers.emplace_back(search, i);
    }
    for (std::thread& searcher : searchers) {
        searcher.join();
    }
}
std::mutex mutex;
std::vector<int> kept;
void searchLocked(int from) {
    std::lock_guard guard(mutex);
    kept.push_back(from);
}
void pushedToUnderALockOk() {
    std::vector<std::thread> searchers;
    for (int i = 0; i < 4; ++i) {
        searchers.emplace_back(searchLocked, i);
    }
    for (std::thread& searcher : searchers) {
        searcher.join();
    }
}
} // namespace container_filled_by_many

namespace map_lookup_beside_insert {
std::map<int, std::string> names;
void learn() {
    names[3] = "three"; // expect: data-race "names"
}
bool lookedUpDuringInsertBad() {
    std::thread learner(learn);
    bool known = names.count(3) != 0; // expect: data-race
    learner.join();
    return known;
}
} // namespace map_lookup_beside_insert

namespace access_after_unlock {
std::mutex mutex;
int total;
void addTooLate(int amount) {
    mutex.lock();
    int next = total + amount;
    mutex.unlock();
    total = next; // expect: data-race "total"
}
void writtenAfterUnlockBad() {
    std::thread a(addTooLate, 1);
    std::thread b(addTooLate, 2);
    a.join();
    b.join();
}
int sum;
void addInTime(int amount) {
    mutex.lock();
    sum = sum + amount;
    mutex.unlock();
}
void writtenBeforeUnlockOk() {
    std::thread a(addInTime, 1);
    std::thread b(addInTime, 2);
    a.join();
    b.join();
}
} // namespace access_after_unlock

namespace static_local_counter {
int nextId() {
    static int last = 0;
    return ++last; // expect: data-race "last"
}
void idsDrawnByTwoThreadsBad() {
    std::thread a(nextId);
    std::thread b(nextId);
    a.join();
    b.join();
}
int nextAtomicId() {
    static std::atomic<int> last = 0;
    return ++last;
}
void atomicIdsDrawnByTwoThreadsOk() {
    std::thread a(nextAtomicId);
    std::thread b(nextAtomicId);
    a.join();
    b.join();
}
int nextOwnId() {
    thread_local int last = 0;
    return ++last;
}
void idsPerThreadOk() {
    std::thread a(nextOwnId);
    std::thread b(nextOwnId);
    a.join();
    b.join();
}
} // namespace static_local_counter

namespace deep_call_chain {
int depth;
void bottom() {
    depth++; // expect: data-race
}
void middle() { bottom(); }
void top() { middle(); }
void accessThreeCallsDownBad() {
    std::thread worker(top);
    middle();
    worker.join();
}
std::mutex mutex;
int lockedDepth;
void lockedBottom() { lockedDepth++; }
void lockedTop() {
    std::lock_guard guard(mutex);
    lockedBottom();
}
void lockTakenByTheCallerOk() {
    std::thread worker(lockedTop);
    lockedTop();
    worker.join();
}
} // namespace deep_call_chain

namespace async_task {
int partial;
int asyncTaskBesideCallerBad() {
    std::future<int> task = std::async(std::launch::async, [] {
        partial = 1; // expect: data-race
        return 2;
    });
    partial = 3; // expect: data-race
    return task.get();
}
int done;
int readAfterGetOk() {
    std::future<void> task = std::async(std::launch::async, [] { done = 1; });
    task.get();
    return done;
}
} // namespace async_task

namespace detached {
int progress;
void report() {
    progress = 1; // expect: data-race
}
int callerGoesOnBad() {
    std::thread(report).detach();
    return progress; // expect: data-race
}
} // namespace detached

namespace heap_object_shared {
struct Job {
    int state = 0;
};
void run(Job* job) {
    job->state = 1; // expect: data-race "state"
}
int pointerHandedToThreadBad() {
    auto job = std::make_unique<Job>();
    std::thread worker(run, job.get());
    job->state = 2; // expect: data-race
    worker.join();
    return job->state;
}
void runOwn(Job* job) { job->state = 1; }
int eachThreadHasItsOwnOk() {
    Job first, second;
    std::thread a(runOwn, &first);
    std::thread b(runOwn, &second);
    a.join();
    b.join();
    return first.state + second.state;
}
} // namespace heap_object_shared

namespace immutable_data {
const int limits[] = {1, 2, 3};
int seen[2];
void look(int slot) { seen[slot] = limits[slot]; }
void readOnlyByManyOk() {
    int local = limits[0];
    std::thread reader([] { look(0); });
    local += limits[1];
    reader.join();
    seen[1] = local;
}
} // namespace immutable_data

namespace pthread_entry {
int shared;
void* write(void*) {
    shared = 1; // expect: data-race
    return nullptr;
}
int pthreadBesideCallerBad() {
    pthread_t thread;
    pthread_create(&thread, nullptr, write, nullptr);
    int seen = shared; // expect: data-race
    pthread_join(thread, nullptr);
    return seen;
}
} // namespace pthread_entry

namespace joining_thread {
int score;
int scopeEndJoinsOk() {
    {
        std::jthread player([] { score = 9; });
    }
    return score;
}
int scopeStillOpenBad() {
    std::jthread player([] {
        score = 9; // expect: data-race
    });
    return score; // expect: data-race
}
} // namespace joining_thread
