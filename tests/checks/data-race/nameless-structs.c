// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Members of a nameless struct are named after the struct around it.
#include <pthread.h>
#include <stddef.h>

struct Consumer {
    struct {
        pthread_mutex_t lock;
        int sent;
    } events;
    pthread_t thread;
};
static void* consumeBad(void* argument) {
    struct Consumer* consumer = argument;
    consumer->events.sent--; // expect: data-race "'Consumer::sent'"
    return NULL;
}
void startOk(struct Consumer* consumer) {
    consumer->events.sent = 0;
    pthread_create(&consumer->thread, NULL, consumeBad, consumer);
}
void sendOk(struct Consumer* consumer) {
    pthread_mutex_lock(&consumer->events.lock);
    consumer->events.sent++;
    pthread_mutex_unlock(&consumer->events.lock);
}
void stopOk(struct Consumer* consumer) { pthread_join(consumer->thread, NULL); }
