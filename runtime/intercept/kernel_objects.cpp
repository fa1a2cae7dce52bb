// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/kernel_objects.h"

#include "runtime/intercept/processes.h"
#include "runtime/intercept/shared_memory.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/model/kernel_wait.h"
#include "runtime/sched/memory.h"
#include "runtime/tsan/edges.h"

#include <sys/stat.h>

namespace deadheat::intercept {
namespace {

struct Waiter {
    const ThreadRecord* thread;
    model::KernelWait* wait;
    bool operator==(const Waiter& other) const { return wait == other.wait; }
};
DEADHEAT_SHARED sched::Shared<sched::Vector<Waiter>> waiters;

struct Undone {
    std::uint32_t process;
    std::uint64_t key;
    bool operator==(const Undone& other) const { return process == other.process && key == other.key; }
};
DEADHEAT_SHARED sched::Shared<sched::Vector<Undone>> undoneAtEnd;

/// Keys of memory and of channels do not have this bit.
constexpr std::uint64_t kKernelBit = std::uint64_t{1} << 60;
constexpr unsigned kKindShift = 56;
constexpr std::uint64_t kIdMask = (std::uint64_t{1} << kKindShift) - 1;

/// Where ThreadSanitizer keeps the order that an object gives; two objects may share a place, which hides a race at worst.
constexpr std::size_t kPlaces = 4096;
DEADHEAT_PER_PROCESS std::uint64_t places[kPlaces] = {};

void* placeOf(std::uint64_t key) { return &places[(key * 0x9e3779b97f4a7c15ull) >> 52]; }

} // namespace

std::uint64_t kernelKey(KernelObject kind, std::uint64_t device, std::uint64_t id) {
    const std::uint64_t identity = (id ^ (device << 40)) & kIdMask;
    return kKernelBit | (static_cast<std::uint64_t>(kind) << kKindShift) | identity;
}

std::uint64_t fileKey(KernelObject kind, int descriptor) {
    struct stat status{};
    return fstat(descriptor, &status) == 0 ? kernelKey(kind, status.st_dev, status.st_ino) : kernelKey(kind, 0, 0);
}

void noteKernelChange() {
    for (const Waiter& waiter : *waiters) {
        waiter.wait->noteChange();
        engine().refresh(*waiter.wait);
    }
}

void releaseObject(const ThreadRecord& self, std::uint64_t key) {
    tsan::releaseTo(placeOf(key));
    if (controlling())
        orderRelease(self, key);
}

void acquireObject(const ThreadRecord& self, std::uint64_t key) {
    tsan::acquireFrom(placeOf(key));
    if (controlling())
        orderAcquire(self, key);
}

void reachKernelObject(Call& call, sched::OperationKind kind, std::uint64_t key) {
    reach(call.self, operationOn(kind, nullptr, key, call.place()));
}

sched::Outcome awaitKernelChange(Call& call, sched::OperationKind kind, std::uint64_t key, sched::Time deadline) {
    auto* wait = sched::create<model::KernelWait>(key);
    noteWait(call, kind, sched::ResourceKind::kernelObject, nullptr, deadline != sched::kNever, nullptr,
             StackBy::tables);
    sched::Operation operation = operationOn(kind, wait, key, call.place(), deadline);
    operation.interruptible = true;
    operation.restartable = kind == sched::OperationKind::fileLock || kind == sched::OperationKind::fifoOpen;
    waiters->push({&call.self, wait});
    const sched::Outcome outcome = reach(call.self, operation);
    waiters->eraseValue({nullptr, wait});
    sched::destroy(wait);
    return outcome;
}

void forgetKernelWaitsOf(const ThreadRecord& thread) {
    for (std::size_t i = waiters->size(); i-- > 0;)
        if ((*waiters)[i].thread == &thread)
            waiters->erase(i);
}

void noteUndoneAtEnd(const ThreadRecord& self, std::uint64_t key) {
    if (const Undone undone{self.process, key}; undoneAtEnd->indexOf(undone) == undoneAtEnd->size())
        undoneAtEnd->push(undone);
}

void releaseUndoneOf(const ThreadRecord& thread) {
    for (const Undone& undone : *undoneAtEnd)
        if (undone.process == thread.process)
            orderRelease(thread, undone.key);
}

void resetKernelWaits() {
    waiters->clear();
    undoneAtEnd->clear();
}

bool kernelObjectsAreShared() { return anyUncontrolledProcess(); }

} // namespace deadheat::intercept
