// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A reader that does not look at the sequence number again.
// EXPECT: crash assertion
#include <atomic>
#include <cassert>
#include <thread>

static std::atomic<unsigned> sequence{0};
static std::atomic<int> left{0}, right{0};

static void publish(int value) {
    sequence.fetch_add(1);
    left = value;
    right = value;
    sequence.fetch_add(1);
}

static void observe() {
    for (;;) {
        const unsigned before = sequence;
        if (before % 2 != 0) {
            std::this_thread::yield();
            continue;
        }
        const int l = left, r = right;
#ifdef FIXED
        if (sequence != before)
            continue;
#endif
        assert(l == r);
        return;
    }
}

int main() {
    std::thread reader(observe);
    publish(1);
    reader.join();
}
