// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A file that is looked for and then made says nothing about who is alone.
// EXPECT: data-race
#include "processes.h"
#include <fcntl.h>
#include <stdlib.h>

static char folder[] = "/tmp/deadheat-lock-XXXXXX";
static int* value;

static int becomeTheOne(void) {
#ifdef FIXED
    return open("lock", O_CREAT | O_EXCL | O_WRONLY, 0600) >= 0;
#else
    return access("lock", F_OK) != 0 && open("lock", O_CREAT | O_WRONLY, 0600) >= 0;
#endif
}

static void work(void) {
    if (becomeTheOne())
        ++*value;
}

int main(void) {
    value = shareMemory(sizeof *value);
    mkdtemp(folder);
    chdir(folder);
    for (int i = 0; i < 2; ++i)
        start(work);
    while (wait(NULL) > 0) {
    }
    unlink("lock");
    rmdir(folder);
    return *value == 1 ? 0 : 1;
}
