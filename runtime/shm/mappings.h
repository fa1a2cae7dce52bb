// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where shared memory lies in one process, and which memory it is: an object (a file, or one anonymous mapping) and an
// offset in it, the same in every process. Linear in the number of mappings, which is small; everything outside the range
// that they span costs two comparisons.
#pragma once

#include "runtime/sched/vector.h"

#include <cstdint>

namespace deadheat::shm {

struct Mapping {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::uint32_t object = 0;
    std::uint64_t offset = 0; ///< of `begin` in the object
};

class Mappings {
public:
    static constexpr std::uint64_t kSharedBit = std::uint64_t{1} << 63;
    static constexpr unsigned kOffsetBits = 40;
    static constexpr std::uint64_t kOffsetMask = (std::uint64_t{1} << kOffsetBits) - 1;

    /// What was mapped there before is gone.
    void add(const Mapping& mapping);
    void remove(std::uint64_t begin, std::uint64_t end);
    /// What lies at `from` lies at `to` as well; what it grows by continues the object. With `fromBytes` 0, all of it is new.
    void duplicate(std::uint64_t from, std::uint64_t fromBytes, std::uint64_t to, std::uint64_t toBytes);
    /// As duplicate, and it is gone from `from`. The two may overlap: a range that grows or shrinks in its place.
    void move(std::uint64_t from, std::uint64_t fromBytes, std::uint64_t to, std::uint64_t toBytes);
    void copyFrom(const Mappings& other);

    /// The key of a place in shared memory, or 0 for an address that is not shared.
    std::uint64_t keyOf(std::uint64_t address) const;

private:
    struct Range {
        std::uint64_t begin, bytes;
    };
    void copyRange(Range from, Range to, sched::Vector<Mapping>& copies) const;
    void place(const Range& range, const sched::Vector<Mapping>& mappings);
    void updateSpan();

    sched::Vector<Mapping> mappings_;
    std::uint64_t lowest_ = ~std::uint64_t{0};
    std::uint64_t highest_ = 0;
};

} // namespace deadheat::shm
