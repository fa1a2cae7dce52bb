// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All objects come out of one malloc, in an allocator of the program's own: what is built there with `new (memory)` is another
// object at each place that asks for one.
#include <cstdlib>
#include <mutex>
#include <new>
#include <thread>

struct Memory {
    void* start = nullptr;
    std::size_t size = 0;
};
struct Allocator {
    virtual ~Allocator() = default;
    virtual Memory allocate(std::size_t size) = 0;
    template <typename T>
    T* create() {
        return new (allocate(sizeof(T)).start) T;
    }
};
struct Heap : Allocator {
    Memory allocate(std::size_t size) override { return {std::malloc(size), size}; }
};
Heap heap;
Allocator* allocator = &heap;

struct Fiber {
    int state = 1;
};
class WorkerOk {
public:
    void startInline() {
        main_ = allocator->create<Fiber>();
        current_ = main_;
    }
    void start() {
        thread_ = std::thread([this] {
            main_ = allocator->create<Fiber>();
            std::lock_guard guard(mutex_);
            current_ = main_;
            current_->state = 2;
        });
    }
    void add() {
        std::lock_guard guard(mutex_);
        if (current_)
            current_->state = 3;
    }
    void stop() { thread_.join(); }

private:
    std::mutex mutex_;
    Fiber *main_ = nullptr, *current_ = nullptr;
    std::thread thread_;
};
WorkerOk* bindOk() {
    auto* worker = allocator->create<WorkerOk>();
    worker->startInline();
    return worker;
}
class PoolOk {
public:
    PoolOk() {
        for (auto& worker : workers_)
            worker = allocator->create<WorkerOk>();
        for (auto* worker : workers_)
            worker->start();
    }
    ~PoolOk() {
        for (auto* worker : workers_)
            worker->stop();
    }
    void add() {
        for (auto* worker : workers_)
            worker->add();
    }

private:
    WorkerOk* workers_[4];
};
PoolOk* makePoolOk() { return new PoolOk; }

class WorkerBad {
public:
    void startInline() {
        main_ = allocator->create<Fiber>(); // expect: data-race "main_"
        current_ = main_;                   // expect: data-race "current_"
    }
    void start() {
        thread_ = std::thread([this] {
            main_ = allocator->create<Fiber>(); // partner: data-race
            std::lock_guard guard(mutex_);
            current_ = main_; // partner: data-race
            current_->state = 2;
        });
    }
    void stop() { thread_.join(); }

private:
    std::mutex mutex_;
    Fiber *main_ = nullptr, *current_ = nullptr;
    std::thread thread_;
};
void bindBad() {
    auto* worker = allocator->create<WorkerBad>();
    worker->start();
    worker->startInline();
    worker->stop();
}
