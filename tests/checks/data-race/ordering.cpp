// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Order without locks: start orders what came before it, join orders what comes after it, and only for that thread.
#include <list>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace joins_the_wrong_one {
int left, right;
void walkLeft() { left = 1; }
void walkRight() {
    right = 1; // expect: data-race "right"
}
int otherThreadStillRunsBad() {
    std::thread a(walkLeft);
    std::thread b(walkRight);
    a.join();
    int sum = left + right; // expect: data-race
    b.join();
    return sum;
}
} // namespace joins_the_wrong_one

namespace joins_on_some_paths {
int value;
void work() {
    value = 1; // expect: data-race
}
int joinedOnOneBranchOnlyBad(bool wait) {
    std::thread worker(work);
    if (wait) {
        worker.join();
    }
    int seen = value; // expect: data-race
    if (worker.joinable()) {
        worker.join();
    }
    return seen;
}
int other;
void workOther() { other = 1; }
int joinedOnBothBranchesOk(bool loud) {
    std::thread worker(workOther);
    int extra = 0;
    if (loud) {
        worker.join();
        extra = 1;
    } else {
        worker.join();
    }
    return other + extra;
}
int third;
void workThird() { third = 1; }
int joinedWhenJoinableOk() {
    std::thread worker(workThird);
    if (worker.joinable()) {
        worker.join();
    }
    return third;
}
} // namespace joins_on_some_paths

namespace initialised_inside_the_loop {
int parameter;
void work(int* copy) {
    *copy = parameter; // expect: data-race "parameter"
}
void writtenBetweenTwoStartsBad() {
    int copies[3];
    std::vector<std::thread> workers;
    for (int i = 0; i < 3; ++i) {
        parameter = i; // expect: data-race
        workers.emplace_back(work, &copies[i]);
    }
    for (auto& worker : workers) {
        worker.join();
    }
}
int own;
void workAlone() { ++own; }
void oneAtATimeOk() {
    for (int i = 0; i < 3; ++i) {
        own = i;
        std::thread worker(workAlone);
        worker.join();
        ++own;
    }
}
} // namespace initialised_inside_the_loop

namespace joined_in_a_loop {
int total;
void work(int* slot) { *slot = 1; }
int sumAfterAllHaveEndedOk(std::size_t count) {
    std::vector<int> parts(count);
    std::vector<std::thread> workers;
    for (std::size_t i = 0; i < count; ++i) {
        workers.emplace_back(work, &parts[i]);
    }
    for (auto& worker : workers) {
        worker.join();
    }
    for (int part : parts) {
        total += part;
    }
    return total;
}
void joinAll(std::list<std::thread>& threads) {
    for (auto& thread : threads) {
        thread.join();
    }
    threads.clear();
}
int result;
void workOnce() { result = 5; }
int joinedByAHelperOk() {
    std::list<std::thread> workers;
    workers.push_back(std::thread(workOnce));
    joinAll(workers);
    return result;
}
} // namespace joined_in_a_loop

namespace started_by_a_helper {
int answer;
void work() { answer = 1; }
std::thread start() { return std::thread(work); }
int returnedHandleIsJoinedOk() {
    std::thread worker = start();
    worker.join();
    return answer;
}
int draft;
void workOnDraft() {
    draft = 1; // expect: data-race
}
std::thread startDraft() { return std::thread(workOnDraft); }
int returnedHandleIsJoinedTooLateBad() {
    std::thread worker = startDraft();
    int seen = draft; // expect: data-race
    worker.join();
    return seen;
}
} // namespace started_by_a_helper

namespace moved_handle {
int value;
void work() { value = 1; }
int joinedThroughTheNewOwnerOk() {
    std::thread first(work);
    std::thread second = std::move(first);
    second.join();
    return value;
}
int kept;
void workKept() { kept = 1; }
int joinedThroughAPointerOk() {
    auto worker = std::make_unique<std::thread>(workKept);
    worker->join();
    return kept;
}
} // namespace moved_handle

namespace owner_joins_in_its_destructor {
class Joining {
public:
    explicit Joining(std::thread thread) : thread_(std::move(thread)) {}
    ~Joining() {
        if (thread_.joinable()) {
            thread_.join();
        }
    }
    Joining(const Joining&) = delete;
    Joining& operator=(const Joining&) = delete;

private:
    std::thread thread_;
};
int value;
int readAfterTheOwnersScopeOk() {
    {
        Joining worker(std::thread([] { value = 1; })); // false-alarm: data-race
    }
    return value;
}
int other;
int readInsideTheOwnersScopeBad() {
    Joining worker(std::thread([] {
        other = 1; // expect: data-race
    }));
    return other; // expect: data-race
}
} // namespace owner_joins_in_its_destructor

namespace member_thread {
class Service {
public:
    void start() {
        requests_ = 0;
        thread_ = std::thread([this] { serve(); });
    }
    int stop() {
        thread_.join();
        return requests_;
    }

private:
    void serve() { ++requests_; }
    int requests_ = 0;
    std::thread thread_;
};
int startServeStopOk() {
    Service service;
    service.start();
    return service.stop();
}
class Hasty {
public:
    void start() {
        thread_ = std::thread([this] { serve(); });
        requests_ = 0; // expect: data-race
    }
    void stop() { thread_.join(); }

private:
    void serve() {
        ++requests_; // expect: data-race "requests_"
    }
    int requests_ = 0;
    std::thread thread_;
};
void initialisedAfterTheStartBad() {
    Hasty service;
    service.start();
    service.stop();
}
} // namespace member_thread

namespace grandchild {
int value;
void child() { value = 1; }
void parent() {
    std::thread inner(child);
    inner.join();
}
int joinedTransitivelyOk() {
    std::thread outer(parent);
    outer.join();
    return value;
}
int loose;
void looseChild() {
    loose = 1; // expect: data-race
}
void looseParent() { std::thread(looseChild).detach(); }
int parentJoinedChildNotBad() {
    std::thread outer(looseParent);
    outer.join();
    return loose; // expect: data-race
}
int early;
void readsEarly(int* copy) { *copy = early; }
void writesThenStarts(int* copy) {
    early = 1;
    std::thread inner(readsEarly, copy);
    inner.join();
}
int writtenByTheParentBeforeTheStartOk() {
    int copy = 0;
    early = 2;
    std::thread outer(writesThenStarts, &copy);
    outer.join();
    return copy + early;
}
} // namespace grandchild

namespace joined_by_a_sibling {
int value;
void work() { value = 1; } // false-alarm: data-race
int siblingJoinsForUsOk() {
    std::thread worker(work); // false-alarm: unjoined-thread
    std::thread waiter([&worker] { worker.join(); });
    waiter.join();
    return value;
}
} // namespace joined_by_a_sibling

namespace called_twice {
int value;
void work() { ++value; }
void startAndJoin() {
    std::thread worker(work);
    worker.join();
}
void eachCallJoinsItsThreadOk() {
    startAndJoin();
    startAndJoin();
}
int mixed;
void workMixed() {
    ++mixed; // expect: data-race "mixed"
}
void startAndLeave(std::vector<std::thread>& all) { all.emplace_back(workMixed); }
void eachCallLeavesItsThreadRunningBad() {
    std::vector<std::thread> all;
    startAndLeave(all);
    startAndLeave(all);
    for (auto& thread : all) {
        thread.join();
    }
}
} // namespace called_twice

namespace replaced_by_a_second_thread {
int value;
void first() { value = 1; }
void second() { value = 2; }
void joinedBeforeTheHandleIsReusedOk() {
    std::thread worker(first);
    worker.join();
    worker = std::thread(second);
    worker.join();
    value = 3;
}
} // namespace replaced_by_a_second_thread
