// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/shm/mappings.h"

#include <algorithm>

namespace deadheat::shm {

void Mappings::add(const Mapping& mapping) {
    remove(mapping.begin, mapping.end);
    mappings_.push(mapping);
    updateSpan();
}

void Mappings::remove(std::uint64_t begin, std::uint64_t end) {
    for (std::size_t i = mappings_.size(); i-- > 0;) {
        const Mapping old = mappings_[i];
        if (old.end <= begin || old.begin >= end)
            continue;
        mappings_.erase(i);
        if (old.begin < begin)
            mappings_.push({old.begin, begin, old.object, old.offset});
        if (old.end > end)
            mappings_.push({end, old.end, old.object, old.offset + (end - old.begin)});
    }
    updateSpan();
}

void Mappings::copyRange(Range from, Range to, sched::Vector<Mapping>& copies) const {
    const std::uint64_t fromEnd = from.begin + (from.bytes ? from.bytes : 1);
    const std::uint64_t keptEnd = std::min(fromEnd, from.begin + to.bytes);
    for (const Mapping& old : mappings_) {
        const std::uint64_t begin = std::max(old.begin, from.begin);
        const std::uint64_t end = std::min(old.end, keptEnd);
        if (begin >= end)
            continue;
        const std::uint64_t bytes = end == fromEnd ? to.bytes : end - from.begin;
        copies.push({to.begin + (begin - from.begin), to.begin + bytes, old.object, old.offset + (begin - old.begin)});
    }
}

void Mappings::place(const Range& range, const sched::Vector<Mapping>& mappings) {
    remove(range.begin, range.begin + range.bytes);
    for (const Mapping& mapping : mappings)
        mappings_.push(mapping);
    updateSpan();
}

void Mappings::duplicate(std::uint64_t from, std::uint64_t fromBytes, std::uint64_t to, std::uint64_t toBytes) {
    sched::Vector<Mapping> copies;
    copyRange({from, fromBytes}, {to, toBytes}, copies);
    place({to, toBytes}, copies);
}

void Mappings::move(std::uint64_t from, std::uint64_t fromBytes, std::uint64_t to, std::uint64_t toBytes) {
    sched::Vector<Mapping> copies;
    copyRange({from, fromBytes}, {to, toBytes}, copies);
    remove(from, from + fromBytes);
    place({to, toBytes}, copies);
}

void Mappings::copyFrom(const Mappings& other) {
    mappings_.clear();
    for (const Mapping& mapping : other.mappings_)
        mappings_.push(mapping);
    updateSpan();
}

std::uint64_t Mappings::keyOf(std::uint64_t address) const {
    if (address < lowest_ || address >= highest_)
        return 0;
    for (const Mapping& mapping : mappings_)
        if (address >= mapping.begin && address < mapping.end)
            return kSharedBit | (std::uint64_t{mapping.object} << kOffsetBits) |
                   (mapping.offset + (address - mapping.begin));
    return 0;
}

void Mappings::updateSpan() {
    lowest_ = ~std::uint64_t{0};
    highest_ = 0;
    for (const Mapping& mapping : mappings_) {
        lowest_ = mapping.begin < lowest_ ? mapping.begin : lowest_;
        highest_ = mapping.end > highest_ ? mapping.end : highest_;
    }
}

} // namespace deadheat::shm
