// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/lock_order.h"

namespace deadheat::model {
namespace {

void raiseTo(sched::Vector<std::uint32_t>& clock, std::size_t index, std::uint32_t value) {
    while (clock.size() <= index)
        clock.push(0);
    if (clock[index] < value)
        clock[index] = value;
}

void raiseTo(sched::Vector<std::uint32_t>& clock, const sched::Vector<std::uint32_t>& other) {
    for (std::size_t i = 0; i < other.size(); ++i)
        raiseTo(clock, i, other[i]);
}

/// Can one thread wait for `wanted` because another has it as `held`?
bool conflicts(const LockUse& wanted, const LockUse& held) {
    return wanted.lock == held.lock && !(wanted.shared && held.shared);
}

std::uint64_t mix(std::uint64_t value) {
    value ^= value >> 31;
    value *= 0x7fb5d329728ea185ull;
    return value ^ (value >> 27);
}

} // namespace

LockOrder::Thread& LockOrder::threadAt(sched::ThreadId id) {
    while (threads_.size() <= id) {
        auto* thread = sched::create<Thread>();
        raiseTo(thread->clock, threads_.size(), 1);
        threads_.push(thread);
    }
    return *threads_[id];
}

void LockOrder::advance(sched::ThreadId id) {
    Thread& thread = threadAt(id);
    ++thread.clock[id];
    thread.segment = nullptr;
}

void LockOrder::threadStarted(sched::ThreadId parent, sched::ThreadId child) {
    Thread& starter = threadAt(parent);
    Thread& started = threadAt(child);
    raiseTo(started.clock, threadAt(parent).clock);
    started.segment = nullptr;
    static_cast<void>(starter);
    advance(parent);
}

void LockOrder::threadJoined(sched::ThreadId joiner, sched::ThreadId joined) {
    threadAt(joined);
    threadAt(joiner);
    raiseTo(threads_[joiner]->clock, threads_[joined]->clock);
    advance(joiner);
}

const Segment* LockOrder::segmentOf(sched::ThreadId id) {
    Thread& thread = threadAt(id);
    if (!thread.segment) {
        auto* segment = sched::create<Segment>();
        segment->thread = id;
        raiseTo(segment->clock, thread.clock);
        thread.segment = segment;
    }
    return thread.segment;
}

sched::Vector<LockEdge*>& LockOrder::edgesFrom(std::uint64_t lock) {
    sched::Vector<LockEdge*>*& list = edges_[lock];
    if (!list)
        list = sched::create<sched::Vector<LockEdge*>>();
    return *list;
}

bool LockOrder::isKnown(std::uint64_t lock, const LockUse& wanted, const Segment* segment, std::size_t gates) {
    for (const LockEdge* edge : edgesFrom(lock))
        if (edge->wanted.lock == wanted.lock && edge->wanted.shared == wanted.shared && edge->segment == segment &&
            edge->gates.size() <= gates)
            return true;
    return false;
}

bool LockOrder::acquire(sched::ThreadId thread, const LockUse& wanted, const sched::Vector<LockUse>& held,
                        sched::Vector<const LockEdge*>& cycle) {
    for (const LockUse& use : held)
        if (use.lock == wanted.lock)
            return false;
    const Segment* segment = segmentOf(thread);
    for (const LockUse& use : held) {
        if (isKnown(use.lock, wanted, segment, held.size()))
            continue;
        auto* edge = sched::create<LockEdge>();
        edge->held = use;
        edge->wanted = wanted;
        edge->segment = segment;
        for (const LockUse& gate : held)
            edge->gates.push(gate);
        edgesFrom(use.lock).push(edge);
        cycle.clear();
        cycle.push(edge);
        visits_ = 0;
        if (search(*edge, *edge, cycle) && isNew(cycle))
            return true;
    }
    return false;
}

/// Extends the path that ends in `last` until it leads back to `first`.
bool LockOrder::search(const LockEdge& last, const LockEdge& first, sched::Vector<const LockEdge*>& path) {
    if (path.size() > 1 && conflicts(last.wanted, first.held))
        return true;
    sched::Vector<LockEdge*>** next = edges_.find(last.wanted.lock);
    if (!next || path.size() == kLongestCycle)
        return false;
    for (const LockEdge* edge : **next) {
        if (++visits_ > kMostVisits)
            return false;
        bool fits = conflicts(last.wanted, edge->held);
        for (const LockEdge* other : path)
            fits = fits && compatible(*edge, *other);
        if (!fits)
            continue;
        path.push(edge);
        if (search(*edge, first, path))
            return true;
        path.pop();
    }
    return false;
}

/// Could the two edges happen at the same time?
bool LockOrder::compatible(const LockEdge& a, const LockEdge& b) {
    if (a.segment->thread == b.segment->thread || a.segment->before(*b.segment) || b.segment->before(*a.segment))
        return false;
    for (const LockUse& gate : a.gates)
        for (const LockUse& other : b.gates)
            if (conflicts(gate, other))
                return false;
    return true;
}

bool LockOrder::isNew(const sched::Vector<const LockEdge*>& cycle) {
    std::uint64_t key = 1;
    for (const LockEdge* edge : cycle)
        key += mix(edge->held.lock);
    bool& known = reported_[key | 1];
    const bool isFirst = !known;
    known = true;
    return isFirst;
}

void LockOrder::clear() {
    for (Thread* thread : threads_)
        sched::destroy(thread);
    threads_.clear();
    edges_.forEach([](std::uint64_t, sched::Vector<LockEdge*>*& list) {
        for (LockEdge* edge : *list)
            sched::destroy(edge);
        sched::destroy(list);
    });
    edges_.clear();
    reported_.clear();
}

void LockOrder::forget(std::uint64_t begin, std::uint64_t end) {
    const auto inside = [=](std::uint64_t lock) { return lock >= begin && lock < end; };
    edges_.forEach([&](std::uint64_t lock, sched::Vector<LockEdge*>* list) {
        for (std::size_t i = list->size(); i-- > 0;)
            if (inside(lock) || inside((*list)[i]->wanted.lock))
                list->erase(i);
    });
}

} // namespace deadheat::model
