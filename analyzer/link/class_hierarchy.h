// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which body a virtual call runs, for a receiver of a known class and for any.
#pragma once

#include "analyzer/link/record_table.h"

namespace deadheat::link {

class ClassHierarchy {
public:
    ClassHierarchy(const ir::Module& code, const RecordTable& records);

    /// The function with this USR, kNoId when the program has none.
    FunctionId function(std::string_view usr) const;
    /// The class of a method.
    RecordId classOf(FunctionId method) const { return records_.find(code_.functions[method].record); }
    /// The method and everything that overrides it, directly or not; sorted.
    const std::vector<FunctionId>& overriders(FunctionId method) const { return overridersOf(method).all; }
    /// What `method` called on an object of exactly this class runs; kNoId when the class has nothing to do with it.
    FunctionId dispatch(FunctionId method, RecordId record) const;
    /// operator() of a callable class, kNoId when it has none.
    FunctionId callOperator(RecordId record) const;

private:
    struct Overriders {
        std::vector<FunctionId> all;
        std::unordered_map<RecordId, FunctionId> byRecord; ///< grows with the classes asked for
    };
    Overriders& overridersOf(FunctionId method) const;

    const ir::Module& code_;
    const RecordTable& records_;
    std::unordered_map<std::string_view, FunctionId> functions_;
    std::vector<std::vector<FunctionId>> directOverriders_;
    mutable std::unordered_map<FunctionId, Overriders> overriders_;
};

} // namespace deadheat::link
