// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/thread_record.h"

#include "runtime/sched/hash_map.h"

namespace deadheat::intercept {
namespace {

__attribute__((tls_model("initial-exec"))) thread_local constinit ThreadRecord* current = nullptr;

DEADHEAT_SHARED sched::Shared<sched::Vector<ThreadRecord*>> records;
DEADHEAT_SHARED sched::Shared<sched::HashMap<ThreadRecord*>> byHandle;
DEADHEAT_SHARED sched::Shared<std::atomic<bool>> busy;

class TableLock {
public:
    TableLock() {
        while (busy->exchange(true, std::memory_order_acquire)) {
        }
    }
    ~TableLock() { busy->store(false, std::memory_order_release); }
};

/// Forked processes have equal handles.
std::uint64_t keyOfHandle(pthread_t handle, std::uint32_t process) {
    return static_cast<std::uint64_t>(handle) | (static_cast<std::uint64_t>(process) << 48);
}

} // namespace

ThreadRecord* currentThread() { return current; }
void setCurrentThread(ThreadRecord* record) { current = record; }

ThreadRecord& addThreadRecord(sched::ThreadId parent) {
    auto* record = sched::create<ThreadRecord>();
    record->parent = parent;
    record->process = current ? current->process : 0;
    TableLock lock;
    record->id = static_cast<sched::ThreadId>(records->size());
    records->push(record);
    return *record;
}

ThreadRecord* findThread(pthread_t handle) {
    const std::uint32_t process = current ? current->process : 0;
    TableLock lock;
    ThreadRecord** record = byHandle->find(keyOfHandle(handle, process));
    return record ? *record : nullptr;
}

void rememberHandle(ThreadRecord& record) {
    TableLock lock;
    (*byHandle)[keyOfHandle(record.handle, record.process)] = &record;
}

void forgetOtherThreads(ThreadRecord& survivor) {
    busy->store(false, std::memory_order_relaxed);
    for (ThreadRecord* record : *records)
        if (record != &survivor) {
            record->finished.store(true, std::memory_order_relaxed);
            record->joined = true;
        }
}

void resetThreadRecords() {
    TableLock lock;
    for (ThreadRecord* record : *records) {
        if (record == current)
            continue;
        byHandle->erase(keyOfHandle(record->handle, record->process));
        if (record->end)
            sched::destroy(record->end);
        if (record->outside)
            sched::destroy(record->outside);
        sched::destroy(record);
    }
    records->clear();
    current->id = 0;
    current->clockReadings = 0;
    records->push(current);
}

std::size_t threadRecordCount() {
    TableLock lock;
    return records->size();
}

ThreadRecord& threadRecordAt(std::size_t index) {
    TableLock lock;
    return *(*records)[index];
}

void noteHeld(ThreadRecord& self, std::uint64_t address, sched::ResourceKind kind, bool shared,
              const Backtrace& where) {
    self.held.push(Held{address, kind, shared, where, nullptr, false, nullptr});
}

void noteReleased(ThreadRecord& self, std::uint64_t address) {
    for (std::size_t i = self.held.size(); i-- > 0;)
        if (self.held[i].address == address) {
            self.held.erase(i);
            return;
        }
}

} // namespace deadheat::intercept
