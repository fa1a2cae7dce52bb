// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which objects an allocation makes: one per alloc instruction, or one per call of a function that returns a fresh object.
#pragma once

#include "analyzer/link/allocation_wrappers.h"
#include "analyzer/link/value_flow.h"

#include <map>

namespace deadheat::link {

class HeapObjects {
public:
    HeapObjects(const ir::Module& code, const TypeTable& types, const RecordTable& records, InclusionGraph& graph,
                ValueFlow& values);

    /// result = a fresh object.
    void allocate(InstrRef alloc);
    /// result = what the wrapper makes for this call. False when the callee is no wrapper.
    bool call(InstrRef site, FunctionId callee);

private:
    NodeId productOf(FunctionId wrapper, InstrRef root);
    LocationId objectOf(InstrRef site, InstrRef root);
    TypeId typeOf(InstrRef site, TypeId type);
    TypeId usedAs(FunctionId function, ir::Index local);
    void scanUses(FunctionId function);

    const ir::Module& code_;
    const TypeTable& types_;
    const RecordTable& records_;
    InclusionGraph& graph_;
    ValueFlow& values_;
    std::vector<ir::Index> functionOfSymbol_;
    AllocationWrappers wrappers_;
    std::map<std::pair<FunctionId, InstrRef>, NodeId> products_;
    std::map<std::pair<InstrRef, InstrRef>, LocationId> objects_;
    struct SharedObject {
        unsigned calls = 0;
        LocationId latest = kNoId;
    };
    std::map<std::pair<InstrRef, TypeId>, SharedObject> sharedObjects_; ///< by alloc instruction and type
    FunctionId scanned_ = kNoId;                                        ///< whose locals usedAs_ describes
    std::unordered_map<ir::Index, TypeId> usedAs_;
};

} // namespace deadheat::link
