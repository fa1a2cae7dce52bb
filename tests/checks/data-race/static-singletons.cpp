// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the initialiser of a function's static variable writes is there for everybody who gets the variable, whichever thread is the first.
#include <mutex>
#include <thread>

class Engine {
public:
    explicit Engine(int size) { prepareOk(size); }
    int first() const { return *queue_; }
    int second() const { return *other_; }
    void setBad(int* queue) {
        other_ = queue; // expect: data-race "Engine::other_"
    }

private:
    void prepareOk(int size) { queue_ = new int(size); } // fine: behind the static's once flag
    int* queue_ = nullptr;
    int* other_ = nullptr;
};
Engine* engine() {
    static Engine instance(7);
    return &instance;
}
struct Timer {
    Timer* next;
    Engine* engine;
};
std::mutex timersLock;
Timer* timers;

void addTimer() {
    auto* timer = new Timer{nullptr, engine()};
    std::lock_guard lock(timersLock);
    timer->next = timers;
    timers = timer;
}
int fire() {
    std::lock_guard lock(timersLock);
    return timers ? timers->engine->first() + timers->engine->second() : 0;
}
void replace() { engine()->setBad(new int(1)); }
std::thread start() {
    return std::thread([] {
        addTimer();
        replace();
    });
}
