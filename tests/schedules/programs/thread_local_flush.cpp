// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The destructor of a thread-local object adds to a total when the thread ends.
// EXPECT: data-race
#include <mutex>
#include <thread>

static std::mutex mutex;
static int total;

struct Count {
    int seen = 0;
    ~Count() {
#ifdef FIXED
        std::lock_guard<std::mutex> lock(mutex);
#endif
        total += seen;
    }
};
static thread_local Count count;

int main() {
    const auto work = [] { ++count.seen; };
    std::thread a(work), b(work);
    a.join();
    b.join();
}
