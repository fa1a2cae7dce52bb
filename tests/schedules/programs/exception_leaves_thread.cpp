// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An exception leaves a thread function when the queue is empty.
// EXPECT: crash abort
#include <exception>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

static std::mutex mutex;
static std::vector<int> queue;
static std::exception_ptr problem;

static void take() {
    std::lock_guard<std::mutex> lock(mutex);
    if (queue.empty())
        throw std::runtime_error("nothing to take");
    queue.pop_back();
}

int main() {
    std::thread consumer([] {
#ifdef FIXED
        try {
            take();
        } catch (...) {
            problem = std::current_exception();
        }
#else
        take();
#endif
    });
    {
        std::lock_guard<std::mutex> lock(mutex);
        queue.push_back(1);
    }
    consumer.join();
}
