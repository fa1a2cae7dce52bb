// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A small worker pool: a queue of tasks, one mutex, one condition variable. Destroying the pool finishes every submitted
// task and joins the workers, so after it the submitter may read what the tasks wrote.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <queue>
#include <thread>
#include <utility>
#include <vector>

namespace demos {

class WorkerPool {
public:
    // Delegates, so that the destructor joins the first workers if a later one cannot be started.
    explicit WorkerPool(unsigned workers) : WorkerPool() {
        workers_.reserve(workers);
        for (unsigned i = 0; i < workers; ++i) {
            workers_.emplace_back([this] { runTasks(); });
        }
    }

    ~WorkerPool() {
        {
            std::lock_guard lock(mutex_);
            closing_ = true;
        }
        changed_.notify_all();
        for (std::thread& worker : workers_) {
            worker.join();
        }
    }

    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    void submit(std::function<void()> task) {
        {
            std::lock_guard lock(mutex_);
            tasks_.push(std::move(task));
        }
        changed_.notify_one();
    }

private:
    WorkerPool() = default;

    void runTasks() {
        for (;;) {
            std::function<void()> task;
            {
                std::unique_lock lock(mutex_);
                changed_.wait(lock, [this] { return closing_ || !tasks_.empty(); });
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

} // namespace demos
