// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The child runs this program again, which maps the same memory anew.
// EXPECT: data-race processes
#include "processes.h"
#include <fcntl.h>

struct Shared {
    pthread_mutex_t mutex;
    int value;
};

static struct Shared* attach(const char* name) {
    const int file = shm_open(name, O_RDWR | O_CREAT, 0600);
    ftruncate(file, sizeof(struct Shared));
    return mmap(NULL, sizeof(struct Shared), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
}

static void count(struct Shared* shared) {
#ifdef FIXED
    pthread_mutex_lock(&shared->mutex);
#endif
    ++shared->value;
#ifdef FIXED
    pthread_mutex_unlock(&shared->mutex);
#endif
}

int main(int argc, char** argv) {
    if (argc > 1) {
        count(attach(argv[1]));
        return 0;
    }
    char name[64];
    snprintf(name, sizeof name, "/deadheat-test-%d", (int)getpid());
    struct Shared* shared = attach(name);
    initShared(&shared->mutex, 0);
    const pid_t child = fork();
    if (child == 0) {
        execl("/proc/self/exe", argv[0], name, (char*)NULL);
        _exit(4);
    }
    count(shared);
    waitpid(child, NULL, 0);
    const int value = shared->value;
    shm_unlink(name);
    return value == 2 ? 0 : 1;
}
