// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Work handed to a pool or a loop of another thread: what is put into the queue runs beside everything that goes on.
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <queue>
#include <thread>
#include <utility>
#include <vector>

class Pool {
public:
    explicit Pool(unsigned workers) {
        for (unsigned i = 0; i < workers; ++i) {
            workers_.emplace_back(&Pool::work, this);
        }
    }
    ~Pool() {
        {
            std::lock_guard guard(mutex_);
            closing_ = true;
        }
        changed_.notify_all();
        for (auto& worker : workers_) {
            worker.join();
        }
    }
    void submit(std::function<void()> task) {
        {
            std::lock_guard guard(mutex_);
            tasks_.push(std::move(task));
        }
        changed_.notify_one();
    }

private:
    void work() {
        while (true) {
            std::function<void()> task;
            {
                std::unique_lock guard(mutex_);
                changed_.wait(guard, [this] { return closing_ || !tasks_.empty(); });
                if (tasks_.empty()) {
                    return;
                }
                task = std::move(tasks_.front());
                tasks_.pop();
            }
            task();
        }
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    std::queue<std::function<void()>> tasks_;
    bool closing_ = false;
    std::vector<std::thread> workers_;
};

namespace tasks_beside_tasks {
int total;
void add() {
    ++total; // expect: data-race "total"
}
void sameTaskTwiceBad() {
    Pool pool(2);
    pool.submit(add);
    pool.submit(add);
}
int sumOfPartsBad() {
    int sum = 0;
    {
        Pool pool(2);
        for (int i = 0; i < 4; ++i) {
            pool.submit([&sum, i] {
                sum += i; // expect: data-race "sum"
            });
        }
    }
    return sum;
}
int sumUnderALockOk() {
    int sum = 0;
    std::mutex mutex;
    {
        Pool pool(2);
        for (int i = 0; i < 4; ++i) {
            pool.submit([&sum, &mutex, i] {
                std::lock_guard guard(mutex);
                sum += i;
            });
        }
    }
    return sum;
}
int atomicSumOk() {
    std::atomic<int> sum = 0;
    {
        Pool pool(2);
        for (int i = 0; i < 4; ++i) {
            pool.submit([&sum, i] { sum += i; });
        }
    }
    return sum;
}
} // namespace tasks_beside_tasks

namespace tasks_beside_the_submitter {
int readWhileTheTaskRunsBad() {
    int result = 0;
    Pool pool(1);
    pool.submit([&result] {
        result = 1; // expect: data-race "result"
    });
    return result; // expect: data-race
}
int readAfterThePoolHasEndedOk() {
    int result = 0;
    {
        Pool pool(1);
        pool.submit([&result] { result = 1; });
    }
    return result;
}
int preparedBeforeSubmittingOk() {
    int input = 0, output = 0;
    {
        Pool pool(2);
        input = 20;
        pool.submit([&input, &output] { output = input + 1; });
    }
    return output;
}
int changedAfterSubmittingBad() {
    int input = 0, output = 0;
    {
        Pool pool(2);
        pool.submit([&input, &output] {
            output = input + 1; // expect: data-race "input"
        });
        input = 20; // expect: data-race
    }
    return output;
}
int resultThroughAPromiseOk() {
    int result = 0;
    std::promise<void> done;
    Pool pool(1);
    pool.submit([&result, &done] {
        result = 1; // false-alarm: data-race
        done.set_value();
    });
    done.get_future().wait();
    return result;
}
} // namespace tasks_beside_the_submitter

namespace one_task_per_element {
long sumOfSlots() {
    std::vector<long> slots(8);
    {
        Pool pool(2);
        for (std::size_t i = 0; i < slots.size(); ++i) {
            pool.submit([&slots, i] { slots[i] = static_cast<long>(i); });
        }
    }
    long sum = 0;
    for (long slot : slots) {
        sum += slot;
    }
    return sum;
}
void eachTaskItsOwnElementOk() { sumOfSlots(); }
void taskOwnsItsArgumentOk() {
    Pool pool(2);
    for (int i = 0; i < 4; ++i) {
        auto number = std::make_shared<int>(i);
        pool.submit([number] { ++*number; });
    }
}
} // namespace one_task_per_element

class Loop { // an event loop: everything posted runs on its one thread
public:
    Loop() : thread_([this] { run(); }) {}
    ~Loop() {
        post(nullptr);
        thread_.join();
    }
    void post(std::function<void()> event) {
        std::lock_guard guard(mutex_);
        events_.push_back(std::move(event));
        changed_.notify_one();
    }

private:
    void run() {
        while (true) {
            std::unique_lock guard(mutex_);
            changed_.wait(guard, [this] { return !events_.empty(); });
            std::function<void()> event = std::move(events_.front());
            events_.pop_front();
            guard.unlock();
            if (!event) {
                return;
            }
            event();
        }
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> events_;
    std::thread thread_;
};

namespace single_threaded_loop {
int stateOfTheLoopOk() {
    int state = 0;
    {
        Loop loop;
        loop.post([&state] { ++state; });
        loop.post([&state] { ++state; });
    }
    return state;
}
int stateReadFromOutsideBad() {
    int state = 0;
    Loop loop;
    loop.post([&state] {
        ++state; // expect: data-race "state"
    });
    return state; // expect: data-race
}
} // namespace single_threaded_loop

namespace async_tasks {
int shared;
void touch() {
    ++shared; // expect: data-race "shared"
}
void twoAsyncTasksBad() {
    auto a = std::async(std::launch::async, touch);
    auto b = std::async(std::launch::async, touch);
    a.get();
    b.get();
}
int square(int n) { return n * n; }
int resultsComeThroughFuturesOk() {
    auto a = std::async(std::launch::async, square, 2);
    auto b = std::async(std::launch::async, square, 3);
    return a.get() + b.get();
}
int deferredRunsInGetOk() {
    int sum = 0;
    auto task = std::async(std::launch::deferred, [&sum] { sum = 1; }); // false-alarm: data-race
    sum = 2;
    task.get();
    return sum;
}
} // namespace async_tasks
