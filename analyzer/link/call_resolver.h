// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Decides which functions call-like instructions run, as the points-to sets grow, and binds operands to parameters.
#pragma once

#include "analyzer/link/call_index.h"
#include "analyzer/link/class_hierarchy.h"
#include "analyzer/link/heap_objects.h"

namespace deadheat::link {

/// An operand in the function that evaluates it (a bound operand belongs to the `bind` instruction's function).
struct Argument {
    FunctionId function = kNoId;
    const ir::Value* value = nullptr;
};

class CallResolver {
public:
    CallResolver(const ir::Module& code, const TypeTable& types, const RecordTable& records, LocationTable& table,
                 InclusionGraph& graph, ValueFlow& values, HeapObjects& heap);

    /// Instructions that call a function by its symbol, virtually, or through a value; `callable` is the operand's index.
    void addCall(InstrRef site, const ir::Instr& instr);
    void addCallThrough(InstrRef site, const ir::Instr& instr, std::size_t callable, bool usesResult);
    void addBind(InstrRef site, const ir::Instr& instr);
    /// What is started ends with its value in `threadResults`.
    void addStart(InstrRef site, const ir::Instr& instr);
    /// Holds what any thread returns: threads are not told apart here.
    NodeId threadResults() const { return threadResults_; }

    /// A watched callable or receiver may be `target`.
    void onPointee(InclusionGraph::Watcher watcher, LocationId target);
    /// Virtual calls whose receivers nobody knows run every overrider; calls through unknown values return foreign objects.
    /// True when there were some.
    bool resolveUnknown();

    bool isCalled(FunctionId function) const { return called_[function]; }
    bool isAddressTaken(FunctionId function) const { return addressTaken_[function]; }
    /// (instruction, function) pairs and callbacks in the order of discovery; `bindings` are those of bind instructions.
    const std::vector<CallEdge>& edges() const { return edges_; }
    const std::vector<CallEdge>& bindings() const { return bindings_; }
    const std::vector<UnknownCallback>& unknownCallbacks() const { return unknownCallbacks_; }

private:
    enum class Kind : std::uint8_t { named, throughValue, virtual_, bound, escaped };
    struct Site {
        InstrRef origin;
        Kind kind;
        FunctionId method = kNoId; ///< virtual_: what is called statically
        NodeId watched = kNoId;
        const ir::Place* result = nullptr;
        std::vector<Argument> arguments{};
        bool resolved = false;
        bool isStart = false;
    };

    std::uint32_t addSite(Site site);
    void returnForeign(InstrRef site, FunctionId declaration);
    void runAllOverriders(std::uint32_t site);
    void callExternal(InstrRef site, const ir::Instr& instr, FunctionId declaration);
    void resolveCallable(std::uint32_t site, LocationId target);
    void resolveBound(std::uint32_t site, LocationId bound);
    bool takesArguments(const Site& site, FunctionId callee) const;
    void resolveFunction(std::uint32_t site, ir::Index symbol);
    void dispatchOn(std::uint32_t site, LocationId receiver);
    /// `receiver`: the location that `this` points to; kNoId: argument 0 tells.
    void run(std::uint32_t site, FunctionId callee, LocationId receiver);
    void record(const Site& site, FunctionId callee);
    void bindArguments(const Site& site, FunctionId callee, bool hasReceiver);
    void bindToAnyParameter(const Site& site, FunctionId callee);
    void bindArgument(FunctionId callee, ir::Index local, const Argument& argument);
    bool hasBody(FunctionId function) const;

    const ir::Module& code_;
    const TypeTable& types_;
    const RecordTable& records_;
    LocationTable& table_;
    InclusionGraph& graph_;
    ValueFlow& values_;
    HeapObjects& heap_;
    NodeId threadResults_;
    ClassHierarchy hierarchy_;
    std::vector<ir::Index> functionOfSymbol_;
    std::vector<Site> sites_;
    std::vector<bool> called_, addressTaken_;
    std::vector<CallEdge> edges_, bindings_;
    std::vector<UnknownCallback> unknownCallbacks_;
    KeySet bound_;   ///< (site, function): arguments are bound
    KeySet chained_; ///< (site, location): a bound callable or a method pointer that is followed
};

} // namespace deadheat::link
