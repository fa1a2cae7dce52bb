// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A listener calls back into the object that holds its lock while it notifies.
// EXPECT: deadlock self
// RUN: deadlock
#include <functional>
#include <mutex>

class Subject {
public:
    void set(int value) {
        std::unique_lock<std::mutex> lock(mutex_);
        value_ = value;
#ifdef FIXED
        lock.unlock();
#endif
        listener();
    }
    int get() {
        std::lock_guard<std::mutex> lock(mutex_);
        return value_;
    }
    std::function<void()> listener;

private:
    std::mutex mutex_;
    int value_ = 0;
};

int main() {
    Subject subject;
    subject.listener = [&] { subject.get(); };
    subject.set(1);
}
