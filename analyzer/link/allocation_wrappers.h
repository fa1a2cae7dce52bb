// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions that return a fresh object: `xmalloc`, `connection_new`, factories. Their callers each get an object of their own,
// so that `a = account_new(); b = account_new();` are two accounts with two locks.
#pragma once

#include "analyzer/link/ids.h"

#include <optional>
#include <span>
#include <unordered_set>
#include <vector>

namespace deadheat::link {

/// A wrapper's result is nothing but what some `alloc` instructions (in it or in wrappers that it calls) make, or null.
class AllocationWrappers {
public:
    AllocationWrappers(const ir::Module& code, std::span<const ir::Index> functionOfSymbol);

    /// The alloc instructions behind the function's result; empty: it is no wrapper.
    std::span<const InstrRef> roots(FunctionId function) const { return roots_[function]; }
    /// Where in the object the result points to: behind a header, `return (long*)block + 1`. Nothing: to its beginning.
    const std::optional<ir::Step>& offset(FunctionId function) const { return offsets_[function]; }
    /// Whether what the alloc or call instruction makes is what its wrapper returns.
    bool feedsResult(InstrRef instr) const { return feeding_.contains(instr); }
    /// Whether the instruction's result is nothing but what such instructions make, and they make something.
    bool makesFresh(InstrRef instr) const;
    /// Whether the program may call the wrapper other than by name, or does not call it at all.
    bool hasUnknownCallers(FunctionId function) const { return !calledByName_[function] || mentioned_[function]; }

private:
    struct Search;
    void scanUses();
    void classify(FunctionId function);
    FunctionId calleeOf(const ir::Instr& instr) const;
    bool isUnsetHook(const ir::Instr& instr) const;

    const ir::Module& code_;
    std::span<const ir::Index> functionOfSymbol_;
    std::vector<std::vector<InstrRef>> roots_;
    std::vector<std::optional<ir::Step>> offsets_;
    std::unordered_set<InstrRef, InstrRefHash> feeding_;
    std::vector<bool> calledByName_, mentioned_;
    std::unordered_set<ir::Index> setHooks_; ///< globals that hold a function of the program
};

} // namespace deadheat::link
