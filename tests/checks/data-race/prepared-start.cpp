// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A pool's start() sets what its threads look at before it starts them; from then on a lock guards it.
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

class PoolOk {
public:
    void start(int n) {
        running_ = true;
        for (int i = 0; i < n; ++i)
            threads_.emplace_back(std::bind(&PoolOk::work, this));
    }
    void stop() {
        {
            std::lock_guard guard(mutex_);
            running_ = false;
            changed_.notify_all();
        }
        for (auto& thread : threads_)
            thread.join();
    }
    void run(std::function<void()> task) {
        std::lock_guard guard(mutex_);
        if (!running_)
            return;
        tasks_.push_back(std::move(task));
        changed_.notify_one();
    }

private:
    void work() {
        while (auto task = take())
            task();
    }
    std::function<void()> take() {
        std::unique_lock lock(mutex_);
        while (tasks_.empty() && running_)
            changed_.wait(lock);
        if (tasks_.empty())
            return nullptr;
        auto task = std::move(tasks_.front());
        tasks_.pop_front();
        return task;
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> tasks_;
    bool running_ = false;
    std::vector<std::thread> threads_;
};
PoolOk* makeOk() { return new PoolOk; }

class PoolBad {
public:
    void start(int n) {
        for (int i = 0; i < n; ++i)
            threads_.emplace_back(std::bind(&PoolBad::work, this));
        running_ = true; // expect: data-race(missing-lock) "running_"
    }
    void stop() {
        {
            std::lock_guard guard(mutex_);
            running_ = false;
            changed_.notify_all();
        }
        for (auto& thread : threads_)
            thread.join();
    }
    void run(std::function<void()> task) {
        std::lock_guard guard(mutex_);
        if (!running_)
            return;
        tasks_.push_back(std::move(task));
        changed_.notify_one();
    }

private:
    void work() {
        while (auto task = take())
            task();
    }
    std::function<void()> take() {
        std::unique_lock lock(mutex_);
        while (tasks_.empty() && running_) // partner: data-race
            changed_.wait(lock);
        if (tasks_.empty())
            return nullptr;
        auto task = std::move(tasks_.front());
        tasks_.pop_front();
        return task;
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> tasks_;
    bool running_ = false;
    std::vector<std::thread> threads_;
};
PoolBad* makeBad() { return new PoolBad; }

// It prepares nothing when the threads are started elsewhere.
class PausedBad {
public:
    void start() { thread_ = std::thread(&PausedBad::work, this); }
    void resume() {
        running_ = true; // expect: data-race "running_"
    }
    void pause() {
        std::lock_guard guard(mutex_);
        running_ = false;
    }
    void stop() {
        {
            std::lock_guard guard(mutex_);
            running_ = false;
            stopped_ = true;
        }
        thread_.join();
    }

private:
    void work() {
        for (bool stopped = false; !stopped;) {
            std::lock_guard guard(mutex_);
            if (running_) // partner: data-race
                ++rounds_;
            stopped = stopped_;
        }
    }
    std::mutex mutex_;
    bool running_ = false, stopped_ = false;
    int rounds_ = 0;
    std::thread thread_;
};
PausedBad* makePausedBad() { return new PausedBad; }

// Called again, it finds the threads that it started before.
class GrowingCurrentlyMissed {
public:
    void grow(int limit) {
        limit_ = limit; // missed: data-race
        threads_.emplace_back([this] { work(); });
    }
    void setLimit(int limit) {
        std::lock_guard guard(mutex_);
        limit_ = limit;
    }
    int limit() {
        std::lock_guard guard(mutex_);
        return limit_;
    }

private:
    void work() {
        std::lock_guard guard(mutex_);
        if (limit_ > 0)
            --limit_;
    }
    std::mutex mutex_;
    int limit_ = 0;
    std::vector<std::thread> threads_;
};
GrowingCurrentlyMissed* makeGrowing() { return new GrowingCurrentlyMissed; }

class GrownTwiceBad {
public:
    void grow(int limit) {
        limit_ = limit; // expect: data-race(missing-lock) "limit_"
        threads_.emplace_back([this] { work(); });
    }

private:
    void work() {
        std::lock_guard guard(mutex_);
        if (limit_ > 0) // partner: data-race
            --limit_;   // partner: data-race
    }
    std::mutex mutex_;
    int limit_ = 0;
    std::vector<std::thread> threads_;
};
void growTwiceBad(GrownTwiceBad* pool) {
    pool->grow(1);
    pool->grow(2);
}
