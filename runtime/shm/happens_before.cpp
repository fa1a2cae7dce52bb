// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/shm/happens_before.h"

namespace deadheat::shm {

HappensBefore::Clock& HappensBefore::clockOf(sched::ThreadId thread) {
    while (threads_.size() <= thread) {
        auto* clock = sched::create<Clock>();
        while (clock->size() < threads_.size())
            clock->push(0);
        clock->push(1);
        threads_.push(clock);
    }
    return *threads_[thread];
}

HappensBefore::Clock& HappensBefore::clockOfObject(std::uint64_t object) {
    Clock*& clock = objects_[object];
    if (!clock)
        clock = sched::create<Clock>();
    return *clock;
}

void HappensBefore::raise(Clock& clock, const Clock& other) {
    for (std::size_t i = 0; i < other.size(); ++i)
        if (i >= clock.size())
            clock.push(other[i]);
        else if (clock[i] < other[i])
            clock[i] = other[i];
}

void HappensBefore::start(sched::ThreadId parent, sched::ThreadId child) {
    clockOf(child);
    raise(clockOf(child), clockOf(parent));
    ++clockOf(parent)[parent];
}

void HappensBefore::release(sched::ThreadId thread, std::uint64_t object) {
    Clock& clock = clockOf(thread);
    raise(clockOfObject(object), clock);
    ++clock[thread];
}

void HappensBefore::acquire(sched::ThreadId thread, std::uint64_t object) {
    Clock& clock = clockOf(thread);
    if (Clock** released = objects_.find(object))
        raise(clock, **released);
}

bool HappensBefore::isBefore(sched::ThreadId other, std::uint32_t then, sched::ThreadId thread) {
    const Clock& clock = clockOf(thread);
    return other < clock.size() && clock[other] >= then;
}

void HappensBefore::clear() {
    for (Clock* clock : threads_)
        sched::destroy(clock);
    threads_.clear();
    objects_.forEach([](std::uint64_t, Clock*& clock) { sched::destroy(clock); });
    objects_.clear();
}

} // namespace deadheat::shm
