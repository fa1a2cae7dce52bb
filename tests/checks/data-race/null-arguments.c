// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A caller that passes null for the object says nothing of how the object is used.
#include <pthread.h>
#include <stddef.h>

struct Connection {
    pthread_mutex_t lock;
    int seen, sent;
};
int isReady(const struct Connection* connection);

static void note(struct Connection* connection, int how) {
    if (how && isReady(connection))
        connection->seen++;
}
static void send(struct Connection* connection, int how) {
    if (how && isReady(connection))
        connection->sent++;
}
void noteLocked(struct Connection* connection) {
    pthread_mutex_lock(&connection->lock);
    note(connection, 1);
    connection->seen++;
    pthread_mutex_unlock(&connection->lock);
}
void noteTwiceLocked(struct Connection* connection) {
    pthread_mutex_lock(&connection->lock);
    connection->seen += 2;
    pthread_mutex_unlock(&connection->lock);
}
void noteNobodyOk(void) { note(NULL, 1); } // fine: without the lock, but of no object
void sendLocked(struct Connection* connection) {
    pthread_mutex_lock(&connection->lock);
    connection->sent++;
    pthread_mutex_unlock(&connection->lock);
}
void sendTwiceLocked(struct Connection* connection) {
    pthread_mutex_lock(&connection->lock);
    connection->sent += 2;
    pthread_mutex_unlock(&connection->lock);
}
void clearSent(struct Connection* connection) {
    pthread_mutex_lock(&connection->lock);
    connection->sent = 0;
    pthread_mutex_unlock(&connection->lock);
}
void sendUnlockedBad(struct Connection* connection) {
    send(connection, 1); // expect: data-race "Connection::sent"
}
