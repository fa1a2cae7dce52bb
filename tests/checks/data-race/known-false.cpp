// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shapes of correct programs, met in real code, that are still reported. Each stands beside its mistaken twin.
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

namespace known_false {

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
        file_ += record; // false-alarm: data-race "file_"
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

// The text is complete before the flag is set, and read only after the flag was seen; the lock is there for other readers.
class Lookup {
public:
    void start() {
        thread_ = std::thread([this] {
            {
                std::lock_guard<std::mutex> lock(mutex_);
                error_ = "none";
            }
            done_ = true;
        });
    }
    const std::string& error() {
        std::lock_guard<std::mutex> lock(mutex_);
        return error_;
    }
    std::size_t wait() {
        while (!done_)
            std::this_thread::yield();
        return error().size();
    }
    std::size_t peek() { return error_.size(); } // expect: data-race "error_"
    ~Lookup() { thread_.join(); }

private:
    std::mutex mutex_;
    std::string error_;
    std::atomic<bool> done_{false};
    std::thread thread_;
};

} // namespace known_false
