// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// While a base begins or ends the object is one of the base: a virtual call of another thread may find the wrong function, or none.
#include <pthread.h>
#include <semaphore.h>
#include <thread>

void serve();

// The base's destructor joins: what the derived class overrides has gone by then.
class JoinedByBase {
public:
    virtual ~JoinedByBase() { thread_.join(); }
    void start() {
        thread_ = std::thread([this] { run(); }); // partner: data-race
    }
    virtual void run() = 0;

private:
    std::thread thread_;
};
class JoinedTooLateBad : public JoinedByBase { // expect: data-race(virtual-call)
public:
    void run() override { serve(); }
};
void joinedTooLateBad() {
    JoinedTooLateBad worker;
    worker.start();
}

// The base's constructor starts: the derived class's functions are not there yet.
class StartedByBase {
public:
    StartedByBase() : thread_([this] { run(); }) {} // expect: data-race(virtual-call)
    virtual ~StartedByBase() = default;
    virtual void run() = 0;

protected:
    void stop() { thread_.join(); }

private:
    std::thread thread_;
};
class StartedTooEarlyBad : public StartedByBase { // partner: data-race
public:
    ~StartedTooEarlyBad() override { stop(); }
    void run() override { serve(); }
};
void startedTooEarlyBad() { StartedTooEarlyBad worker; }

// The base's destructor waits for the last user.
struct Awaiting {
    Awaiting() { sem_init(&idle, 0, 0); }
    virtual ~Awaiting() {
        sem_wait(&idle);
        sem_destroy(&idle);
    }
    virtual void handle() {}
    sem_t idle;
};
struct AwaitingBad : Awaiting {
    void handle() override { serve(); }
    ~AwaitingBad() override {} // expect: data-race(virtual-call)
};
static Awaiting* awaited = new AwaitingBad;
static void* useAwaited(void*) {
    awaited->handle(); // partner: data-race
    sem_post(&awaited->idle);
    return nullptr;
}
static void* endAwaited(void*) {
    delete awaited;
    return nullptr;
}
void awaitedBad() {
    pthread_t user, ender;
    pthread_create(&user, nullptr, useAwaited, nullptr);
    pthread_create(&ender, nullptr, endAwaited, nullptr);
    pthread_join(user, nullptr);
    pthread_join(ender, nullptr);
}

// fine: the derived class, whose function the thread calls, joins.
class StartedLater {
public:
    virtual ~StartedLater() = default;
    void start() {
        thread_ = std::thread([this] { run(); });
    }
    void stop() {
        if (thread_.joinable())
            thread_.join();
    }
    virtual void run() = 0;

private:
    std::thread thread_;
};
class JoinedInTimeOk : public StartedLater {
public:
    ~JoinedInTimeOk() override { stop(); }
    void run() override { serve(); }
};
void joinedInTimeOk() {
    JoinedInTimeOk worker;
    worker.start();
}

// fine: nobody derives from it, and what the object is never changes.
class LastOfItsKindOk final {
public:
    LastOfItsKindOk() = default;
    virtual ~LastOfItsKindOk() { thread_.join(); }
    void start() {
        thread_ = std::thread([this] { run(); });
    }
    virtual void run() { serve(); }

private:
    std::thread thread_;
};
void lastOfItsKindOk() {
    LastOfItsKindOk worker;
    worker.start();
}

// fine: the derived class's destructor waits, before the object becomes one of the base.
struct Shared {
    Shared() { sem_init(&idle, 0, 0); }
    virtual ~Shared() { sem_destroy(&idle); }
    virtual void handle() {}
    sem_t idle;
};
struct AwaitedOk : Shared {
    void handle() override { serve(); }
    ~AwaitedOk() override { sem_wait(&idle); }
};
static Shared* shared = new AwaitedOk;
static void* useShared(void*) {
    shared->handle();
    sem_post(&shared->idle);
    return nullptr;
}
static void* endShared(void*) {
    delete shared;
    return nullptr;
}
void awaitedOk() {
    pthread_t user, ender;
    pthread_create(&user, nullptr, useShared, nullptr);
    pthread_create(&ender, nullptr, endShared, nullptr);
    pthread_join(user, nullptr);
    pthread_join(ender, nullptr);
}

// fine: made once, by the first thread that asks for it, and only then known to others.
struct Comparator {
    virtual ~Comparator() = default;
    virtual int compare(int a, int b) const = 0;
};
struct Bytewise : Comparator {
    int compare(int a, int b) const override { return a - b; }
};
static const Comparator* theComparatorOk() {
    static Bytewise bytewise;
    return &bytewise;
}
static void compareOk() { theComparatorOk()->compare(1, 2); }
void madeOnceOk() {
    std::thread a(compareOk), b(compareOk);
    a.join();
    b.join();
}
