// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A home-made barrier that is used twice: a fast thread enters the second round before a slow one has left the first.
// EXPECT: deadlock
// EXPECT: livelock
// EXPLORE: --strategy random --schedules 1000
#include <condition_variable>
#include <mutex>
#include <thread>

class Barrier {
public:
    void wait() {
        std::unique_lock<std::mutex> lock(mutex_);
#ifdef FIXED
        const int round = round_;
        if (++arrived_ == 2) {
            arrived_ = 0;
            ++round_;
            all_.notify_all();
        }
        all_.wait(lock, [&] { return round != round_; });
#else
        if (++arrived_ == 2)
            all_.notify_all();
        all_.wait(lock, [&] { return arrived_ >= 2; });
        if (++left_ == 2)
            arrived_ = left_ = 0;
#endif
    }

private:
    std::mutex mutex_;
    std::condition_variable all_;
    int arrived_ = 0, left_ = 0, round_ = 0;
};

int main() {
    Barrier barrier;
    const auto rounds = [&] {
        barrier.wait();
        barrier.wait();
    };
    std::thread other(rounds);
    rounds();
    other.join();
}
