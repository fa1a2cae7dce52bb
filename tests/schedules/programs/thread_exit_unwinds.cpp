// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// pthread_exit unwinds the thread's frames: a guard lets go, a lock taken by hand stays.
// EXPECT: deadlock
#include <mutex>
#include <pthread.h>
#include <thread>

static std::mutex mutex;
static int value;

static void leaveWhenDone() {
    if (++value == 1)
        pthread_exit(nullptr);
}

static void* work(void*) {
#ifdef FIXED
    std::lock_guard<std::mutex> lock(mutex);
    leaveWhenDone();
#else
    mutex.lock();
    leaveWhenDone();
    mutex.unlock();
#endif
    return nullptr;
}

int main() {
    pthread_t a, b;
    pthread_create(&a, nullptr, work, nullptr);
    pthread_create(&b, nullptr, work, nullptr);
    pthread_join(a, nullptr);
    pthread_join(b, nullptr);
}
