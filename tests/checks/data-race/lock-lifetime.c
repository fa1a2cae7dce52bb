// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locks, conditions, semaphores and barriers begin and end: who ends one while others may use it races with them.
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

static pthread_mutex_t early, late, kept, renewed;
static pthread_cond_t changed;
static sem_t tokens;
static int ready;

static void* usesEarly(void* unused) {
    pthread_mutex_lock(&early); // partner: data-race
    pthread_mutex_unlock(&early);
    return unused;
}
void startedBeforeInitBad(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, usesEarly, NULL);
    pthread_mutex_init(&early, NULL); // expect: data-race(lock-lifetime)
    pthread_join(thread, NULL);
}

static void* usesLate(void* unused) {
    pthread_mutex_lock(&late); // partner: data-race
    pthread_mutex_unlock(&late);
    pthread_cond_signal(&changed); // partner: data-race
    sem_post(&tokens);             // partner: data-race
    return unused;
}
void endedBeforeJoinBad(void) {
    pthread_t thread;
    pthread_mutex_init(&late, NULL);
    pthread_cond_init(&changed, NULL);
    sem_init(&tokens, 0, 0);
    pthread_create(&thread, NULL, usesLate, NULL);
    pthread_mutex_destroy(&late);   // expect: data-race(lock-lifetime)
    pthread_cond_destroy(&changed); // expect: data-race(lock-lifetime)
    sem_destroy(&tokens);           // expect: data-race(lock-lifetime)
    pthread_join(thread, NULL);
}

static void* usesKept(void* unused) {
    pthread_mutex_lock(&kept);
    ready = 1;
    pthread_mutex_unlock(&kept);
    return unused;
}
void endedAfterJoinOk(void) {
    pthread_t thread;
    pthread_mutex_init(&kept, NULL);
    pthread_create(&thread, NULL, usesKept, NULL);
    pthread_join(thread, NULL);
    pthread_mutex_destroy(&kept);
}

// The thread has posted before the semaphore ends.
static sem_t done;
static void* posts(void* unused) {
    sem_post(&done);
    return unused;
}
void endedAfterWaitOk(void) {
    pthread_t thread;
    sem_init(&done, 0, 0);
    pthread_create(&thread, NULL, posts, NULL);
    sem_wait(&done);
    sem_destroy(&done);
    pthread_join(thread, NULL);
}

static pthread_barrier_t gate;
static void* meets(void* unused) {
    if (pthread_barrier_wait(&gate) == PTHREAD_BARRIER_SERIAL_THREAD) // partner: data-race
        pthread_barrier_destroy(&gate);                               // expect: data-race(lock-lifetime)
    return unused;
}
void endedByOneOfThoseThatMeetBad(void) {
    pthread_t first, second;
    pthread_barrier_init(&gate, NULL, 2);
    pthread_create(&first, NULL, meets, NULL);
    pthread_create(&second, NULL, meets, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
}

struct Job {
    pthread_mutex_t lock;
    pthread_cond_t finished;
    int done;
};
static void* work(void* argument) {
    struct Job* job = argument;
    pthread_mutex_lock(&job->lock);
    job->done = 1;
    pthread_mutex_unlock(&job->lock);
    pthread_cond_signal(&job->finished); // partner: data-race
    return NULL;
}
void freedBeforeTheSignalBad(void) {
    struct Job* job = malloc(sizeof *job);
    pthread_t thread;
    pthread_mutex_init(&job->lock, NULL);
    pthread_cond_init(&job->finished, NULL);
    job->done = 0;
    pthread_create(&thread, NULL, work, job);
    pthread_mutex_lock(&job->lock);
    while (!job->done) {
        pthread_cond_wait(&job->finished, &job->lock);
    }
    pthread_mutex_unlock(&job->lock);
    free(job); // expect: data-race(lock-lifetime)
    pthread_join(thread, NULL);
}

// Each thread has a slot with a lock of its own, which is made before the thread is started.
struct Slot {
    pthread_mutex_t lock;
    int value;
};
static struct Slot slots[4];
static void* owns(void* argument) {
    struct Slot* slot = argument;
    pthread_mutex_lock(&slot->lock);
    slot->value++;
    pthread_mutex_unlock(&slot->lock);
    return NULL;
}
void oneLockForEachOk(void) {
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        pthread_mutex_init(&slots[i].lock, NULL);
        pthread_create(&threads[i], NULL, owns, &slots[i]);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
}

int endedAndMadeAgainOk(void) {
    pthread_mutex_init(&renewed, NULL);
    pthread_mutex_destroy(&renewed);
    pthread_mutex_init(&renewed, NULL);
    return pthread_mutex_lock(&renewed) == 0 ? pthread_mutex_unlock(&renewed) : -1;
}

// A condition may end as soon as those who wait have been woken.
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t go;
static int told;
static void* waits(void* unused) {
    pthread_mutex_lock(&guard);
    while (!told) {
        pthread_cond_wait(&go, &guard);
    }
    pthread_mutex_unlock(&guard);
    return unused;
}
void endedAfterTheBroadcastOk(void) {
    pthread_t thread;
    pthread_cond_init(&go, NULL);
    pthread_create(&thread, NULL, waits, NULL);
    pthread_mutex_lock(&guard);
    told = 1;
    pthread_cond_broadcast(&go);
    pthread_mutex_unlock(&guard);
    pthread_cond_destroy(&go);
    pthread_join(thread, NULL);
}

static pthread_barrier_t unmade;
static void* makes(void* unused) {
    pthread_barrier_init(&unmade, NULL, 2); // expect: data-race(lock-lifetime)
    pthread_barrier_wait(&unmade);          // partner: data-race
    return unused;
}
static void* meetsUnmade(void* unused) {
    pthread_barrier_wait(&unmade); // partner: data-race
    return unused;
}
void madeByOneOfThoseThatMeetBad(void) {
    pthread_t first, second;
    pthread_create(&first, NULL, makes, NULL);
    pthread_create(&second, NULL, meetsUnmade, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
}

// The custom of those who wait for one answer: who asks ends the locks once the answer is there.
struct Question {
    pthread_mutex_t lock;
    pthread_cond_t answered;
    int answer;
};
static void* answers(void* argument) {
    struct Question* question = argument;
    pthread_mutex_lock(&question->lock);
    question->answer = 42;
    pthread_cond_signal(&question->answered);
    pthread_mutex_unlock(&question->lock);
    return NULL;
}
int endedAfterTheAnswerOk(void) {
    struct Question question;
    pthread_t thread;
    pthread_mutex_init(&question.lock, NULL);
    pthread_cond_init(&question.answered, NULL);
    question.answer = 0;
    pthread_create(&thread, NULL, answers, &question);
    pthread_detach(thread);
    pthread_mutex_lock(&question.lock);
    while (question.answer == 0) {
        pthread_cond_wait(&question.answered, &question.lock);
    }
    int answer = question.answer;
    pthread_mutex_unlock(&question.lock);
    pthread_cond_destroy(&question.answered);
    pthread_mutex_destroy(&question.lock);
    return answer;
}

// For unknown callers: who makes a lock is not expected to meet those who use it, whatever else both hold.
static pthread_mutex_t startUp = PTHREAD_MUTEX_INITIALIZER, work_lock = PTHREAD_MUTEX_INITIALIZER, made;
void libraryBeginOk(void) {
    pthread_mutex_lock(&startUp);
    pthread_mutex_init(&made, NULL);
    pthread_mutex_unlock(&startUp);
}
void libraryUseOk(void) {
    pthread_mutex_lock(&work_lock);
    pthread_mutex_lock(&made);
    pthread_mutex_unlock(&made);
    pthread_mutex_unlock(&work_lock);
}
