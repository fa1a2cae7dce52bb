// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parent and child see one file in two places.
// EXPECT: data-race processes
#include "processes.h"

static int file;

static int* view(void) { return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0); }

static void set(void) { *view() = 1; }

int main(void) {
    file = memfd_create("views", 0);
    ftruncate(file, 4096);
    int* value = view();
    mmap(NULL, 65536, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    const pid_t child = start(set);
#ifdef FIXED
    waitpid(child, NULL, 0);
    *value = 2;
#else
    *value = 2;
    waitpid(child, NULL, 0);
#endif
    return 0;
}
