// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/location_set.h"

#include "analyzer/link/hash_index.h"

#include <algorithm>

namespace deadheat::link {

namespace {

constexpr std::uint64_t kBits = 0xffffffffULL;

/// When one set is this many times larger, its blocks are searched for instead of walked over.
constexpr std::size_t kSearchRatio = 16;

} // namespace

const std::uint64_t* LocationSet::find(std::uint32_t block) const {
    return std::lower_bound(words_.begin(), words_.end(), std::uint64_t{block} << 32);
}

std::size_t LocationSet::size() const {
    std::size_t count = 0;
    for (const std::uint64_t word : words_)
        count += static_cast<std::size_t>(std::popcount(bitsOf(word)));
    return count;
}

bool LocationSet::contains(std::uint32_t id) const {
    const std::uint64_t* at = find(id / 32);
    return at != words_.end() && blockOf(*at) == id / 32 && (bitsOf(*at) >> (id % 32) & 1) != 0;
}

bool LocationSet::operator==(const LocationSet& other) const {
    return std::equal(words_.begin(), words_.end(), other.words_.begin(), other.words_.end());
}

std::uint64_t LocationSet::hash() const {
    std::uint64_t result = words_.size();
    for (const std::uint64_t word : words_)
        result = mixBits(result ^ word);
    return result;
}

std::vector<std::uint32_t> LocationSet::toVector() const {
    std::vector<std::uint32_t> members;
    members.reserve(size());
    forEach([&](std::uint32_t id) { members.push_back(id); });
    return members;
}

bool LocationSet::insert(std::uint32_t id) {
    const std::uint32_t block = id / 32;
    const std::uint64_t bit = std::uint64_t{1} << (id % 32);
    auto at = static_cast<std::size_t>(find(block) - words_.begin());
    if (at < words_.size() && blockOf(words_[at]) == block) {
        const bool isNew = (words_[at] & bit) == 0;
        words_[at] |= bit;
        return isNew;
    }
    words_.push_back(0);
    std::move_backward(words_.begin() + at, words_.end() - 1, words_.end());
    words_[at] = (std::uint64_t{block} << 32) | bit;
    return true;
}

/// Calls `sink` with the words of this set that have members which `other` lacks, reduced to those.
template <typename Sink>
void LocationSet::forEachMissing(const LocationSet& other, Sink sink) const {
    const bool search = other.words_.size() > words_.size() * kSearchRatio;
    const std::uint64_t* theirs = other.words_.begin();
    for (const std::uint64_t word : words_) {
        const std::uint32_t block = blockOf(word);
        if (search)
            theirs = std::lower_bound(theirs, other.words_.end(), std::uint64_t{block} << 32);
        else
            while (theirs != other.words_.end() && blockOf(*theirs) < block)
                ++theirs;
        const bool known = theirs != other.words_.end() && blockOf(*theirs) == block;
        const std::uint64_t left = known ? word & ~(*theirs & kBits) : word;
        if (bitsOf(left) != 0)
            sink(left);
    }
}

LocationSet LocationSet::minus(const LocationSet& other) const {
    LocationSet result;
    forEachMissing(other, [&](std::uint64_t word) { result.words_.push_back(word); });
    return result;
}

bool LocationSet::unite(const LocationSet& other, LocationSet* fresh) {
    if (other.empty())
        return false;
    thread_local std::vector<std::uint64_t> added; // keeps its memory: this is the innermost loop of the solver
    added.clear();
    other.forEachMissing(*this, [](std::uint64_t word) { added.push_back(word); });
    if (added.empty())
        return false;
    add(added);
    if (fresh)
        fresh->add(added);
    return true;
}

/// In place where the block exists, by one merge from the back for the others.
void LocationSet::add(Words words) {
    if (words_.empty()) {
        words_.append(words);
        return;
    }
    std::size_t newBlocks = 0;
    std::uint64_t* at = words_.begin();
    for (const std::uint64_t word : words) {
        at = std::lower_bound(at, words_.end(), std::uint64_t{blockOf(word)} << 32);
        if (at != words_.end() && blockOf(*at) == blockOf(word))
            *at |= bitsOf(word);
        else
            ++newBlocks;
    }
    insertBlocks(words, newBlocks);
}

void LocationSet::insertBlocks(Words words, std::size_t newBlocks) {
    std::size_t mine = words_.size();
    words_.reserve(static_cast<std::uint32_t>(mine + newBlocks));
    for (std::size_t i = 0; i < newBlocks; ++i)
        words_.push_back(0);
    for (std::size_t to = words_.size(), theirs = words.size(); newBlocks > 0;) {
        const std::uint64_t word = words[theirs - 1];
        if (mine > 0 && blockOf(words_[mine - 1]) > blockOf(word)) {
            words_[--to] = words_[--mine];
        } else if (mine > 0 && blockOf(words_[mine - 1]) == blockOf(word)) {
            words_[--to] = words_[--mine];
            --theirs;
        } else {
            words_[--to] = word;
            --theirs;
            --newBlocks;
        }
    }
}

} // namespace deadheat::link
