// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A lock-free stack over an array: compare-exchange on the index alone cannot see that a node left and came back.
// EXPECT: crash assertion
// EXPLORE: --strategy pct --schedules 1000 --depth 4
#include <atomic>
#include <cassert>
#include <thread>

static std::atomic<unsigned> top{0};
static std::atomic<unsigned> next[4];
static std::atomic<int> taken[4];

#ifdef FIXED
static unsigned pack(unsigned old, unsigned node) { return ((old & ~0xffu) + 0x100u) | node; }
#else
static unsigned pack(unsigned, unsigned node) { return node; }
#endif

static void push(unsigned node) {
    unsigned old = top.load();
    do
        next[node].store(old & 0xff);
    while (!top.compare_exchange_strong(old, pack(old, node)));
}

static unsigned pop() {
    unsigned old = top.load();
    for (;;) {
        const unsigned node = old & 0xff;
        if (node == 0)
            return 0;
        const unsigned following = next[node].load();
        if (top.compare_exchange_strong(old, pack(old, following))) {
            assert(taken[node].fetch_add(1) == 0 && "a node is taken twice");
            return node;
        }
    }
}

static void give(unsigned node) {
    taken[node].fetch_sub(1);
    push(node);
}

int main() {
    push(3);
    push(2);
    push(1);
    std::thread other([] { pop(); });
    const unsigned a = pop();
    const unsigned b = pop();
    if (a)
        give(a);
    pop();
    pop();
    other.join();
    (void)b;
}
