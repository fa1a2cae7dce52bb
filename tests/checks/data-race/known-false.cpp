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
