// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A child maps the memory that it shares with its parent once more, by mremap with an old size of 0.
// EXPECT: data-race processes
#include "processes.h"

enum { kPage = 4096 };
static int* shared;

static void add(void) {
    int* view = mremap(shared, 0, 2 * kPage, MREMAP_MAYMOVE);
    assert(view != MAP_FAILED && view != shared);
    munmap(shared, 2 * kPage);
    ++view[kPage / sizeof(int)];
}

int main(void) {
    shared = shareMemory(2 * kPage);
    const pid_t child = start(add);
#ifdef FIXED
    waitpid(child, NULL, 0);
    ++shared[kPage / sizeof(int)];
#else
    ++shared[kPage / sizeof(int)];
    waitpid(child, NULL, 0);
#endif
    return 0;
}
