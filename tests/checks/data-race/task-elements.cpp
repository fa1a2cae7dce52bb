// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A pool's tasks, each with an element of its own: the number of it is what the closure was made with.
#include <condition_variable>
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
    Pool() {
        for (int i = 0; i < 4; ++i)
            workers_.emplace_back([this] { loop(); });
    }
    ~Pool() {
        {
            std::lock_guard lock(mutex_);
            stop_ = true;
        }
        changed_.notify_all();
        for (auto& worker : workers_)
            worker.join();
    }
    void post(std::function<void()> task) {
        {
            std::lock_guard lock(mutex_);
            tasks_.push(std::move(task));
        }
        changed_.notify_one();
    }
    template <class F>
    std::future<void> submit(F function) {
        auto task = std::make_shared<std::packaged_task<void()>>(std::move(function));
        std::future<void> result = task->get_future();
        post([task] { (*task)(); });
        return result;
    }

private:
    void loop() {
        for (;;) {
            std::function<void()> task;
            {
                std::unique_lock lock(mutex_);
                changed_.wait(lock, [this] { return stop_ || !tasks_.empty(); });
                if (tasks_.empty())
                    return;
                task = std::move(tasks_.front());
                tasks_.pop();
            }
            task();
        }
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    std::queue<std::function<void()>> tasks_;
    bool stop_ = false;
    std::vector<std::thread> workers_;
};

void ownElementsOk() {
    std::vector<int> data(8, 1);
    Pool pool;
    for (int i = 0; i < 8; ++i)
        pool.post([&data, i] { data[i] *= 2; });
}
void ownElementsWithResultsOk() {
    std::vector<int> data(8, 1);
    Pool pool;
    std::vector<std::future<void>> results;
    for (int i = 0; i < 8; ++i)
        results.push_back(pool.submit([&data, i] { data[i] *= 2; }));
    for (auto& result : results)
        result.get();
}
static void twice(int* element) { *element *= 2; }
void ownElementsPassedOnOk() {
    std::vector<int> data(8, 1);
    Pool pool;
    for (int i = 0; i < 8; ++i)
        pool.post([&data, i] { twice(&data[i]); });
}
void oneElementBad() {
    std::vector<int> data(8, 1);
    Pool pool;
    for (int i = 0; i < 8; ++i)
        pool.post([&data] { data[0] += 1; }); // expect: data-race "data"
}
void indexByReferenceBad() {
    std::vector<int> data(8, 1);
    Pool pool;
    for (int i = 0; i < 8; ++i)                   // partner: data-race
        pool.post([&data, &i] { data[i] *= 2; }); // expect: data-race "i"
}
void sumBad() {
    std::vector<int> data(8, 1);
    int sum = 0;
    Pool pool;
    for (int i = 0; i < 8; ++i)
        pool.post([&, i] { sum += data[i]; }); // expect: data-race "sum"
}
