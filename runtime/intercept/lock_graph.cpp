// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/lock_graph.h"

#include "runtime/intercept/session.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/model/lock_order.h"
#include "runtime/tsan/frames.h"
#include "runtime/tsan/heap.h"

namespace deadheat::intercept {
namespace {

struct Evidence {
    sched::ResourceKind kind = sched::ResourceKind::mutex;
    Backtrace where;
};

DEADHEAT_SHARED sched::Shared<model::LockOrder> order;
DEADHEAT_SHARED sched::Shared<std::atomic<bool>> busy;
/// Pages on which locks with edges lie: so that freeing other memory costs one look.
DEADHEAT_SHARED sched::Shared<sched::HashMap<bool>> pagesWithLocks;
constexpr unsigned kPageBits = 12;

class GraphLock {
public:
    GraphLock() {
        while (busy->exchange(true, std::memory_order_acquire)) {
        }
    }
    ~GraphLock() { busy->store(false, std::memory_order_release); }
};

const Evidence* keepEvidence(sched::ResourceKind kind, const Backtrace& where) {
    auto* evidence = sched::create<Evidence>();
    evidence->kind = kind;
    evidence->where = where;
    return evidence;
}

void writeUse(sched::JsonWriter& json, const char* key, const model::LockUse& use) {
    const auto& evidence = *static_cast<const Evidence*>(use.evidence);
    json.openObject(key);
    json.text("kind", sched::describe(evidence.kind));
    json.number("address", addressOfKey(use.lock));
    json.number("number", numberOf(evidence.kind, use.lock));
    tsan::writeFrame(json, "data", frameOfKey(use.lock));
    tsan::writeFrames(json, "stack", evidence.where.frames, Backtrace::kFrames);
    json.closeObject();
}

void report(const sched::Vector<const model::LockEdge*>& cycle) {
    sched::JsonWriter json;
    json.text("record", "lock-order");
    json.openArray("edges");
    for (const model::LockEdge* edge : cycle) {
        json.openObject();
        const ThreadRecord& thread = threadRecordAt(edge->segment->thread);
        json.number("id", thread.id);
        json.number("process", thread.process);
        json.flag("startsProcess", thread.startsProcess);
        tsan::writeFrames(json, "created", thread.created.frames, Backtrace::kFrames);
        writeUse(json, "held", edge->held);
        writeUse(json, "wanted", edge->wanted);
        json.closeObject();
    }
    json.closeArray();
    json.finish();
    submitRecord(json);
}

} // namespace

void watchLockOrder(ThreadRecord& self, bool shared) {
    if (self.held.empty())
        return;
    GraphLock lock;
    sched::Vector<model::LockUse> held;
    for (Held& use : self.held) {
        if (!use.evidence)
            use.evidence = keepEvidence(use.kind, use.where);
        held.push({use.address, use.shared, use.evidence});
        (*pagesWithLocks)[(use.address >> kPageBits) + 1] = true;
    }
    const model::LockUse wanted{self.wait.address, shared, keepEvidence(self.wait.resource, self.wait.where)};
    (*pagesWithLocks)[(wanted.lock >> kPageBits) + 1] = true;
    sched::Vector<const model::LockEdge*> cycle;
    if (order->acquire(self.id, wanted, held, cycle))
        report(cycle);
}

void resetLockGraph() {
    GraphLock lock;
    order->clear();
    pagesWithLocks->clear();
}

void noteThreadStarted(const ThreadRecord& parent, const ThreadRecord& child) {
    GraphLock lock;
    order->threadStarted(parent.id, child.id);
}

void noteThreadJoined(const ThreadRecord& joiner, const ThreadRecord& joined) {
    GraphLock lock;
    order->threadJoined(joiner.id, joined.id);
}

void forgetLocks(const void* memory, std::size_t bytes) {
    const std::uint64_t begin = keyOf(memory);
    GraphLock lock;
    bool any = false;
    for (std::uint64_t page = begin >> kPageBits; page <= (begin + bytes - 1) >> kPageBits && !any; ++page)
        any = pagesWithLocks->find(page + 1) != nullptr;
    if (any)
        order->forget(begin, begin + bytes);
}

} // namespace deadheat::intercept
