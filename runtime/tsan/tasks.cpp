// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/tsan/tasks.h"
#include "runtime/sched/memory.h"

#include <atomic>
#include <cstdlib>
#include <cstring>

using Uptr = std::uintptr_t;

extern "C" {
void* __tsan_get_current_fiber();
void* __tsan_create_fiber(unsigned flags);
void __tsan_destroy_fiber(void* fiber);
void __tsan_switch_to_fiber(void* fiber, unsigned flags);
void __tsan_set_fiber_name(void* fiber, const char* name);
void __tsan_func_entry(void* caller);
void __tsan_acquire(void* address);
void __tsan_release(void* address);
int __tsan_get_alloc_stack(void* block, void** trace, Uptr traceSize, int* tid, unsigned long long* osId);
int __tsan_get_report_data(void* report, const char** description, int* count, int* stacks, int* accesses,
                           int* locations, int* mutexes, int* threads, int* uniqueThreads, void** sleepTrace,
                           Uptr traceSize);
int __tsan_get_report_mop(void* report, Uptr index, int* tid, void** address, int* size, int* write, int* atomic,
                          void** trace, Uptr traceSize);
int __tsan_get_report_loc(void* report, Uptr index, const char** type, void** address, Uptr* start, Uptr* size,
                          int* tid, int* descriptor, int* suppressable, void** trace, Uptr traceSize);
int __tsan_get_report_thread(void* report, Uptr index, int* tid, unsigned long long* osId, int* running,
                             const char** name, int* parent, void** trace, Uptr traceSize);
}

namespace deadheat::tsan {
namespace {

constexpr unsigned kSync = 0;   // what the other fiber does comes after what this one did
constexpr unsigned kNoSync = 1; // __tsan_switch_to_fiber_no_sync
constexpr char kNamePrefix[] = "task ";

struct Worker {
    std::uintptr_t stackEnd;
    void* root;  ///< the thread itself while it performs `task`
    void* task;  ///< one of those without a known end
    void* first; ///< a fiber that stays as the thread was before its first task with a known end
    int tid;     ///< ThreadSanitizer's number of the thread, known when there is a `first`
    std::uint32_t tasks;
};
__attribute__((tls_model("initial-exec"))) thread_local constinit Worker worker = {};

DEADHEAT_PER_PROCESS std::atomic<bool> anyTask{false};

char* appendNumber(char* out, std::uint32_t value) {
    char digits[12];
    std::size_t count = 0;
    do
        digits[count++] = static_cast<char>('0' + value % 10);
    while (value /= 10);
    while (count > 0)
        *out++ = digits[--count];
    *out = '\0';
    return out;
}

/// "task 3 of T1".
void nameTask(void* fiber, std::uint32_t number, std::uint32_t workerNumber) {
    char name[64];
    std::strcpy(name, kNamePrefix);
    char* end = appendNumber(name + std::strlen(name), number);
    std::strcpy(end, " of T");
    appendNumber(end + std::strlen(end), workerNumber);
    __tsan_set_fiber_name(fiber, name);
}

/// ThreadSanitizer tells it of who allocated a block only. The system's number would not do: a forked process keeps the old.
int ownTid() {
    void* block = std::malloc(1);
    void* trace[1];
    int tid = -1;
    unsigned long long osId = 0;
    __tsan_get_alloc_stack(block, trace, 1, &tid, &osId);
    std::free(block);
    return tid;
}

void* newTask(void* from, const TaskPlace& place) {
    worker.stackEnd = place.stackEnd;
    anyTask.store(true, std::memory_order_relaxed);
    __tsan_switch_to_fiber(from, kNoSync);
    void* task = __tsan_create_fiber(0);
    nameTask(task, ++worker.tasks, place.worker);
    __tsan_switch_to_fiber(task, kNoSync);
    return task;
}

void showStack(const TaskPlace& place) {
    for (std::size_t i = place.frames; i-- > 0;)
        if (place.stack[i])
            __tsan_func_entry(reinterpret_cast<void*>(place.stack[i]));
}

void leaveLoop() {
    __tsan_release(&worker);
    __tsan_switch_to_fiber(worker.root, kNoSync);
    __tsan_destroy_fiber(worker.task);
    worker.task = nullptr;
}

struct Actor {
    const char* worker = nullptr; ///< the worker part of a task's name; null when the thread performs none
    bool isThisThread = false;    ///< outside of its tasks
};

Actor actorOf(void* report, int threads, int wanted) {
    for (int i = 0; i < threads; ++i) {
        void* trace[1];
        int tid = 0, running = 0, parent = 0;
        unsigned long long osId = 0;
        const char* name = nullptr;
        __tsan_get_report_thread(report, static_cast<Uptr>(i), &tid, &osId, &running, &name, &parent, trace, 1);
        if (tid != wanted)
            continue;
        if (name && std::strncmp(name, kNamePrefix, sizeof kNamePrefix - 1) == 0)
            return {.worker = std::strchr(name + sizeof kNamePrefix, ' ')};
        return {.isThisThread = worker.first && tid == worker.tid};
    }
    return {};
}

bool isThreadLocal(void* report, int locations) {
    for (int i = 0; i < locations; ++i) {
        void* trace[1];
        const char* type = "";
        void* address = nullptr;
        Uptr start = 0, size = 0;
        int tid = 0, descriptor = 0, suppressable = 0;
        __tsan_get_report_loc(report, static_cast<Uptr>(i), &type, &address, &start, &size, &tid, &descriptor,
                              &suppressable, trace, 1);
        if (std::strcmp(type, "tls") == 0)
            return true;
    }
    return false;
}

/// The report is made by the thread of the second access.
bool liesOnOwnStack(Uptr place) {
    const auto here = reinterpret_cast<Uptr>(__builtin_frame_address(0));
    return place >= here && place < worker.stackEnd;
}

/// Two tasks of one worker on what belongs to the worker, or one task and what its thread did outside of its tasks.
bool isWorkersOwn(void* report) {
    const char* description = "";
    int count = 0, stacks = 0, accesses = 0, locations = 0, mutexes = 0, threads = 0, uniqueThreads = 0;
    void* trace[1];
    __tsan_get_report_data(report, &description, &count, &stacks, &accesses, &locations, &mutexes, &threads,
                           &uniqueThreads, trace, 1);
    if (accesses != 2)
        return false;
    Actor actors[2];
    Uptr places[2] = {};
    for (int i = 0; i < 2; ++i) {
        int tid = 0, size = 0, write = 0, atomic = 0;
        void* address = nullptr;
        __tsan_get_report_mop(report, static_cast<Uptr>(i), &tid, &address, &size, &write, &atomic, trace, 1);
        actors[i] = actorOf(report, threads, tid);
        places[i] = reinterpret_cast<Uptr>(address);
    }
    if (actors[0].worker && actors[1].isThisThread)
        return true;
    if (!actors[0].worker || !actors[1].worker || std::strcmp(actors[0].worker, actors[1].worker) != 0)
        return false;
    return liesOnOwnStack(places[0]) || isThreadLocal(report, locations);
}

} // namespace

void beginTask(const TaskPlace& place) {
    if (worker.task)
        leaveLoop();
    else
        worker.root = __tsan_get_current_fiber();
    worker.task = newTask(worker.root, place);
    showStack(place);
}

OuterTask enterTask(const TaskPlace& place, void* token) {
    const OuterTask outer = {__tsan_get_current_fiber(), worker.root, worker.task};
    if (!worker.task && !worker.first) {
        worker.first = __tsan_create_fiber(0);
        worker.tid = ownTid();
    }
    newTask(worker.task ? worker.root : worker.first, place);
    worker.task = nullptr;
    __tsan_acquire(token);
    showStack(place);
    return outer;
}

void leaveTask(const OuterTask& outer) {
    if (worker.task) {
        leaveLoop();
        __tsan_acquire(&worker);
    }
    void* task = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(outer.fiber, kSync);
    __tsan_destroy_fiber(task);
    worker.root = outer.root;
    worker.task = outer.task;
}

void endTasks() {
    if (worker.task) {
        leaveLoop();
        __tsan_acquire(&worker);
    }
    if (worker.first)
        __tsan_destroy_fiber(worker.first);
    worker.first = nullptr;
}

// ThreadSanitizer asks this before it prints; its own definition is weak and says what is suppressed.
bool dropReport(void* report, bool suppressed) {
    return suppressed || (anyTask.load(std::memory_order_relaxed) && isWorkersOwn(report));
}
extern "C" __attribute__((visibility("default"))) bool
deadheatOnReport(void* report, bool suppressed) __asm__("_ZN6__tsan8OnReportEPKNS_10ReportDescEb");
bool deadheatOnReport(void* report, bool suppressed) { return dropReport(report, suppressed); }

} // namespace deadheat::tsan
