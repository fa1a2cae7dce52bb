// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Map from a non-zero 64-bit key (an address, a thread handle) to a small value: open addressing, linear probing.
#pragma once

#include "runtime/sched/memory.h"

#include <cstddef>
#include <cstdint>

namespace deadheat::sched {

template <typename V>
class HashMap {
public:
    constexpr HashMap() = default;
    HashMap(const HashMap&) = delete;
    HashMap& operator=(const HashMap&) = delete;
    ~HashMap() { release(slots_, capacity_ * sizeof(Slot)); }

    V* find(std::uint64_t key) {
        if (capacity_ == 0)
            return nullptr;
        Slot& slot = slotFor(key);
        return slot.key == key ? &slot.value : nullptr;
    }

    V& operator[](std::uint64_t key) {
        if ((size_ + 1) * 2 > capacity_)
            grow();
        Slot& slot = slotFor(key);
        if (slot.key != key) {
            slot.key = key;
            slot.value = V{};
            ++size_;
        }
        return slot.value;
    }

    void erase(std::uint64_t key) {
        if (!find(key))
            return;
        std::size_t hole = static_cast<std::size_t>(&slotFor(key) - slots_);
        for (std::size_t i = next(hole); slots_[i].key; i = next(i))
            if (mayMove(slots_[i].key, hole, i)) {
                slots_[hole] = slots_[i];
                hole = i;
            }
        slots_[hole].key = 0;
        --size_;
    }

    std::size_t size() const { return size_; }
    void clear() {
        for (std::size_t i = 0; i < capacity_; ++i)
            slots_[i].key = 0;
        size_ = 0;
    }

    template <typename F>
    void forEach(F visit) {
        for (std::size_t i = 0; i < capacity_; ++i)
            if (slots_[i].key)
                visit(slots_[i].key, slots_[i].value);
    }

private:
    struct Slot {
        std::uint64_t key;
        V value;
    };

    std::size_t home(std::uint64_t key) const {
        return static_cast<std::size_t>((key * 0x9e3779b97f4a7c15ull) >> 17) & (capacity_ - 1);
    }
    std::size_t next(std::size_t index) const { return (index + 1) & (capacity_ - 1); }
    Slot& slotFor(std::uint64_t key) {
        std::size_t i = home(key);
        while (slots_[i].key && slots_[i].key != key)
            i = next(i);
        return slots_[i];
    }
    /// May the entry at `at` fill the hole without becoming unreachable from its home slot?
    bool mayMove(std::uint64_t key, std::size_t hole, std::size_t at) const {
        return ((at - home(key)) & (capacity_ - 1)) >= ((at - hole) & (capacity_ - 1));
    }
    void grow() {
        Slot* old = slots_;
        const std::size_t oldCapacity = capacity_;
        capacity_ = oldCapacity ? oldCapacity * 2 : 16;
        slots_ = static_cast<Slot*>(allocate(capacity_ * sizeof(Slot)));
        for (std::size_t i = 0; i < capacity_; ++i)
            slots_[i].key = 0;
        for (std::size_t i = 0; i < oldCapacity; ++i)
            if (old[i].key)
                slotFor(old[i].key) = old[i];
        release(old, oldCapacity * sizeof(Slot));
    }

    Slot* slots_ = nullptr;
    std::size_t capacity_ = 0;
    std::size_t size_ = 0;
};

} // namespace deadheat::sched
