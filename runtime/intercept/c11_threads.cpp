// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// <threads.h>. glibc builds it on pthreads by names that no interceptor sees, so here it is built again on the interceptors of
// pthreads: glibc's mtx_t, cnd_t, once_flag and thrd_t have the layout of the pthread types. Thread-specific storage needs
// nothing, it is pthread_key_create's.
#include "runtime/intercept/call.h"
#include "runtime/sched/memory.h"

#include <cerrno>
#include <cstdint>
#include <pthread.h>
#include <threads.h>
#include <time.h>

// Other interceptors by the name under which the program reaches them.
extern "C" {
int forward_init_mutex(pthread_mutex_t* mutex, const pthread_mutexattr_t* attributes) __asm__("pthread_mutex_init");
int forward_init_condition(pthread_cond_t* condition,
                           const pthread_condattr_t* attributes) __asm__("pthread_cond_init");
int forward_destroy_condition(pthread_cond_t* condition) __asm__("pthread_cond_destroy");
}

namespace deadheat::intercept {
namespace {

static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t) && sizeof(cnd_t) == sizeof(pthread_cond_t));
static_assert(sizeof(once_flag) == sizeof(pthread_once_t) && sizeof(thrd_t) == sizeof(pthread_t));

int resultOf(int error) {
    switch (error) {
    case 0: return thrd_success;
    case EBUSY: return thrd_busy;
    case ETIMEDOUT: return thrd_timedout;
    case ENOMEM: return thrd_nomem;
    default: return thrd_error;
    }
}

pthread_mutex_t* asMutex(mtx_t* mutex) { return reinterpret_cast<pthread_mutex_t*>(mutex); }
pthread_cond_t* asCondition(cnd_t* condition) { return reinterpret_cast<pthread_cond_t*>(condition); }
void* asPointer(int result) { return reinterpret_cast<void*>(static_cast<std::intptr_t>(result)); }
int asResult(void* pointer) { return static_cast<int>(reinterpret_cast<std::intptr_t>(pointer)); }

struct Start {
    thrd_start_t routine;
    void* argument;
};

void* startRoutine(void* argument) {
    const Start start = *static_cast<Start*>(argument);
    sched::destroy(static_cast<Start*>(argument));
    return asPointer(start.routine(start.argument));
}

} // namespace

#define DEADHEAT_C11(result, name, ...)                                                                                \
    DEADHEAT_EXPORT result intercept_##name(__VA_ARGS__) __asm__(#name);                                               \
    DEADHEAT_EXPORT result intercept_##name(__VA_ARGS__)

DEADHEAT_C11(int, thrd_create, thrd_t* thread, thrd_start_t routine, void* argument) {
    const OnBehalf caller(DEADHEAT_CALLER);
    auto* start = sched::create<Start>(Start{routine, argument});
    const int error = pthread_create(thread, nullptr, startRoutine, start);
    if (error != 0)
        sched::destroy(start);
    return resultOf(error);
}

DEADHEAT_C11(int, thrd_join, thrd_t thread, int* result) {
    const OnBehalf caller(DEADHEAT_CALLER);
    void* ended = nullptr;
    const int error = pthread_join(thread, &ended);
    if (error == 0 && result)
        *result = asResult(ended);
    return resultOf(error);
}

DEADHEAT_C11(int, thrd_detach, thrd_t thread) {
    const OnBehalf caller(DEADHEAT_CALLER);
    return resultOf(pthread_detach(thread));
}

DEADHEAT_EXPORT [[noreturn]] void intercept_thrd_exit(int) __asm__("thrd_exit");
DEADHEAT_EXPORT void intercept_thrd_exit(int result) { pthread_exit(asPointer(result)); }

DEADHEAT_C11(int, thrd_sleep, const timespec* length, timespec* rest) {
    const OnBehalf caller(DEADHEAT_CALLER);
    const int error = clock_nanosleep(CLOCK_REALTIME, 0, length, rest);
    return error == 0 ? 0 : error == EINTR ? -1 : -2;
}

DEADHEAT_C11(void, thrd_yield, void) {
    const OnBehalf caller(DEADHEAT_CALLER);
    sched_yield();
}

DEADHEAT_C11(int, mtx_init, mtx_t* mutex, int type) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    if (type & mtx_recursive)
        pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    const int error = forward_init_mutex(asMutex(mutex), &attributes);
    pthread_mutexattr_destroy(&attributes);
    return resultOf(error);
}

DEADHEAT_C11(void, mtx_destroy, mtx_t* mutex) {
    const OnBehalf caller(DEADHEAT_CALLER);
    pthread_mutex_destroy(asMutex(mutex));
}

DEADHEAT_C11(int, mtx_lock, mtx_t* mutex) {
    const OnBehalf caller(DEADHEAT_CALLER);
    return resultOf(pthread_mutex_lock(asMutex(mutex)));
}

DEADHEAT_C11(int, mtx_timedlock, mtx_t* mutex, const timespec* until) {
    const OnBehalf caller(DEADHEAT_CALLER);
    return resultOf(pthread_mutex_timedlock(asMutex(mutex), until));
}

DEADHEAT_C11(int, mtx_trylock, mtx_t* mutex) {
    const OnBehalf caller(DEADHEAT_CALLER);
    return resultOf(pthread_mutex_trylock(asMutex(mutex)));
}

DEADHEAT_C11(int, mtx_unlock, mtx_t* mutex) {
    const OnBehalf caller(DEADHEAT_CALLER);
    return resultOf(pthread_mutex_unlock(asMutex(mutex)));
}

DEADHEAT_C11(int, cnd_init, cnd_t* condition) {
    return resultOf(forward_init_condition(asCondition(condition), nullptr));
}
DEADHEAT_C11(void, cnd_destroy, cnd_t* condition) { forward_destroy_condition(asCondition(condition)); }

DEADHEAT_C11(int, cnd_signal, cnd_t* condition) {
    const OnBehalf caller(DEADHEAT_CALLER);
    return resultOf(pthread_cond_signal(asCondition(condition)));
}

DEADHEAT_C11(int, cnd_broadcast, cnd_t* condition) {
    const OnBehalf caller(DEADHEAT_CALLER);
    return resultOf(pthread_cond_broadcast(asCondition(condition)));
}

DEADHEAT_C11(int, cnd_wait, cnd_t* condition, mtx_t* mutex) {
    const OnBehalf caller(DEADHEAT_CALLER);
    return resultOf(pthread_cond_wait(asCondition(condition), asMutex(mutex)));
}

DEADHEAT_C11(int, cnd_timedwait, cnd_t* condition, mtx_t* mutex, const timespec* until) {
    const OnBehalf caller(DEADHEAT_CALLER);
    return resultOf(pthread_cond_timedwait(asCondition(condition), asMutex(mutex), until));
}

/// Not on behalf of the caller: the initialiser is the program's and makes calls of its own.
DEADHEAT_C11(void, call_once, once_flag* once, void (*initialise)()) {
    pthread_once(reinterpret_cast<pthread_once_t*>(once), initialise);
}

} // namespace deadheat::intercept
