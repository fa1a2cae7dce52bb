// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A fixed pool of workers whose loop says where a task begins.
#pragma once

#include <deadheat/task.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

class Pool {
public:
    explicit Pool(int workers) {
        for (int i = 0; i < workers; ++i)
            workers_.emplace_back([this] { run(); });
    }
    ~Pool() {
        {
            std::lock_guard lock(mutex_);
            stop_ = true;
        }
        changed_.notify_all();
        for (std::thread& worker : workers_)
            worker.join();
    }
    void post(std::function<void()> task) {
        {
            std::lock_guard lock(mutex_);
            tasks_.push_back(std::move(task));
        }
        changed_.notify_one();
    }
    template <typename Work>
    std::future<void> submit(Work work) {
        auto task = std::make_shared<std::packaged_task<void()>>(std::move(work));
        post([task] { (*task)(); });
        return task->get_future();
    }

private:
    void run() {
        for (;;) {
#ifndef PLAIN_WORKERS
            deadheat_begin_task();
#endif
            std::function<void()> task;
            {
                std::unique_lock lock(mutex_);
                changed_.wait(lock, [this] { return stop_ || !tasks_.empty(); });
                if (tasks_.empty())
                    return;
                task = std::move(tasks_.front());
                tasks_.pop_front();
            }
            task();
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> tasks_;
    bool stop_ = false;
    std::vector<std::thread> workers_;
};
