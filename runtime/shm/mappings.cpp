// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/shm/mappings.h"

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
