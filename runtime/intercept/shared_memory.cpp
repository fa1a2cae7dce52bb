// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/shared_memory.h"

#include "runtime/intercept/controller.h"
#include "runtime/intercept/failure_report.h"
#include "runtime/intercept/object_key.h"
#include "runtime/intercept/os.h"
#include "runtime/intercept/processes.h"
#include "runtime/intercept/session.h"
#include "runtime/sched/memory.h"
#include "runtime/sched/random.h"
#include "runtime/shm/shadow.h"

#include <cstring>

namespace deadheat::intercept {
namespace {

struct State {
    bool active;
    bool fenced; ///< a fence was executed: relaxed atomics may carry an order
    shm::HappensBefore order;
    shm::Shadow shadow;
    sched::Vector<shm::Mappings*> mappings; ///< by number of the process
    sched::Vector<Backtrace*> stacks;       ///< of accesses
    sched::HashMap<std::uint32_t> stackOf;  ///< their numbers, from 1, by hash
    sched::HashMap<bool> reported;          ///< by pair of places
};
DEADHEAT_SHARED sched::Shared<State> state;
DEADHEAT_PER_PROCESS shm::Mappings* mine = nullptr;

std::uint32_t keep(const Backtrace& stack) {
    std::uint64_t hash = 1;
    for (std::size_t i = 0; i < Backtrace::kFrames && stack.frames[i]; ++i)
        hash = (hash ^ stack.frames[i]) * 0x9e3779b97f4a7c15ull;
    std::uint32_t& number = state->stackOf[hash | 1];
    if (number == 0) {
        state->stacks.push(sched::create<Backtrace>(stack));
        number = static_cast<std::uint32_t>(state->stacks.size());
    }
    return number;
}

bool isNew(const Backtrace& a, const Backtrace& b) {
    const std::uint64_t pair = (a.frames[0] * 0x9e3779b97f4a7c15ull) ^ b.frames[0];
    bool& known = state->reported[pair | 1];
    const bool first = !known;
    known = true;
    return first;
}

using Order = tsan::Access::Order;
bool releases(const tsan::Access& access) {
    return access.order != Order::plain && (access.order & Order::release || state->fenced);
}
bool acquires(const tsan::Access& access) {
    return access.order != Order::plain && (access.order & Order::acquire || state->fenced);
}

void judge(ThreadRecord& self, const tsan::Access& access, std::uint64_t key, bool write, void* frame) {
    Backtrace here;
    captureByFramePointer(here, access.caller, frame, self.stackEnd);
    shm::Access now;
    now.thread = self.id;
    now.process = static_cast<std::uint16_t>(self.process);
    now.write = write;
    now.atomic = access.order != Order::plain;
    now.evidence = keep(here);
    shm::Access other;
    if (state->shadow.access(key, access.bytes, now, state->order, other) && isNew(here, stackOfAccess(other)))
        reportProcessRace(key & shm::Mappings::kOffsetMask, access.bytes, now, other);
}

} // namespace

const Backtrace& stackOfAccess(const shm::Access& access) { return *state->stacks[access.evidence - 1]; }

bool tracking() { return state->active; }
std::uint64_t sharedKeyOf(std::uint64_t address) { return mine ? mine->keyOf(address) : 0; }

void startSharedMemory() {
    state->active = false;
    state->fenced = false;
    state->order.clear();
    state->shadow.clear();
    for (shm::Mappings* mappings : state->mappings)
        sched::destroy(mappings);
    state->mappings.clear();
    adoptMappings(0);
}

void adoptMappings(std::uint32_t process) {
    while (state->mappings.size() <= process)
        state->mappings.push(sched::create<shm::Mappings>());
    mine = state->mappings[process];
}

void inheritMappings(std::uint32_t parent, std::uint32_t child) {
    while (state->mappings.size() <= child)
        state->mappings.push(sched::create<shm::Mappings>());
    state->mappings[child]->copyFrom(*state->mappings[parent]);
}

void addSharedMapping(const shm::Mapping& mapping) {
    mine->add(mapping);
    state->active = true;
}

void removeMapping(std::uint64_t begin, std::uint64_t end) {
    if (mine)
        mine->remove(begin, end);
}

void moveMapping(std::uint64_t from, std::uint64_t fromBytes, std::uint64_t to, std::uint64_t toBytes) {
    mine->move(from, fromBytes, to, toBytes);
}

void duplicateMapping(std::uint64_t from, std::uint64_t fromBytes, std::uint64_t to, std::uint64_t toBytes) {
    mine->duplicate(from, fromBytes, to, toBytes);
}

void orderStart(const ThreadRecord& parent, const ThreadRecord& child) {
    if (state->active)
        state->order.start(parent.id, child.id);
}

void orderRelease(const ThreadRecord& thread, std::uint64_t key) {
    if (state->active)
        state->order.release(thread.id, key);
}

void orderAcquire(const ThreadRecord& thread, std::uint64_t key) {
    if (state->active)
        state->order.acquire(thread.id, key);
}

void orderOperation(const ThreadRecord& thread, const sched::Operation& operation) {
    using sched::OperationKind;
    switch (operation.kind) {
    case OperationKind::lock:
    case OperationKind::readLock:
    case OperationKind::writeLock:
    case OperationKind::spinLock:
    case OperationKind::semaphoreWait:
    case OperationKind::onceEnter:
    case OperationKind::descriptorRead: state->order.acquire(thread.id, operation.address); break;
    case OperationKind::unlock:
    case OperationKind::rwUnlock:
    case OperationKind::spinUnlock:
    case OperationKind::semaphorePost:
    case OperationKind::descriptorClose:
    case OperationKind::descriptorWrite: state->order.release(thread.id, operation.address); break;
    default: break;
    }
}

void noteAccess(ThreadRecord& self, const tsan::Access& access, void* frame) {
    if (access.kind == sched::OperationKind::fence) {
        state->fenced = true;
        return;
    }
    const std::uint64_t key = keyOf(access.address);
    if (acquires(access))
        state->order.acquire(self.id, key);
    const bool reads = access.kind == sched::OperationKind::load || access.kind == sched::OperationKind::atomicLoad;
    if (isSharedKey(key))
        judge(self, access, key, !reads, frame);
    if (const std::uint64_t source = access.source ? keyOf(access.source) : 0; isSharedKey(source))
        judge(self, access, source, false, frame);
    if (releases(access))
        state->order.release(self.id, key);
}

} // namespace deadheat::intercept
