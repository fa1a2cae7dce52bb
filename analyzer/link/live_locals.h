// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "analyzer/ir/ir.h"

#include <cstdint>
#include <vector>

namespace deadheat::link {

/// Backward data flow over one function: which locals may still be read from the entry of a block on. Locals whose address is
/// taken count as always read. What is known of the others can be dropped, which keeps the states of long functions small.
class LiveLocals {
public:
    explicit LiveLocals(const ir::Function& function);

    bool isLive(ir::Index block, ir::Index local) const { return entries_[block].has(local); }

private:
    struct Set {
        std::vector<std::uint64_t> words;

        explicit Set(std::size_t locals) : words((locals + 63) / 64) {}
        bool has(ir::Index local) const { return words[local / 64] >> (local % 64) & 1; }
        void add(ir::Index local) { words[local / 64] |= bit(local); }
        void remove(ir::Index local) { words[local / 64] &= ~bit(local); }
        void addAll(const Set& other);
        bool operator==(const Set&) const = default;
        static std::uint64_t bit(ir::Index local) { return std::uint64_t{1} << (local % 64); }
    };

    void findAlwaysLive();
    void solve();

    Set before(const ir::Block& block, Set live) const;
    void read(const ir::Value& value, Set& live) const;
    void readIndices(const ir::Place& place, Set& live) const;

    const ir::Function& function_;
    Set always_;
    std::vector<Set> entries_;
};

} // namespace deadheat::link
