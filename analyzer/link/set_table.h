// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sets that are equal exist once and go by number, so that the many contexts which share a set cost nothing, and uniting the same
// two again is one look-up. Not thread safe.
#pragma once

#include "analyzer/link/hash_index.h"
#include "analyzer/link/state.h"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <vector>
#include <xxhash.h>

namespace deadheat::link {

using SetId = std::uint32_t;
inline constexpr SetId kEmptySet = 0;

/// Of elements without padding.
template <class T>
class SetTable {
public:
    SetTable() { intern({}); }

    /// `set` is sorted and has each element once.
    SetId intern(std::vector<T> set) {
        const std::uint64_t hash = XXH3_64bits(set.data(), set.size() * sizeof(T));
        SetId id = index_.find(hash, [&](SetId known) { return sets_[known] == set; });
        if (id != HashIndex::kAbsent)
            return id;
        id = static_cast<SetId>(sets_.size());
        sets_.push_back(std::move(set));
        index_.insert(hash, id);
        return id;
    }

    /// Valid as long as the table.
    const std::vector<T>& operator[](SetId id) const { return sets_[id]; }

    SetId unite(SetId a, SetId b) {
        if (a == b || b == kEmptySet)
            return a;
        if (a == kEmptySet)
            return b;
        return remembered(unions_, a, b,
                          [](std::vector<T>& set, const std::vector<T>& other) { link::unite(set, other); });
    }

    SetId intersect(SetId a, SetId b) {
        if (a == b)
            return a;
        if (a == kEmptySet || b == kEmptySet)
            return kEmptySet;
        return remembered(intersections_, a, b,
                          [](std::vector<T>& set, const std::vector<T>& other) { link::intersect(set, other); });
    }

private:
    using Results = std::unordered_map<std::uint64_t, SetId>;

    template <class Operation>
    SetId remembered(Results& results, SetId a, SetId b, const Operation& apply) {
        if (a > b)
            std::swap(a, b);
        auto [known, isNew] = results.try_emplace(pairKey(a, b), kEmptySet);
        if (isNew) {
            std::vector<T> set = sets_[a];
            apply(set, sets_[b]);
            known->second = intern(std::move(set));
        }
        return known->second;
    }

    HashIndex index_;
    std::deque<std::vector<T>> sets_;
    Results unions_, intersections_;
};

} // namespace deadheat::link
