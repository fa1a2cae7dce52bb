// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A std::thread that is destroyed or overwritten while joinable ends the program. On which path can that happen?
#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

void work();
bool ready();

void joinedOk() {
    std::thread worker(work);
    worker.join();
}

void detachedOk() {
    std::thread worker(work);
    worker.detach();
}

void neitherBad() {
    std::thread worker(work); // expect: unjoined-thread "worker"
}

void temporaryBad() {
    std::thread{work}; // expect: unjoined-thread
}

void temporaryDetachedOk() { std::thread(work).detach(); }

void emptyHandleOk() { std::thread worker; }

void earlyReturnBad(int argument) {
    std::thread worker(work); // expect: unjoined-thread "worker"
    if (argument < 0) {
        return;
    }
    worker.join();
}

void joinedBeforeEveryReturnOk(int argument) {
    std::thread worker(work);
    if (argument < 0) {
        worker.join();
        return;
    }
    worker.join();
}

void joinedOnOneBranchBad(bool wait) {
    std::thread worker(work); // expect: unjoined-thread
    if (wait) {
        worker.join();
    }
}

void joinedOrDetachedOk(bool wait) {
    std::thread worker(work);
    if (wait) {
        worker.join();
    } else {
        worker.detach();
    }
}

void joinedIfJoinableOk() {
    std::thread worker(work);
    if (worker.joinable()) {
        worker.join();
    }
}

void parse(const char* text) {
    if (text == nullptr) {
        throw std::invalid_argument("no text");
    }
}

void exceptionBetweenStartAndJoinBad(const char* text) {
    std::thread worker(work); // expect: unjoined-thread "worker"
    parse(text);
    worker.join();
}

void thrownRightHereBad(int count) {
    std::thread worker(work); // expect: unjoined-thread
    if (count < 0) {
        throw std::out_of_range("count");
    }
    worker.join();
}

void caughtAndJoinedOk(const char* text) {
    std::thread worker(work);
    try {
        parse(text);
    } catch (...) {
        worker.join();
        throw;
    }
    worker.join();
}

void nothingThrowsInBetweenOk(int count) {
    std::thread worker(work);
    int twice = count * 2;
    (void)twice;
    worker.join();
}

void overwrittenWhileJoinableBad() {
    std::thread worker(work);
    worker = std::thread(work); // expect: unjoined-thread "worker"
    worker.join();
}

void overwrittenAfterJoinOk() {
    std::thread worker(work);
    worker.join();
    worker = std::thread(work);
    worker.join();
}

void overwrittenInALoopBad(int rounds) {
    std::thread worker;
    for (int i = 0; i < rounds; ++i) {
        worker = std::thread(work); // expect: unjoined-thread
    }
    if (worker.joinable()) {
        worker.join();
    }
}

void joinedInEachRoundOk(int rounds) {
    for (int i = 0; i < rounds; ++i) {
        std::thread worker(work);
        worker.join();
    }
}

void leftTheLoopEarlyBad(int rounds) {
    for (int i = 0; i < rounds; ++i) {
        std::thread worker(work); // expect: unjoined-thread
        if (ready()) {
            break;
        }
        worker.join();
    }
}

void movedAndJoinedOk() {
    std::thread first(work);
    std::thread second = std::move(first);
    second.join();
}

void movedAndForgottenBad() {
    std::thread first(work);              // false-alarm: unjoined-thread
    std::thread second(std::move(first)); // missed: unjoined-thread "second"
}

void swappedBad() {
    std::thread running(work); // false-alarm: unjoined-thread
    std::thread idle;          // partner: unjoined-thread
    std::swap(running, idle);  // expect: unjoined-thread
    if (running.joinable()) {
        running.join();
    }
}

std::thread makeWorker() { return std::thread(work); }

void returnedAndJoinedOk() {
    std::thread worker = makeWorker();
    worker.join();
}

void returnedAndDroppedBad() {
    makeWorker(); // expect: unjoined-thread
}

void takeOver(std::thread worker) { worker.join(); }

void handedToACalleeOk() {
    std::thread worker(work);
    takeOver(std::move(worker));
}

void onlyLook(std::thread worker) { // partner: unjoined-thread
    (void)worker;
}

void handedToACalleeThatForgetsBad() {
    std::thread worker(work);
    onlyLook(std::move(worker)); // missed: unjoined-thread
}

void joinIt(std::thread& worker) { worker.join(); }

void joinedByACalleeOk() {
    std::thread worker(work);
    joinIt(worker);
}

void joinItIfReady(std::thread& worker) {
    if (ready()) {
        worker.join();
    }
}

void perhapsJoinedByACalleeBad() {
    std::thread worker(work); // expect: unjoined-thread
    joinItIfReady(worker);
}

void jthreadOk() { std::jthread worker(work); }

void jthreadThrowsInBetweenOk(const char* text) {
    std::jthread worker(work);
    parse(text);
}

void heapHandleBad() {
    auto worker = std::make_unique<std::thread>(work); // expect: unjoined-thread
}

void heapHandleOk() {
    auto worker = std::make_unique<std::thread>(work);
    worker->join();
}

void leakedHandleOk() { // never destroyed: the thread runs to the program's end
    static std::thread* worker = new std::thread(work);
    (void)worker;
}

void optionalHandleBad(bool parallel) {
    std::optional<std::thread> worker;
    if (parallel) {
        worker.emplace(work); // expect: unjoined-thread
    }
}

void optionalHandleOk(bool parallel) {
    std::optional<std::thread> worker;
    if (parallel) {
        worker.emplace(work); // false-alarm: unjoined-thread
    }
    if (worker) {
        worker->join();
    }
}

void lambdaScopeGuardOk(const char* text) {
    std::thread worker(work);
    struct Joiner {
        std::thread& thread;
        ~Joiner() { thread.join(); }
    } joiner{worker};
    parse(text);
}

void whenTheProgramEndsOk(bool fatal) {
    std::thread worker(work);
    if (fatal) {
        std::abort();
    }
    worker.join();
}
