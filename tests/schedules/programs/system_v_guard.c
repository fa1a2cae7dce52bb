// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A System V semaphore guards a counter of two threads; one of them forgets it.
// EXPECT: data-race
#include <pthread.h>
#include <stddef.h>
#include <sys/ipc.h>
#include <sys/sem.h>

static int set, count;

static void change(short by) {
    struct sembuf operation = {0, by, SEM_UNDO};
    semop(set, &operation, 1);
}

static void* add(void* forgets) {
    if (!forgets)
        change(-1);
    ++count;
    if (!forgets)
        change(1);
    return NULL;
}

int main(void) {
    pthread_t a, b;
    set = semget(IPC_PRIVATE, 1, 0600);
    change(1);
    pthread_create(&a, NULL, add, NULL);
#ifdef FIXED
    pthread_create(&b, NULL, add, NULL);
#else
    pthread_create(&b, NULL, add, &count);
#endif
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    semctl(set, 0, IPC_RMID);
    return count == 2 ? 0 : 1;
}
