// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/split_updates.h"

#include "runtime/intercept/failure_report.h"
#include "runtime/intercept/object_key.h"
#include "runtime/sched/hash_map.h"

#include <cstring>

namespace deadheat::intercept {
namespace {

/// What is known of one atomic. A compare-exchange may store nothing, so who has written is known only when the value has changed.
struct Atomic {
    std::uint64_t value = 0; ///< when it was last accessed
    AtomicAccess writes;     ///< whoever may have changed it since
    AtomicAccess wrote;      ///< the last one that has
};

struct Loaded {
    std::uint64_t key = 0; ///< of the atomic
    std::uint64_t value = 0;
    AtomicAccess access; ///< by nobody: nothing is remembered
};

struct State {
    std::uint64_t accesses = 0;
    sched::HashMap<Atomic*> atomics; ///< by key
    sched::HashMap<Loaded*> loaded;  ///< by atomic and thread
};
DEADHEAT_SHARED sched::Shared<State> state;

template <typename T>
T& valueFor(sched::HashMap<T*>& map, std::uint64_t key) {
    T*& value = map[key];
    if (!value)
        value = sched::create<T>();
    return *value;
}

/// What the thread has loaded last. Two threads that share a place forget each other's.
Loaded& loadedBy(sched::ThreadId thread, std::uint64_t key) {
    Loaded& loaded = valueFor(state->loaded, (key ^ (thread + 1) * 0x9e3779b97f4a7c15ull) | 1);
    if (loaded.key != key || loaded.access.thread != thread)
        loaded = Loaded{};
    return loaded;
}

/// Has another thread stored the atomic's present value since it was loaded?
bool isOverwritten(const Atomic& atomic, const Loaded& loaded) {
    return loaded.access.thread != sched::kNoThread && loaded.value != atomic.value &&
           atomic.wrote.when > loaded.access.when && atomic.wrote.thread != loaded.access.thread;
}

std::uint64_t valueAt(const tsan::Access& access) {
    std::uint64_t value = 0;
    std::memcpy(&value, const_cast<const void*>(access.address), access.bytes);
    return value;
}

} // namespace

void watchSplitUpdates(const ThreadRecord& self, const tsan::Access& access, bool targeted, void* frame) {
    if (access.order == tsan::Access::plain || access.address == nullptr || access.bytes > sizeof(std::uint64_t))
        return;
    AtomicAccess here{self.id, ++state->accesses, access.bytes, {}};
    captureByFramePointer(here.where, access.caller, frame, self.stackEnd);
    const std::uint64_t key = keyOf(access.address);
    Atomic& atomic = valueFor(state->atomics, key);
    if (const std::uint64_t value = valueAt(access); value != atomic.value) {
        atomic.wrote = atomic.writes;
        atomic.value = value;
    }
    Loaded& loaded = loadedBy(self.id, key);
    if (access.kind == sched::OperationKind::atomicLoad) {
        loaded = Loaded{key, atomic.value, here};
        return;
    }
    if (targeted && isOverwritten(atomic, loaded))
        reportLostUpdate(here, atomic.wrote, loaded.access);
    loaded = Loaded{};
    atomic.writes = here;
}

} // namespace deadheat::intercept
