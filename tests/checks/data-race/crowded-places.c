// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hundreds of threads read a setting at one place: that hides no other place.
#include <pthread.h>
#include <stddef.h>

#define TEN(X, n) X(n##0) X(n##1) X(n##2) X(n##3) X(n##4) X(n##5) X(n##6) X(n##7) X(n##8) X(n##9)
#define FIFTY(X, n) TEN(X, n##0) TEN(X, n##1) TEN(X, n##2) TEN(X, n##3) TEN(X, n##4)
#define HUNDRED(X, n) FIFTY(X, n) TEN(X, n##5) TEN(X, n##6) TEN(X, n##7) TEN(X, n##8) TEN(X, n##9)
#define ALL(X) HUNDRED(X, 1) HUNDRED(X, 2) HUNDRED(X, 3) HUNDRED(X, 4) HUNDRED(X, 5)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int level, levelOk;

static int isLoud(void) {
    int loud = level > 2;
    pthread_mutex_lock(&lock);
    loud += levelOk > 2;
    pthread_mutex_unlock(&lock);
    return loud;
}

#define THREAD(n)                                                                                                      \
    static void* work##n(void* volume) {                                                                               \
        *(int*)volume = isLoud();                                                                                      \
        return NULL;                                                                                                   \
    }
ALL(THREAD)

static void* becomeLoud(void* unused) {
    (void)unused;
    level = 3; // expect: data-race "level"
    pthread_mutex_lock(&lock);
    levelOk = 3;
    pthread_mutex_unlock(&lock);
    return NULL;
}

#define START(n)                                                                                                       \
    int volume##n;                                                                                                     \
    pthread_t thread##n;                                                                                               \
    pthread_create(&thread##n, NULL, work##n, &volume##n);
#define JOIN(n) pthread_join(thread##n, NULL);

int main(void) {
    ALL(START)
    pthread_t other;
    pthread_create(&other, NULL, becomeLoud, NULL);
    pthread_join(other, NULL);
    ALL(JOIN)
    return 0;
}
