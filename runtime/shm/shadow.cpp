// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/shm/shadow.h"

namespace deadheat::shm {

bool Shadow::conflict(const Access& a, const Access& b) {
    return a.process != b.process && (a.bytes & b.bytes) != 0 && (a.write || b.write) && !(a.atomic && b.atomic);
}

/// An old access of the same thread that the new one covers would find no race that the new one does not.
void Shadow::remember(Cell& cell, const Access& access) {
    for (std::size_t i = 0; i < cell.used; ++i) {
        Access& old = cell.accesses[i];
        const bool covered =
            (old.bytes & ~access.bytes) == 0 && (access.write || !old.write) && (!access.atomic || old.atomic);
        if (old.thread == access.thread && covered) {
            old = access;
            return;
        }
    }
    if (cell.used < kRemembered) {
        cell.accesses[cell.used++] = access;
        return;
    }
    cell.accesses[cell.oldest] = access;
    cell.oldest = (cell.oldest + 1) % kRemembered;
}

bool Shadow::accessCell(Cell& cell, const Access& access, HappensBefore& order, Access& other) {
    bool races = false;
    for (std::size_t i = 0; i < cell.used && !races; ++i) {
        const Access& old = cell.accesses[i];
        races = conflict(old, access) && !order.isBefore(old.thread, old.time, access.thread);
        if (races)
            other = old;
    }
    remember(cell, access);
    return races;
}

bool Shadow::access(std::uint64_t key, std::uint64_t size, Access access, HappensBefore& order, Access& other) {
    access.time = order.now(access.thread);
    bool races = false;
    for (std::uint64_t at = key; at < key + size;) {
        const std::uint64_t cellKey = at & ~(kCellBytes - 1);
        const std::uint64_t end = key + size < cellKey + kCellBytes ? key + size : cellKey + kCellBytes;
        access.bytes = static_cast<std::uint8_t>(((1u << (end - cellKey)) - 1) & ~((1u << (at - cellKey)) - 1));
        Cell*& cell = cells_[cellKey];
        if (!cell)
            cell = sched::create<Cell>();
        Access found;
        if (accessCell(*cell, access, order, found) && !races) {
            other = found;
            races = true;
        }
        at = end;
    }
    return races;
}

void Shadow::clear() {
    cells_.forEach([](std::uint64_t, Cell*& cell) { sched::destroy(cell); });
    cells_.clear();
}

} // namespace deadheat::shm
