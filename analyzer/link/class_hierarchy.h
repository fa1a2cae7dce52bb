// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Who derives from whom, and which body a virtual call runs for a receiver of a known class.
#pragma once

#include "analyzer/link/ids.h"

#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace deadheat::link {

class ClassHierarchy {
public:
    explicit ClassHierarchy(const ir::Module& code);

    /// The function with this USR, kNoId when the program has none.
    FunctionId function(std::string_view usr) const;
    /// The record's definition; null when unknown.
    const ir::Record* record(std::string_view usr) const;
    /// The method and everything that overrides it, directly or not; sorted.
    const std::vector<FunctionId>& overriders(FunctionId method) const { return overridersOf(method).all; }
    /// What `method` called on an object of exactly this class runs; kNoId when the class has nothing to do with it.
    FunctionId dispatch(FunctionId method, std::string_view record) const;
    bool derivesFrom(std::string_view record, std::string_view base) const;

private:
    /// The record and its bases, nearest first.
    std::vector<std::string_view> withBases(std::string_view record) const;
    const ir::Module& code_;
    std::unordered_map<std::string_view, FunctionId> functions_;
    std::unordered_map<std::string_view, ir::Index> records_;
    std::vector<std::vector<FunctionId>> directOverriders_;
    struct Overriders {
        std::vector<FunctionId> all;
        std::unordered_map<std::string_view, FunctionId> byRecord;
    };
    const Overriders& overridersOf(FunctionId method) const;
    mutable std::unordered_map<FunctionId, Overriders> overriders_;
};

} // namespace deadheat::link
