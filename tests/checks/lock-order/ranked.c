// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two locks in the order of a number that both objects have, and comparisons that order nothing.
#include <pthread.h>

struct Account {
    int id;
    int sum, limit;
    pthread_mutex_t mutex;
};

// ---- by the number of the account ----
static struct Account first = {.id = 1, .mutex = PTHREAD_MUTEX_INITIALIZER};
static struct Account second = {.id = 2, .mutex = PTHREAD_MUTEX_INITIALIZER};
static void moveOk(struct Account* from, struct Account* to, int sum) {
    if (from->id == to->id)
        return;
    if (from->id < to->id) {
        pthread_mutex_lock(&from->mutex);
        pthread_mutex_lock(&to->mutex);
    } else {
        pthread_mutex_lock(&to->mutex);
        pthread_mutex_lock(&from->mutex);
    }
    from->sum -= sum;
    to->sum += sum;
    pthread_mutex_unlock(&to->mutex);
    pthread_mutex_unlock(&from->mutex);
}
static void* thereOk(void* unused) {
    moveOk(&first, &second, 1);
    return unused;
}
static void* backOk(void* unused) {
    moveOk(&second, &first, 1);
    return unused;
}

// ---- compared, and taken in the same order all the same ----
static struct Account third = {.id = 3, .mutex = PTHREAD_MUTEX_INITIALIZER};
static struct Account fourth = {.id = 4, .mutex = PTHREAD_MUTEX_INITIALIZER};
static void mixedUpBad(struct Account* from, struct Account* to, int sum) {
    if (from->id < to->id) {
        pthread_mutex_lock(&from->mutex);
        pthread_mutex_lock(&to->mutex);
    } else {
        pthread_mutex_lock(&from->mutex);
        pthread_mutex_lock(&to->mutex); // expect: lock-order "mutex"
    }
    from->sum -= sum;
    to->sum += sum;
    pthread_mutex_unlock(&to->mutex);
    pthread_mutex_unlock(&from->mutex);
}
static void* thereMixedUp(void* unused) {
    mixedUpBad(&third, &fourth, 1);
    return unused;
}
static void* backMixedUp(void* unused) {
    mixedUpBad(&fourth, &third, 1);
    return unused;
}

// ---- a comparison of something else ----
static struct Account mine = {.id = 3, .mutex = PTHREAD_MUTEX_INITIALIZER};
static struct Account yours = {.id = 4, .mutex = PTHREAD_MUTEX_INITIALIZER};
static void moveBad(struct Account* from, struct Account* to, int sum) {
    pthread_mutex_lock(&from->mutex);
    pthread_mutex_lock(&to->mutex); // expect: lock-order "mutex"
    if (from->sum > from->limit) {
        from->sum -= sum;
        to->sum += sum;
    }
    pthread_mutex_unlock(&to->mutex);
    pthread_mutex_unlock(&from->mutex);
}
static void* thereBad(void* unused) {
    moveBad(&mine, &yours, 1);
    return unused;
}
static void* backBad(void* unused) {
    moveBad(&yours, &mine, 1);
    return unused;
}

// ---- the forks of philosophers ----
#define SEATS 5
static pthread_mutex_t forks[SEATS];
static void* eatOk(void* argument) {
    long low = (long)argument, high = (low + 1) % SEATS;
    if (low > high) {
        long swapped = low;
        low = high;
        high = swapped;
    }
    pthread_mutex_lock(&forks[low]);
    pthread_mutex_lock(&forks[high]);
    pthread_mutex_unlock(&forks[high]);
    pthread_mutex_unlock(&forks[low]);
    return NULL;
}
static pthread_mutex_t sticks[SEATS];
static void* eatBad(void* argument) {
    long left = (long)argument, right = (left + 1) % SEATS;
    long meals = 0, wanted = left;
    while (meals < wanted) {
        pthread_mutex_lock(&sticks[left]);
        pthread_mutex_lock(&sticks[right]); // expect: lock-order
        ++meals;
        pthread_mutex_unlock(&sticks[right]);
        pthread_mutex_unlock(&sticks[left]);
    }
    return NULL;
}

// ---- the next one in a row ----
static pthread_mutex_t rows[SEATS + 1];
static void* neighboursOk(void* argument) {
    long row = (long)argument;
    pthread_mutex_lock(&rows[row]);
    pthread_mutex_lock(&rows[row + 1]);
    pthread_mutex_unlock(&rows[row + 1]);
    pthread_mutex_unlock(&rows[row]);
    return NULL;
}

void run(void) {
    pthread_t threads[6], eaters[3 * SEATS];
    pthread_create(&threads[0], NULL, thereOk, NULL);
    pthread_create(&threads[1], NULL, backOk, NULL);
    pthread_create(&threads[2], NULL, thereMixedUp, NULL);
    pthread_create(&threads[3], NULL, backMixedUp, NULL);
    pthread_create(&threads[4], NULL, thereBad, NULL);
    pthread_create(&threads[5], NULL, backBad, NULL);
    for (long i = 0; i < SEATS; ++i) {
        pthread_mutex_init(&forks[i], NULL);
        pthread_mutex_init(&sticks[i], NULL);
    }
    for (long i = 0; i < SEATS; ++i) {
        pthread_create(&eaters[i], NULL, eatOk, (void*)i);
        pthread_create(&eaters[SEATS + i], NULL, eatBad, (void*)i);
        pthread_create(&eaters[2 * SEATS + i], NULL, neighboursOk, (void*)i);
    }
    for (int i = 0; i < 6; ++i)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 3 * SEATS; ++i)
        pthread_join(eaters[i], NULL);
}
