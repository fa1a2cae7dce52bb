// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What stands behind PointsTo; included by its parts only.
#pragma once

#include "analyzer/link/call_resolver.h"
#include "analyzer/link/points_to.h"

#include <deque>
#include <map>

namespace deadheat::link {

struct PointsTo::Impl {
    explicit Impl(const ir::Module& module);

    void build();
    /// Propagates what is new, and lets unknown code fill what is still empty.
    void settle();

    // What unknown code provides (foreign_code.cpp).
    bool supplyParameters(bool alsoReachable);
    void supplyParametersOf(FunctionId function);
    void takeDeliveries(FunctionId function);
    LocationId deliveryOf(RecordId record, TypeId pointer);
    bool isDelivered(RecordId record);
    bool supplyContents();
    bool supplyContentsOf(NodeId node);
    bool supply(NodeId pointer, TypeId type);
    void supplyObject(NodeId pointer, RecordId record);

    /// The parts that `steps` lead to from what the pointers at `pointers` point to; `bytes`: also in raw memory.
    std::vector<LocationId> dereference(std::span<const LocationId> pointers, std::span<const ir::Step> steps,
                                        bool bytes, std::size_t most);
    std::span<const LocationId> listOf(NodeId node);

    const ir::Module& code;
    TypeTable types;
    RecordTable records;
    LocationTable table;
    InclusionGraph graph;
    ValueFlow values;
    HeapObjects heap;
    CallResolver calls;
    CallIndex callIndex;
    std::vector<UnknownCallback> callbacks;
    std::vector<bool> isEntry; ///< by function: nobody known calls it
    std::map<RecordId, LocationId> deliveries;
    std::size_t partsSupplied = 0;             ///< createdParts that supplyContents has looked at
    std::deque<std::vector<LocationId>> lists; ///< sets handed out; equal sets share one
    HashIndex listOfSet;
    KeyMap listOfNode;
};

} // namespace deadheat::link
