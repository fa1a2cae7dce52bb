// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/targets.h"

#include "runtime/sched/hash_map.h"
#include "runtime/sched/random.h"
#include "runtime/tsan/programs.h"

#include <cstring>

namespace deadheat::intercept {
namespace {

using sched::Targets;

/// A frame that nothing is known of: code of a library.
constexpr std::uint32_t kUnknownCode = Targets::kForeignCode;

/// Places by return address: a search per step would be slow.
DEADHEAT_SHARED sched::Shared<sched::HashMap<std::uint32_t>> known;

/// The last range that begins at or before `offset`.
const sched::TargetRange* rangeBefore(std::uint32_t module, std::uint64_t offset) {
    const sched::TargetRange* ranges = control().targetRanges();
    std::size_t from = 0, to = control().targets.ranges;
    while (from < to) {
        const std::size_t middle = from + (to - from) / 2;
        const sched::TargetRange& range = ranges[middle];
        if (range.module < module || (range.module == module && range.begin <= offset))
            from = middle + 1;
        else
            to = middle;
    }
    return from == 0 ? nullptr : &ranges[from - 1];
}

std::uint32_t findPlaces(std::uintptr_t frame) {
    const Targets& targets = control().targets;
    char path[Targets::kPathBytes];
    std::uintptr_t offset = 0;
    if (!tsan::findModule(frame - 1, path, sizeof path, offset))
        return kUnknownCode;
    std::uint32_t module = 0;
    while (module < targets.modules && std::strcmp(targets.paths[module], path) != 0)
        ++module;
    if (module == targets.modules)
        return kUnknownCode;
    const sched::TargetRange* range = rangeBefore(module, offset);
    return range && range->module == module && offset < range->end ? range->places : 0;
}

std::uint32_t placesAt(std::uintptr_t frame) {
    if (const std::uint32_t* places = known->find(frame))
        return *places;
    const std::uint32_t places = findPlaces(frame);
    (*known)[frame] = places;
    return places;
}

/// A lock may be taken by a wrapper of the program's own, so every frame counts.
std::uint32_t placesOnStack(const Backtrace& stack) {
    std::uint32_t places = 0;
    for (std::size_t i = 0; i < Backtrace::kFrames && stack.frames[i]; ++i)
        places |= placesAt(stack.frames[i]);
    return places & ~Targets::kForeignCode;
}

void count(std::atomic<std::uint64_t>* counters, std::uint32_t bits) {
    for (; bits; bits &= bits - 1)
        counters[__builtin_ctz(bits)].fetch_add(1, std::memory_order_relaxed);
}

bool takesLock(sched::OperationKind kind) {
    using sched::OperationKind;
    return kind == OperationKind::lock || kind == OperationKind::spinLock || kind == OperationKind::readLock ||
           kind == OperationKind::writeLock;
}

bool isAimedAt(sched::OperationKind access) {
    const sched::Aim aim = control().targets.aim;
    return aim == sched::Aim::race || (aim == sched::Aim::splitUpdate && access == sched::OperationKind::atomicStore);
}

} // namespace

std::uint32_t targetsOfAccess(const ThreadRecord& self, const tsan::Access& access, void* frame) {
    if (!isAimedAt(access.kind))
        return 0;
    std::uint32_t places = placesAt(tsan::withProgram(reinterpret_cast<std::uintptr_t>(access.caller)));
    if (places == Targets::kForeignCode) {
        Backtrace stack;
        captureByFramePointer(stack, access.caller, frame, self.stackEnd);
        for (std::size_t i = 1; i < Backtrace::kFrames && stack.frames[i] && places == Targets::kForeignCode; ++i)
            places = placesAt(stack.frames[i]);
    }
    places &= ~Targets::kForeignCode;
    count(control().targets.reached, places);
    count(control().targets.arrived, places);
    return places;
}

bool isShown(const ThreadRecord& self, std::uint32_t sides) {
    const std::uint64_t schedule = control().results.schedule.load(std::memory_order_relaxed);
    const std::uint64_t halvings = schedule % 4;
    for (; sides; sides &= sides - 1) {
        const std::uint64_t actor = (std::uint64_t{self.id} << 32 | self.tasks) * 2 * Targets::kSides;
        const std::uint64_t side = static_cast<std::uint64_t>(__builtin_ctz(sides));
        if (halvings == 0 || sched::Random(control().orders.seed + schedule, actor + side).oneIn(1ull << halvings))
            return true;
    }
    return false;
}

std::uint32_t targetsOfLock(const ThreadRecord& self, sched::OperationKind kind) {
    if (control().targets.aim != sched::Aim::cycle || !takesLock(kind))
        return 0;
    const std::uint32_t here = placesOnStack(self.wait.where);
    count(control().targets.reached, here);
    if (!here)
        return 0;
    std::uint32_t held = 0, sides = 0;
    for (const Held& lock : self.held)
        held |= placesOnStack(lock.where);
    for (std::size_t side = 0; side < Targets::kSides; ++side)
        if ((here & Targets::secondLock(side)) && (held & Targets::firstLock(side)))
            sides |= 1u << side;
    count(control().targets.arrived, sides);
    return sides;
}

} // namespace deadheat::intercept
