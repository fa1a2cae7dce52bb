// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The last accesses to every eight bytes of shared memory that were touched, to find two from different processes that
// nothing orders. Races within a process are ThreadSanitizer's. As there, only a few accesses are remembered for each
// eight bytes: one that is covered by a newer one of its thread goes first, else the oldest.
#pragma once

#include "runtime/shm/happens_before.h"

namespace deadheat::shm {

struct Access {
    sched::ThreadId thread = 0;
    std::uint32_t time = 0;
    std::uint32_t evidence = 0; ///< the embedding's: where it was made
    std::uint16_t process = 0;
    std::uint8_t bytes = 0; ///< one bit for each
    bool write : 1 = false;
    bool atomic : 1 = false;
};

class Shadow {
public:
    /// Remembers an access to `size` bytes at `key`; fills `other` and returns true when an earlier one races with it.
    bool access(std::uint64_t key, std::uint64_t size, Access access, HappensBefore& order, Access& other);
    std::size_t cells() const { return cells_.size(); }
    void clear();

private:
    static constexpr std::size_t kRemembered = 6;
    static constexpr std::uint64_t kCellBytes = 8;

    struct Cell {
        Access accesses[kRemembered];
        std::uint32_t used = 0;
        std::uint32_t oldest = 0;
    };
    static_assert(sizeof(Cell) <= 128); // a size class of sched::allocate

    static bool conflict(const Access& a, const Access& b);
    static void remember(Cell& cell, const Access& access);
    bool accessCell(Cell& cell, const Access& access, HappensBefore& order, Access& other);

    sched::HashMap<Cell*> cells_;
};

} // namespace deadheat::shm
