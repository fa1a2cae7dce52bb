// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An open-addressing index from keys to the dense ids of a table that stores the keys. The index keeps only hashes and ids,
// so a million entries cost 16 MB and no allocation each. Ids are given in the order of insertion: iteration over the
// table, never over the index, keeps results deterministic.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace deadheat::link {

/// Spreads the bits of a 64-bit key (the finaliser of SplitMix64).
inline std::uint64_t mixBits(std::uint64_t key) {
    key = (key ^ (key >> 30)) * 0xbf58476d1ce4e5b9ULL;
    key = (key ^ (key >> 27)) * 0x94d049bb133111ebULL;
    return key ^ (key >> 31);
}

inline std::uint64_t pairKey(std::uint32_t high, std::uint32_t low) { return (std::uint64_t{high} << 32) | low; }

class HashIndex {
public:
    static constexpr std::uint32_t kAbsent = ~std::uint32_t{0};

    /// The id of the entry with this hash for which `equals(id)` holds, kAbsent when there is none.
    template <typename Equals>
    std::uint32_t find(std::uint64_t hash, Equals equals) const {
        if (slots_.empty())
            return kAbsent;
        for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
            const Slot& slot = slots_[at];
            if (slot.id == kAbsent)
                return kAbsent;
            if (slot.tag == tagOf(hash) && equals(slot.id))
                return slot.id;
        }
    }

    /// The same when equal hashes mean equal keys.
    std::uint32_t findExact(std::uint64_t hash) const {
        if (slots_.empty())
            return kAbsent;
        for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
            const Slot& slot = slots_[at];
            if (slot.id == kAbsent || (slot.tag == tagOf(hash) && slot.low == static_cast<std::uint32_t>(hash)))
                return slot.id;
        }
    }

    /// Adds an entry that is not there yet.
    void insert(std::uint64_t hash, std::uint32_t id) {
        if ((count_ + 1) * 4 > slots_.size() * 3)
            grow();
        place({hash, tagOf(hash), id});
        ++count_;
    }

    std::size_t size() const { return count_; }

private:
    struct Slot {
        std::uint32_t tag = 0, id = kAbsent, low = 0;
    };
    struct Entry {
        std::uint64_t hash;
        std::uint32_t tag, id;
    };

    static std::uint32_t tagOf(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
    std::size_t mask() const { return slots_.size() - 1; }

    void place(const Entry& entry) {
        std::size_t at = entry.hash & mask();
        while (slots_[at].id != kAbsent)
            at = (at + 1) & mask();
        slots_[at] = {entry.tag, entry.id, static_cast<std::uint32_t>(entry.hash)};
    }

    void grow() {
        std::vector<Slot> old(slots_.empty() ? 64 : slots_.size() * 2);
        old.swap(slots_);
        for (const Slot& slot : old)
            if (slot.id != kAbsent)
                place({(std::uint64_t{slot.tag} << 32) | slot.low, slot.tag, slot.id});
    }

    std::vector<Slot> slots_;
    std::size_t count_ = 0;
};

/// A set of 64-bit keys; ~0 is no key.
class KeySet {
public:
    /// True when the key was not there.
    bool insert(std::uint64_t key) {
        if ((count_ + 1) * 4 > slots_.size() * 3)
            grow();
        return place(key);
    }

private:
    static constexpr std::uint64_t kFree = ~std::uint64_t{0};

    bool place(std::uint64_t key) {
        std::size_t at = mixBits(key) & (slots_.size() - 1);
        for (; slots_[at] != kFree; at = (at + 1) & (slots_.size() - 1))
            if (slots_[at] == key)
                return false;
        slots_[at] = key;
        ++count_;
        return true;
    }

    void grow() {
        std::vector<std::uint64_t> old(slots_.empty() ? 64 : slots_.size() * 2, kFree);
        old.swap(slots_);
        count_ = 0;
        for (const std::uint64_t key : old)
            if (key != kFree)
                place(key);
    }

    std::vector<std::uint64_t> slots_;
    std::size_t count_ = 0;
};

/// A map from 64-bit keys to ids. Spreading the bits is a bijection, so that equal hashes mean equal keys.
class KeyMap {
public:
    std::uint32_t find(std::uint64_t key) const { return index_.findExact(mixBits(key)); }
    void insert(std::uint64_t key, std::uint32_t id) { index_.insert(mixBits(key), id); }

private:
    HashIndex index_;
};

} // namespace deadheat::link
