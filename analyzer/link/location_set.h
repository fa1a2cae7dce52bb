// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A set of locations as a sorted vector: most sets have a few members, and their readers want a span.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace deadheat::link {

class LocationSet {
public:
    bool empty() const { return members_.empty(); }
    std::size_t size() const { return members_.size(); }
    std::span<const std::uint32_t> members() const { return members_; }
    bool contains(std::uint32_t id) const { return std::binary_search(members_.begin(), members_.end(), id); }
    bool operator==(const LocationSet&) const = default;

    /// True when `id` was not a member.
    bool insert(std::uint32_t id) {
        if (members_.empty() || members_.back() < id) {
            members_.push_back(id);
            return true;
        }
        const auto at = std::lower_bound(members_.begin(), members_.end(), id);
        if (*at == id)
            return false;
        members_.insert(at, id);
        return true;
    }

    /// Adds all of `other`; returns what was new.
    LocationSet unite(const LocationSet& other) {
        LocationSet added;
        std::set_difference(other.members_.begin(), other.members_.end(), members_.begin(), members_.end(),
                            std::back_inserter(added.members_));
        if (!added.empty()) {
            const auto middle = static_cast<std::ptrdiff_t>(members_.size());
            members_.insert(members_.end(), added.members_.begin(), added.members_.end());
            std::inplace_merge(members_.begin(), members_.begin() + middle, members_.end());
        }
        return added;
    }

    /// Removes what `other` has.
    void subtract(const LocationSet& other) {
        std::erase_if(members_, [&](std::uint32_t id) { return other.contains(id); });
    }

    void clear() { std::vector<std::uint32_t>().swap(members_); }

private:
    std::vector<std::uint32_t> members_;
};

} // namespace deadheat::link
