// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The program's synchronisation objects: their models in controlled runs, and what free running has to remember of them.
#pragma once

#include "runtime/intercept/call.h"
#include "runtime/intercept/controller.h"
#include "runtime/intercept/object_key.h"
#include "runtime/intercept/targets.h"
#include "runtime/model/barrier.h"
#include "runtime/model/condition.h"
#include "runtime/model/mutex.h"
#include "runtime/model/once.h"
#include "runtime/model/registry.h"
#include "runtime/model/rwlock.h"
#include "runtime/model/semaphore.h"

namespace deadheat::intercept {

/// Forgets all objects, before a new controlled run in the same process.
void resetSyncObjects();

// Controlled runs: the model of the object at an address, created when first seen.
model::Mutex& mutexAt(const void* address);
model::Mutex& mutexWithKey(std::uint64_t key);
model::Mutex& spinlockAt(const void* address);
model::RwLock& rwLockAt(const void* address);
model::Condition& conditionAt(const void* address);
model::Condition& futexAt(const void* address);
model::Barrier& barrierAt(const void* address);
model::Once& onceAt(const void* address);
/// `initial` is read when the semaphore is first seen.
model::Semaphore& semaphoreAt(const void* address, std::uint64_t initial);

/// The number of the object with this key in the step log; 0 when unknown.
std::uint32_t numberOf(sched::ResourceKind kind, std::uint64_t key);
/// Does the thread wait on a condition that was last signalled when nobody waited?
bool missedSignal(const Wait& wait);
/// Is the thread stuck in self.wait right now?
bool isWaiting(const ThreadRecord& thread);

/// Fills self.wait before an operation that may block. `exactStack`: the call may come from a library without frame
/// pointers (libstdc++'s condition_variable::wait, thread::join), so unwind by tables.
enum class StackBy { framePointer, tables };
void noteWait(Call& call, sched::OperationKind operation, sched::ResourceKind resource, const void* address, bool timed,
              void* frame, StackBy by = StackBy::framePointer);

/// The step of `call` that acts on `resource`.
inline sched::Outcome reachOn(Call& call, sched::OperationKind kind, sched::Resource* resource, const void* address,
                              sched::Time deadline = sched::kNever) {
    sched::Operation operation = operationOn(kind, resource, keyOf(address), call.place(), deadline);
    if (aiming())
        operation.targets = targetsOfLock(call.self, kind);
    return reach(call.self, operation);
}

/// Free running: the calling thread may block for as long as this lives.
class ObservedWait {
public:
    explicit ObservedWait(ThreadRecord& self);
    ~ObservedWait() { self_.waits.fetch_add(1, std::memory_order_release); }
    ObservedWait(const ObservedWait&) = delete;

private:
    ThreadRecord& self_;
};

/// Free running: who waits on a condition, and signals that found nobody.
void observeConditionWait(const void* condition, int change);
void observeSignal(const void* condition);

/// Free running with --stress: waits a random moment before an operation.
void maybeDelay();

} // namespace deadheat::intercept
