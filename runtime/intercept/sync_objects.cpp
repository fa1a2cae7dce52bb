// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/sync_objects.h"

#include "runtime/intercept/os.h"
#include "runtime/sched/random.h"

#include <sys/syscall.h>
#include <time.h>

namespace deadheat::intercept {
namespace {

template <typename T>
using Objects = sched::Shared<model::Registry<T>>;

DEADHEAT_SHARED Objects<model::Mutex> mutexes;
DEADHEAT_SHARED Objects<model::Mutex> spinlocks;
DEADHEAT_SHARED Objects<model::RwLock> rwLocks;
DEADHEAT_SHARED Objects<model::Condition> conditions;
DEADHEAT_SHARED Objects<model::Condition> futexes;
DEADHEAT_SHARED Objects<model::Barrier> barriers;
DEADHEAT_SHARED Objects<model::Once> onces;
DEADHEAT_SHARED Objects<model::Semaphore> semaphores;

struct ObservedCondition {
    std::uint32_t waiting = 0;
    bool missedSignal = false;
};
DEADHEAT_SHARED sched::Shared<sched::HashMap<ObservedCondition>> observedConditions;
DEADHEAT_SHARED sched::Shared<std::atomic<bool>> observedBusy;

class ObservedLock {
public:
    ObservedLock() {
        while (observedBusy->exchange(true, std::memory_order_acquire)) {
        }
    }
    ~ObservedLock() { observedBusy->store(false, std::memory_order_release); }
};

template <typename T>
T& plainAt(Objects<T>& objects, const void* address) {
    return objects->get(keyOf(address), [](std::uint64_t at) { return sched::create<T>(at); });
}

template <typename T>
T& kindedAt(Objects<T>& objects, sched::ResourceKind kind, const void* address) {
    return objects->get(keyOf(address), [kind](std::uint64_t at) { return sched::create<T>(kind, at); });
}

template <typename T>
std::uint32_t numberIn(Objects<T>& objects, std::uint64_t address) {
    T* object = objects->find(address);
    return object ? object->number() : 0;
}

} // namespace

void resetSyncObjects() {
    mutexes->clear();
    spinlocks->clear();
    rwLocks->clear();
    conditions->clear();
    futexes->clear();
    barriers->clear();
    onces->clear();
    semaphores->clear();
}

model::Mutex& mutexWithKey(std::uint64_t key) {
    return mutexes->get(key,
                        [](std::uint64_t at) { return sched::create<model::Mutex>(sched::ResourceKind::mutex, at); });
}
model::Mutex& mutexAt(const void* address) { return mutexWithKey(keyOf(address)); }
model::Mutex& spinlockAt(const void* address) { return kindedAt(spinlocks, sched::ResourceKind::spinlock, address); }
model::RwLock& rwLockAt(const void* address) { return plainAt(rwLocks, address); }
model::Condition& conditionAt(const void* address) {
    return kindedAt(conditions, sched::ResourceKind::condition, address);
}
model::Condition& futexAt(const void* address) { return kindedAt(futexes, sched::ResourceKind::futex, address); }
model::Barrier& barrierAt(const void* address) { return plainAt(barriers, address); }
model::Once& onceAt(const void* address) { return plainAt(onces, address); }

model::Semaphore& semaphoreAt(const void* address, std::uint64_t initial) {
    return semaphores->get(keyOf(address), [initial](std::uint64_t at) {
        auto* semaphore = sched::create<model::Semaphore>(at);
        semaphore->setValue(initial);
        return semaphore;
    });
}

std::uint32_t numberOf(sched::ResourceKind kind, std::uint64_t address) {
    switch (kind) {
    case sched::ResourceKind::mutex: return numberIn(mutexes, address);
    case sched::ResourceKind::spinlock: return numberIn(spinlocks, address);
    case sched::ResourceKind::rwlock: return numberIn(rwLocks, address);
    case sched::ResourceKind::condition: return numberIn(conditions, address);
    case sched::ResourceKind::futex: return numberIn(futexes, address);
    case sched::ResourceKind::barrier: return numberIn(barriers, address);
    case sched::ResourceKind::once: return numberIn(onces, address);
    case sched::ResourceKind::semaphore: return numberIn(semaphores, address);
    default: return 0;
    }
}

bool missedSignal(const Wait& wait) {
    if (wait.resource != sched::ResourceKind::condition)
        return false;
    if (controlling()) {
        const model::Condition* condition = conditions->find(wait.address);
        return condition && condition->missedSignalStep() > 0;
    }
    ObservedLock lock;
    const ObservedCondition* condition = observedConditions->find(wait.address);
    return condition && condition->missedSignal;
}

bool isWaiting(const ThreadRecord& thread) {
    if (controlling())
        return engine().isBlocked(thread.id);
    return thread.waits.load(std::memory_order_acquire) % 2 == 1;
}

void noteWait(Call& call, sched::OperationKind operation, sched::ResourceKind resource, const void* address, bool timed,
              void* frame, StackBy by) {
    Wait& wait = call.self.wait;
    wait.operation = operation;
    wait.resource = resource;
    wait.address = resource == sched::ResourceKind::thread ? reinterpret_cast<std::uint64_t>(address) : keyOf(address);
    wait.timed = timed;
    wait.fromOutside = false;
    if (by == StackBy::tables)
        captureByTables(wait.where, call.caller);
    else
        captureByFramePointer(wait.where, call.caller, frame, call.self.stackEnd);
    if (!controlling())
        maybeDelay();
}

ObservedWait::ObservedWait(ThreadRecord& self) : self_(self) { self.waits.fetch_add(1, std::memory_order_release); }

void observeConditionWait(const void* condition, int change) {
    ObservedLock lock;
    ObservedCondition& observed = (*observedConditions)[keyOf(condition)];
    observed.waiting += static_cast<std::uint32_t>(change);
}

void observeSignal(const void* condition) {
    ObservedLock lock;
    ObservedCondition& observed = (*observedConditions)[keyOf(condition)];
    observed.missedSignal = observed.waiting == 0;
}

void maybeDelay() {
    const std::uint32_t most = control().orders.stress;
    if (most == 0)
        return;
    __attribute__((tls_model("initial-exec"))) static thread_local constinit std::uint64_t drawn = 0;
    if (drawn == 0)
        drawn = control().orders.seed ^ (static_cast<std::uint64_t>(currentTid()) << 20);
    sched::Random random(drawn, 0);
    drawn = random.next() | 1;
    if (random.oneIn(2))
        return;
    timespec pause{0, static_cast<long>(random.below(most)) * 1000};
    rawSyscall(SYS_nanosleep, reinterpret_cast<long>(&pause));
}

} // namespace deadheat::intercept
