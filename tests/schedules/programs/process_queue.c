// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Items are counted by a semaphore, but two consumers take the same slot.
// EXPECT: data-race processes
#include "processes.h"

static struct {
    sem_t items;
    pthread_mutex_t mutex;
    int next;
    int slots[4];
    int taken[4];
}* queue;

static void consume(void) {
    for (int i = 0; i < 2; ++i) {
        sem_wait(&queue->items);
#ifdef FIXED
        pthread_mutex_lock(&queue->mutex);
#endif
        const int slot = queue->next++;
#ifdef FIXED
        pthread_mutex_unlock(&queue->mutex);
#endif
        queue->taken[slot] = queue->slots[slot];
    }
}

int main(void) {
    queue = shareMemory(sizeof *queue);
    sem_init(&queue->items, 1, 0);
    initShared(&queue->mutex, 0);
    const pid_t a = start(consume), b = start(consume);
    for (int i = 0; i < 4; ++i) {
        queue->slots[i] = i + 1;
        sem_post(&queue->items);
    }
    waitpid(a, NULL, 0);
    waitpid(b, NULL, 0);
    for (int i = 0; i < 4; ++i)
        if (queue->taken[i] != i + 1)
            return 1;
    return 0;
}
