// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A thread-local variable, and what only it leads to, belongs to its thread until a pointer gets out.
#include <memory>
#include <thread>

struct Buffer {
    int used = 0;
};

namespace own_instance {
thread_local int counter;
thread_local Buffer* buffer;
void work() {
    ++counter;
    if (!buffer)
        buffer = new Buffer;
    buffer->used = counter;
}
void eachItsOwnOk() {
    std::thread a(work), b(work);
    a.join();
    b.join();
}
} // namespace own_instance

namespace address_given_away {
thread_local int progress;
void addTo(int* place) { *place += 1; } // partner: data-race
void givenToAThreadBad() {
    std::thread helper(addTo, &progress);
    progress += 1; // expect: data-race "progress"
    helper.join();
}
thread_local int joinedFirst;
void addToJoined(int* place) { *place += 1; }
void givenAndJoinedOk() {
    std::thread helper(addToJoined, &joinedFirst);
    helper.join();
    joinedFirst += 1;
}
} // namespace address_given_away
