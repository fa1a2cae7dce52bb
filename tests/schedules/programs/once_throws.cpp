// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The first initialiser throws, the next call tries again; who gives up reads what nobody has made yet.
// EXPECT: data-race
// EXPECT: crash
#include <cassert>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace {

std::once_flag once;
int tries = 0;
int value = 0;

void initialise() {
    if (++tries == 1)
        throw std::runtime_error("not yet");
    value = 1;
}

bool tryOnce() {
    try {
        std::call_once(once, initialise);
        return true;
    } catch (const std::runtime_error&) {
        return false;
    }
}

void use() {
#ifdef FIXED
    while (!tryOnce()) {
    }
#else
    tryOnce();
#endif
    assert(value == 1);
}

} // namespace

int main() {
    std::thread first(use), second(use);
    first.join();
    second.join();
    return 0;
}
