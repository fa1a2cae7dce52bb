// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A thread puts an object of its own into a thread-local pointer: what is reached through it is the thread's own, though the
// object itself is known to others.
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace put_by_the_thread {
class Worker {
public:
    void start() {
        thread_ = std::thread([this] {
            current = this;
            std::lock_guard guard(mutex_);
            fiber_ = 2;
        });
    }
    void stop() {
        {
            std::lock_guard guard(mutex_);
            stopped_ = true;
        }
        thread_.join();
    }
    int fiberOk() const { return fiber_; }
    static thread_local Worker* current;

private:
    std::mutex mutex_;
    bool stopped_ = false;
    int fiber_ = 0;
    std::thread thread_;
};
thread_local Worker* Worker::current;
int currentFiberOk() { return Worker::current ? Worker::current->fiberOk() : 0; }
class Pool {
public:
    Pool() {
        for (auto& worker : workers_)
            worker = new Worker;
        for (auto* worker : workers_)
            worker->start();
    }
    ~Pool() {
        for (auto* worker : workers_) {
            worker->stop();
            delete worker;
        }
    }

private:
    Worker* workers_[4];
};
} // namespace put_by_the_thread

namespace put_by_the_thread_for_all {
class Worker {
public:
    void start() {
        thread_ = std::thread([this] {
            current = this; // expect: data-race "current"
            std::lock_guard guard(mutex_);
            fiber_ = 2; // partner: data-race
        });
    }
    void stop() {
        {
            std::lock_guard guard(mutex_);
            stopped_ = true;
        }
        thread_.join();
    }
    int fiberBad() const { return fiber_; } // expect: data-race "fiber_"
    static Worker* current;

private:
    std::mutex mutex_;
    bool stopped_ = false;
    int fiber_ = 0;
    std::thread thread_;
};
Worker* Worker::current;
int currentFiberBad() { return Worker::current ? Worker::current->fiberBad() : 0; } // partner: data-race
class Pool {
public:
    Pool() {
        for (auto& worker : workers_)
            worker = new Worker;
        for (auto* worker : workers_)
            worker->start();
    }
    ~Pool() {
        for (auto* worker : workers_) {
            worker->stop();
            delete worker;
        }
    }

private:
    Worker* workers_[4];
};
} // namespace put_by_the_thread_for_all

namespace on_its_stack {
class Loop {
public:
    Loop() { current = this; }
    ~Loop() { current = nullptr; }
    void runOk() {
        while (!stopped_)
            ++rounds_;
    }
    void stop() { stopped_ = true; }
    static thread_local Loop* current;

private:
    std::atomic<bool> stopped_{false};
    long rounds_ = 0;
};
thread_local Loop* Loop::current;
class Pool {
public:
    void start() {
        for (int i = 0; i < 4; ++i)
            threads_.emplace_back([this, i] { workOk(i); });
    }
    void stop() {
        for (auto& loop : loops_)
            if (loop)
                loop.load()->stop();
        for (auto& thread : threads_)
            thread.join();
    }

private:
    void workOk(int i) {
        Loop loop;
        loops_[i] = &loop;
        loop.runOk();
    }
    std::atomic<Loop*> loops_[4] = {};
    std::vector<std::thread> threads_;
};
void useAll() {
    Pool pool;
    pool.start();
    pool.stop();
}
} // namespace on_its_stack

namespace on_the_stack_of_one {
class Loop {
public:
    Loop() { current = this; }     // expect: data-race "current"
    ~Loop() { current = nullptr; } // partner: data-race
    void runBad() {
        while (!stopped_)
            ++rounds_; // expect: data-race "rounds_"
    }
    void stop() { stopped_ = true; }
    static Loop* current;

private:
    std::atomic<bool> stopped_{false};
    long rounds_ = 0;
};
Loop* Loop::current;
class Pool {
public:
    void start() {
        for (int i = 0; i < 4; ++i)
            threads_.emplace_back([this, i] { workBad(i); });
    }
    void stop() {
        for (auto& loop : loops_)
            if (loop)
                loop.load()->stop();
        for (auto& thread : threads_)
            thread.join();
    }

private:
    void workBad(int i) {
        Loop loop;
        loops_[i] = &loop;
        Loop::current->runBad(); // partner: data-race
    }
    std::atomic<Loop*> loops_[4] = {};
    std::vector<std::thread> threads_;
};
void useAll() {
    Pool pool;
    pool.start();
    pool.stop();
}
} // namespace on_the_stack_of_one

// What the threads put there is one object.
namespace one_for_all {
struct Total {
    int sum = 0;
};
thread_local Total* current;
void add() {
    current->sum++; // expect: data-race "sum"
}
void workBad(Total* total) {
    current = total;
    add();
}
void twoBad() {
    Total total;
    std::thread a(workBad, &total), b(workBad, &total);
    a.join();
    b.join();
}
} // namespace one_for_all

// One that the thread puts there, and its starter changes meanwhile.
namespace changed_by_the_starter {
struct Total {
    int sum = 0;
};
thread_local Total* current;
void addBad(Total* own) {
    current = own;
    current->sum++; // partner: data-race
}
int startBad() {
    Total total;
    std::thread adder(addBad, &total);
    total.sum++; // expect: data-race "sum"
    adder.join();
    return total.sum;
}
} // namespace changed_by_the_starter

// Known to others by a global variable.
namespace on_its_stack_and_listed {
class Loop {
public:
    void run() {
        while (!stopped_)
            ++rounds_; // false-alarm: data-race
    }
    void stop() { stopped_ = true; }

private:
    std::atomic<bool> stopped_{false};
    long rounds_ = 0;
};
std::atomic<Loop*> loops[4];
thread_local Loop* current;
void workOk(int i) {
    Loop loop;
    current = &loop;
    loops[i] = &loop;
    loop.run();
}
void eachItsOwnOk() {
    std::thread threads[4];
    for (int i = 0; i < 4; ++i)
        threads[i] = std::thread(workOk, i);
    for (auto& loop : loops)
        if (loop)
            loop.load()->stop();
    for (auto& thread : threads)
        thread.join();
}
} // namespace on_its_stack_and_listed

// ---- one variable for all, from the beginning ----
namespace one_from_the_beginning {
struct Total {
    long sum = 0;
};
static Total everybodys;
static thread_local Total* current = &everybodys;
static void addBad() {
    for (int i = 0; i < 5; ++i)
        current->sum++; // expect: data-race "sum"
}
static void addOften() {
    for (int i = 0; i < 3; ++i)
        addBad();
}
void runBad() {
    std::thread first(addOften), second(addOften);
    first.join();
    second.join();
}
} // namespace one_from_the_beginning
