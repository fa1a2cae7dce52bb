// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What two processes share was moved and grown by mremap. Where it was, each has memory of its own.
// EXPECT: data-race processes
#include "processes.h"

enum { kPage = 4096 };
static int* counters;
static int* own;

static void count(void) {
#ifdef FIXED
    own[0] = 1;
#endif
    ++counters[kPage / sizeof(int)];
}

int main(void) {
    const int file = memfd_create("counters", 0);
    ftruncate(file, 2 * kPage);
    void* first = mmap(NULL, kPage, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    void* place = mmap(NULL, 2 * kPage, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    counters = mremap(first, kPage, 2 * kPage, MREMAP_MAYMOVE | MREMAP_FIXED, place);
    assert(counters == place);
    own = mmap(first, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert(own == first);
    const pid_t child = start(count);
#ifdef FIXED
    own[0] = 2;
    waitpid(child, NULL, 0);
    ++counters[kPage / sizeof(int)];
#else
    ++counters[kPage / sizeof(int)];
    waitpid(child, NULL, 0);
#endif
    return 0;
}
