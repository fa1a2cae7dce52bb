// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A pointer to one of several new objects leads to one that nobody else knows, whichever it is.
#include <mutex>
#include <thread>
#include <vector>

struct Target {
    void prepareOk(int most) { most_ = most; } // fine: not in the table yet
    void changeBad(int most) { load_ = most; } // expect: data-race "Target::load_"
    int most() {
        std::lock_guard lock(mutex_);
        return most_ + load_;
    }

private:
    std::mutex mutex_;
    int most_ = 0, load_ = 0;
};
struct Tcp : Target {};
struct Udp : Target {};

std::mutex tableMutex;
std::vector<Target*> table;

Target* makeOk(bool stream) {
    Target* target;
    if (stream)
        target = new Tcp;
    else
        target = new Udp;
    target->prepareOk(10);
    return target;
}
Target* makeOrFind(bool stream) {
    Target* target;
    if (stream)
        target = new Tcp;
    else
        target = table.back();
    target->changeBad(10);
    return target;
}
int work() {
    tableMutex.lock();
    table.push_back(makeOk(table.size() % 2 == 0));
    table.push_back(makeOrFind(table.size() % 2 == 0));
    Target* last = table.back();
    tableMutex.unlock();
    return last->most();
}
int main() {
    std::thread a(work), b(work);
    a.join();
    b.join();
}
