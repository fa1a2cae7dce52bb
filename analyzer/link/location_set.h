// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A set of locations as a sparse bitmap: sorted words, each the number of a block of 32 ids (upper half) and its bits
// (lower half). Parts of similar objects come into being together and so have neighbouring ids; one word then holds many.
#pragma once

#include "analyzer/link/compact_vector.h"

#include <bit>
#include <vector>

namespace deadheat::link {

class LocationSet {
public:
    bool empty() const { return words_.empty(); }
    std::size_t size() const;
    bool contains(std::uint32_t id) const;
    bool operator==(const LocationSet& other) const;
    std::uint64_t hash() const;
    std::vector<std::uint32_t> toVector() const;

    /// Calls `visit(id)` for each member in ascending order; the set must not change meanwhile.
    template <typename Visit>
    void forEach(Visit visit) const {
        for (const std::uint64_t word : words_)
            for (auto bits = static_cast<std::uint32_t>(word); bits != 0; bits &= bits - 1)
                visit(static_cast<std::uint32_t>(word >> 32) * 32 + static_cast<std::uint32_t>(std::countr_zero(bits)));
    }

    /// True when `id` was not a member.
    bool insert(std::uint32_t id);
    /// Adds all of `other`. True when something was new.
    bool unite(const LocationSet& other) { return unite(other, nullptr); }
    /// The same; what was new is added to `fresh` as well.
    bool unite(const LocationSet& other, LocationSet& fresh) { return unite(other, &fresh); }
    /// The members that `other` lacks.
    LocationSet minus(const LocationSet& other) const;

private:
    static std::uint32_t blockOf(std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32); }
    static std::uint32_t bitsOf(std::uint64_t word) { return static_cast<std::uint32_t>(word); }
    using Words = std::span<const std::uint64_t>;
    template <typename Sink>
    void forEachMissing(const LocationSet& other, Sink sink) const;
    const std::uint64_t* find(std::uint32_t block) const;
    bool unite(const LocationSet& other, LocationSet* fresh);
    void add(Words words);
    void insertBlocks(Words words, std::size_t newBlocks);

    CompactVector<std::uint64_t> words_;
};

} // namespace deadheat::link
