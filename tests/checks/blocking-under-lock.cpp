// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// options: --level=style
//
// Something that may take long while a lock is held: everyone who needs the lock waits too.
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <functional>
#include <future>
#include <iostream>
#include <mutex>
#include <semaphore>
#include <string>
#include <thread>

#include <sys/socket.h>
#include <unistd.h>

std::mutex mutex;
void touch();

void sleepsBad() {
    std::lock_guard guard(mutex);
    std::this_thread::sleep_for(std::chrono::milliseconds(10)); // expect: blocking-under-lock "mutex"
}

void sleepsAfterTheLockOk() {
    {
        std::lock_guard guard(mutex);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

void unlockedWhileItSleepsOk() {
    std::unique_lock guard(mutex);
    guard.unlock();
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    guard.lock();
}

void joinsBad(std::thread& worker) {
    std::lock_guard guard(mutex);
    worker.join(); // expect: blocking-under-lock "mutex"
}

void joinsAfterTheLockOk(std::thread& worker) {
    {
        std::lock_guard guard(mutex);
    }
    worker.join();
}

int getsBad(std::future<int>& answer) {
    std::lock_guard guard(mutex);
    return answer.get(); // expect: blocking-under-lock
}

int getsBeforeTheLockOk(std::future<int>& answer) {
    int value = answer.get();
    std::lock_guard guard(mutex);
    return value;
}

ssize_t readsBad(int fd, char* buffer) {
    std::lock_guard guard(mutex);
    return read(fd, buffer, 16); // expect: blocking-under-lock "read"
}

ssize_t receivesBad(int fd, char* buffer) {
    std::lock_guard guard(mutex);
    return recv(fd, buffer, 16, 0); // expect: blocking-under-lock
}

void readsALineBad(std::string& line) {
    std::lock_guard guard(mutex);
    std::getline(std::cin, line); // expect: blocking-under-lock
}

void waitsForASemaphoreBad(std::binary_semaphore& filled) {
    std::lock_guard guard(mutex);
    filled.acquire(); // expect: blocking-under-lock
}

void triesASemaphoreOk(std::binary_semaphore& filled) {
    std::lock_guard guard(mutex);
    if (filled.try_acquire()) {
        touch();
    }
}

void pauseAWhile() { std::this_thread::sleep_for(std::chrono::seconds(1)); } // partner: blocking-under-lock

void sleepsInACalleeBad() {
    std::lock_guard guard(mutex);
    pauseAWhile(); // expect: blocking-under-lock
}

void waitsOnItsOwnMutexOk(std::condition_variable& changed, bool& ready) {
    std::unique_lock guard(mutex);
    changed.wait(guard, [&ready] { return ready; });
}

class Bus {
public:
    void subscribe(std::function<void(int)> listener) {
        std::lock_guard guard(mutex_);
        listener_ = std::move(listener);
    }
    void publishBad(int event) {
        std::lock_guard guard(mutex_);
        listener_(event); // expect: blocking-under-lock(callback) "listener_"
    }
    void publishOk(int event) {
        std::function<void(int)> listener;
        {
            std::lock_guard guard(mutex_);
            listener = listener_;
        }
        listener(event);
    }

private:
    std::mutex mutex_;
    std::function<void(int)> listener_;
};

void startsAThreadOk() {
    std::thread worker;
    {
        std::lock_guard guard(mutex);
        worker = std::thread(touch);
    }
    worker.join();
}
