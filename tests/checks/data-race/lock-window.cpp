// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A function that lets go of a lock for a while and takes it again knows what it touches meanwhile. One that takes the lock once in
// each round, or takes it again on some ways only, has no such window.
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>

namespace lock_window {

// Writers queue up; only the one at the front works, without the lock, until it takes itself out.
class Log {
public:
    void write(const std::string& record) {
        Writer self;
        std::unique_lock<std::mutex> lock(mutex_);
        queue_.push_back(&self);
        while (&self != queue_.front())
            self.turn.wait(lock);
        if (file_.size() > 100) {
            written_ += file_.size();
            file_.clear();
        }
        if (file_.empty())
            file_ = "log\n";
        lock.unlock();
        file_ += record;
        lock.lock();
        queue_.pop_front();
        if (!queue_.empty())
            queue_.front()->turn.notify_one();
    }
    std::size_t size() {
        std::lock_guard<std::mutex> lock(mutex_);
        return written_;
    }
    bool isEmpty() {
        std::lock_guard<std::mutex> lock(mutex_);
        return written_ == 0 && queue_.empty();
    }
    void drop() { written_ = 0; } // expect: data-race "written_"

private:
    struct Writer {
        std::condition_variable turn;
    };
    std::mutex mutex_;
    std::deque<Writer*> queue_;
    std::string file_;
    std::size_t written_ = 0;
};

void report(int sum);

class Rounds {
public:
    void run(int rounds) {
        for (int i = 0; i < rounds; ++i) {
            mutex_.lock();
            sum_ += i;
            mutex_.unlock();
            report(sum_); // expect: data-race "sum_"
        }
    }
    int sum() {
        std::lock_guard<std::mutex> lock(mutex_);
        return sum_;
    }
    void clear() {
        std::lock_guard<std::mutex> lock(mutex_);
        sum_ = 0;
    }
    void set(int sum) {
        std::lock_guard<std::mutex> lock(mutex_);
        sum_ = sum;
    }

private:
    std::mutex mutex_;
    int sum_ = 0;
};

class Counter {
public:
    // Only some ways lead back under the lock.
    void add(int amount) {
        std::unique_lock<std::mutex> lock(mutex_);
        count_ += amount;
        lock.unlock();
        if (count_ > 100) { // expect: data-race "count_"
            lock.lock();
            count_ = 0;
        }
    }
    // Another lock's window.
    void addOnce(int amount) {
        std::unique_lock<std::mutex> lock(wake_);
        lock.unlock();
        count_ += amount; // expect: data-race "count_"
        lock.lock();
    }
    int count() {
        std::lock_guard<std::mutex> lock(mutex_);
        return count_;
    }
    void reset() {
        std::lock_guard<std::mutex> lock(mutex_);
        count_ = 0;
    }
    void set(int count) {
        std::lock_guard<std::mutex> lock(mutex_);
        count_ = count;
    }

private:
    std::mutex mutex_, wake_;
    int count_ = 0;
};

} // namespace lock_window
