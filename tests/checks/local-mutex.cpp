// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A mutex that lives in the function that locks it: every caller has its own, so it excludes nobody.
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

void touch();

void localBad() {
    std::mutex mutex;
    std::lock_guard guard(mutex); // expect: local-mutex "mutex"
    touch();
}

void staticLocalOk() {
    static std::mutex mutex;
    std::lock_guard guard(mutex);
    touch();
}

void byHandBad() {
    std::mutex mutex;
    mutex.lock(); // expect: local-mutex "mutex"
    touch();
    mutex.unlock();
}

void sharedWithALambdaInAThreadOk() {
    std::mutex mutex;
    int count = 0;
    std::thread worker([&] {
        std::lock_guard guard(mutex);
        ++count;
    });
    {
        std::lock_guard guard(mutex);
        ++count;
    }
    worker.join();
}

void work(std::mutex& mutex);

void handedToAThreadOk() {
    std::mutex mutex;
    std::thread worker(work, std::ref(mutex)); // false-alarm: unjoined-thread
    {
        std::lock_guard guard(mutex);
        touch();
    }
    worker.join();
}

std::vector<std::mutex*> registry;

void addressKeptElsewhereOk() {
    std::mutex mutex;
    registry.push_back(&mutex);
    std::lock_guard guard(mutex);
    touch();
}

void passedToUnknownCodeOk() {
    std::mutex mutex;
    work(mutex);
    std::lock_guard guard(mutex);
}

struct Job {
    std::mutex mutex;
    int state = 0;
};

void localObjectBad() {
    Job job;
    std::lock_guard guard(job.mutex); // expect: local-mutex "mutex"
    job.state = 1;
}

void parameterOk(Job& job) {
    std::lock_guard guard(job.mutex);
    job.state = 2;
}

void lambdaOnlyCalledHereBad() {
    std::mutex mutex;
    auto step = [&mutex] {
        std::lock_guard guard(mutex); // expect: local-mutex
        touch();
    };
    step();
}

void insideALambdaBad(std::vector<std::thread>& threads) {
    threads.emplace_back([] {
        std::mutex mutex;
        std::lock_guard guard(mutex); // expect: local-mutex
        touch();
    });
}

void threadLocalBad() {
    thread_local std::mutex mutex;
    std::lock_guard guard(mutex); // expect: local-mutex "mutex"
    touch();
}
