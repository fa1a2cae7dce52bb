// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A thread that has been joined or detached is nobody's to join again.
#include <pthread.h>
#include <thread>
#include <utility>

void work();
void* run(void*);

void joinTwiceBad() {
    std::thread thread(work);
    thread.join();
    thread.join(); // expect: unjoined-thread(joined-twice) "thread"
}
void joinDetachedBad() {
    std::thread thread(work);
    thread.detach();
    thread.join(); // expect: unjoined-thread(joined-twice) "thread"
}
void joinNativeTwiceBad() {
    pthread_t thread;
    pthread_create(&thread, nullptr, run, nullptr);
    pthread_join(thread, nullptr);
    pthread_join(thread, nullptr); // expect: unjoined-thread(joined-twice) "thread"
}
void detachNativeTwiceBad() {
    pthread_t thread;
    pthread_create(&thread, nullptr, run, nullptr);
    pthread_detach(thread);
    pthread_detach(thread); // expect: unjoined-thread(joined-twice) "thread"
}
void joinedWhereStillJoinableOk() {
    std::thread thread(work);
    thread.join();
    if (thread.joinable())
        thread.join();
}
void startedAgainOk() {
    std::thread thread(work);
    thread.join();
    thread = std::thread(work);
    thread.join();
}
void movedInOk() {
    std::thread first(work), second(work);
    first.join();
    first = std::move(second);
    first.join();
}
void eachOfThemOk() {
    std::thread threads[2] = {std::thread(work), std::thread(work)};
    for (std::thread& thread : threads)
        thread.join();
}
void startedAgainNativeOk() {
    pthread_t thread;
    for (int i = 0; i < 2; ++i) {
        pthread_create(&thread, nullptr, run, nullptr);
        pthread_join(thread, nullptr);
    }
    pthread_create(&thread, nullptr, run, nullptr);
    pthread_join(thread, nullptr);
}
void oneOfTwoOk(bool early) {
    pthread_t thread;
    pthread_create(&thread, nullptr, run, nullptr);
    if (early) {
        pthread_join(thread, nullptr);
        return;
    }
    work();
    pthread_join(thread, nullptr);
}
void onlyOnOneWayOk(bool early) {
    pthread_t thread;
    pthread_create(&thread, nullptr, run, nullptr);
    bool joined = false;
    if (early) {
        pthread_join(thread, nullptr);
        joined = true;
    }
    work();
    if (!joined)
        pthread_join(thread, nullptr);
}
void handedOnOk() {
    pthread_t first, second, thread;
    pthread_create(&first, nullptr, run, nullptr);
    pthread_create(&second, nullptr, run, nullptr);
    thread = first;
    pthread_join(thread, nullptr);
    thread = second;
    pthread_join(thread, nullptr);
}
