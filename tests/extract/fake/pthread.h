// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The names of POSIX and the C library that tests need.
#pragma once

typedef unsigned long size_t;
#ifndef NULL
#define NULL ((void*)0)
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef unsigned long pthread_t;
typedef struct {
    int detached;
} pthread_attr_t;
typedef union {
    struct {
        int __lock;
        int __kind;
    } __data;
} pthread_mutex_t;
typedef struct {
    int kind;
} pthread_mutexattr_t;
typedef struct {
    int state;
} pthread_cond_t;
typedef struct {
    int state;
} pthread_rwlock_t;
typedef struct {
    int state;
} pthread_barrier_t;
typedef int pthread_once_t;
typedef struct {
    int value;
} sem_t;
#define PTHREAD_MUTEX_INITIALIZER {{0, 0}}
#define PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP {{0, 1}}
#define PTHREAD_MUTEX_RECURSIVE 1
#define PTHREAD_CREATE_DETACHED 1

int pthread_create(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
int pthread_join(pthread_t, void**);
int pthread_detach(pthread_t);
void pthread_exit(void*) __attribute__((noreturn));
int pthread_attr_init(pthread_attr_t*);
int pthread_attr_setdetachstate(pthread_attr_t*, int);
int pthread_mutex_init(pthread_mutex_t*, const pthread_mutexattr_t*);
int pthread_mutex_destroy(pthread_mutex_t*);
int pthread_mutex_lock(pthread_mutex_t*);
int pthread_mutex_trylock(pthread_mutex_t*);
int pthread_mutex_unlock(pthread_mutex_t*);
int pthread_mutexattr_init(pthread_mutexattr_t*);
int pthread_mutexattr_settype(pthread_mutexattr_t*, int);
int pthread_rwlock_rdlock(pthread_rwlock_t*);
int pthread_rwlock_wrlock(pthread_rwlock_t*);
int pthread_rwlock_unlock(pthread_rwlock_t*);
int pthread_cond_wait(pthread_cond_t*, pthread_mutex_t*);
int pthread_cond_signal(pthread_cond_t*);
int pthread_cond_broadcast(pthread_cond_t*);
int pthread_barrier_init(pthread_barrier_t*, const void*, unsigned);
int pthread_barrier_wait(pthread_barrier_t*);
int pthread_once(pthread_once_t*, void (*)(void));
int sem_wait(sem_t*);
int sem_post(sem_t*);

typedef int pid_t;
pid_t fork(void);
pid_t waitpid(pid_t, int*, int);
int execl(const char*, const char*, ...);
void exit(int) __attribute__((noreturn));
void abort(void) __attribute__((noreturn));
void* mmap(void*, size_t, int, int, int, long);
#define MAP_SHARED 1
#define MAP_PRIVATE 2
struct sigaction {
    union {
        void (*sa_handler)(int);
        void (*sa_sigaction)(int, void*, void*);
    } __sigaction_handler;
    int sa_flags;
};

int sigaction(int, const struct sigaction*, struct sigaction*);
void (*signal(int, void (*)(int)))(int);
unsigned sleep(unsigned);
long read(int, void*, size_t);
void* malloc(size_t);
void* realloc(void*, size_t);
void free(void*);
void* memcpy(void*, const void*, size_t);
void* memset(void*, int, size_t);
void qsort(void*, size_t, size_t, int (*)(const void*, const void*));
int foreign_register(void (*)(void*), void*);

#ifdef __cplusplus
}
#endif
