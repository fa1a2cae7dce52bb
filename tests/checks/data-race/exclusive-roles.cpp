// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Exclusiveness that no lock at the access shows: whose turn it is, who took the node off the list, who dropped the last reference.
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace head_of_the_queue {
struct Writer {
    bool done = false;
    std::condition_variable changed;
};
std::mutex mutex;
std::deque<Writer*> writers;
long written = 0;
void rotateLocked() { written = 0; }
void write(int bytes) {
    Writer self;
    std::unique_lock lock(mutex);
    writers.push_back(&self);
    while (!self.done && &self != writers.front()) {
        self.changed.wait(lock);
    }
    if (bytes > 100) {
        rotateLocked();
    }
    lock.unlock();
    written += bytes; // false-alarm: data-race
    lock.lock();
    writers.pop_front();
    if (!writers.empty()) {
        writers.front()->changed.notify_one();
    }
}
void onlyTheHeadWritesOk() {
    std::thread one(write, 1), other(write, 2);
    one.join();
    other.join();
}
} // namespace head_of_the_queue

namespace taken_off_a_list {
struct Job {
    Job* next = nullptr;
    int result = 0;
};
std::mutex mutex;
Job* jobs = nullptr;
void put(int value) {
    Job* job = new Job;
    job->result = value;
    std::lock_guard lock(mutex);
    job->next = jobs;
    jobs = job;
}
Job* take() {
    std::lock_guard lock(mutex);
    Job* job = jobs;
    if (job) {
        jobs = job->next;
    }
    return job;
}
void work() {
    while (Job* job = take()) {
        job->result += 1; // whoever took it is alone with it
        delete job;
    }
}
void ownersOfNodesOk() {
    put(1);
    std::thread one(work), other(work);
    put(2);
    one.join();
    other.join();
}
void workTwice() {
    std::lock_guard lock(mutex);
    if (jobs) {
        jobs->result += 1;
    }
}
Job shared;
void useWithoutTakingBad() {
    auto use = [] {
        shared.result += 1; // expect: data-race "result"
    };
    std::thread one(use), other(use);
    one.join();
    other.join();
}
} // namespace taken_off_a_list
