// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A future from std::async waits in its destructor: dropped on the spot, the call runs as if it were an ordinary one.
#include <future>
#include <utility>
#include <vector>

int compute();
void log();

void droppedOnTheSpotBad() {
    std::async(std::launch::async, log); // expect: unjoined-thread(future-dropped)
}

void castToVoidBad() {
    (void)std::async(std::launch::async, log); // expect: unjoined-thread(future-dropped)
}

void droppedWithoutAPolicyBad() {
    std::async(log); // expect: unjoined-thread(future-dropped)
}

int keptAndReadOk() {
    std::future<int> answer = std::async(std::launch::async, compute);
    return answer.get();
}

void keptUntilTheScopeEndsOk() {
    auto logging = std::async(std::launch::async, log);
    compute();
}

int readOnTheSpotOk() { return std::async(std::launch::async, compute).get(); }

std::future<int> returnedOk() { return std::async(std::launch::async, compute); }

void collectedOk() {
    std::vector<std::future<int>> answers;
    for (int i = 0; i < 4; ++i) {
        answers.push_back(std::async(std::launch::async, compute));
    }
    for (auto& answer : answers) {
        answer.get();
    }
}

void overwrittenBad() {
    std::future<void> logging;
    logging = std::async(std::launch::async, log);
    logging = std::async(std::launch::async, log); // partner: unjoined-thread
}

std::future<void> start() { return std::async(std::launch::async, log); }

void droppedFromAWrapperBad() {
    start(); // missed: unjoined-thread(future-dropped)
}

void promiseFutureDroppedOk() { // only a future from std::async waits
    std::promise<int> promise;
    promise.get_future();
}
