// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/points_to.h"

#include "analyzer/link/call_index.h"
#include "analyzer/link/closed_locals.h"
#include "analyzer/link/constraint_builder.h"

#include <algorithm>
#include <deque>
#include <fmt/format.h>

namespace deadheat::link {

using ir::StepKind;
using ir::ValueKind;

struct PointsTo::Impl {
    explicit Impl(const ir::Module& module)
        : code(module), types(module), records(module, types), table(module, types, records),
          graph(table, [this](InclusionGraph::Watcher watcher, LocationId target) { calls.onPointee(watcher, target); }),
          values(module, types, records, table, graph), heap(module, types, records, graph, values),
          calls(module, types, records, table, graph, values, heap) {}

    void build();
    bool supplyForeignParameters(bool alsoReachable);
    bool supplyForeignContents();
    bool supplyForeignContents(NodeId node);
    RecordId foreignPointee(NodeId node) const;
    void settle();

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
    std::vector<LocationId> dereference(std::span<const LocationId> pointers, std::span<const ir::Step> steps);

    std::deque<std::vector<LocationId>> lists; ///< sets handed out
    HashIndex listOfSet;
    KeyMap listOfNode;
    std::vector<bool> isEntry;     ///< by function: its parameters are foreign
    std::size_t externalDone = 0;  ///< parts looked at by supplyForeignContents
};

// ---- what unknown code provides ------------------------------------------------------------------------------------
// These rules ask whether a set is empty, which only grows false as the solution grows. Each is applied when everything before it
// has been propagated, in a fixed order, so the result is deterministic.

/// Functions that nobody calls get foreign objects; first those that no value leads to, later the others.
bool PointsTo::Impl::supplyForeignParameters(bool alsoReachable) {
    bool any = false;
    for (FunctionId id = 0; id < code.functions.size(); ++id) {
        const ir::Function& function = code.functions[id];
        if (isEntry[id] || function.isMain || calls.isCalled(id) || function.blocks.empty())
            continue;
        if (!alsoReachable && (function.isVirtual || function.isLambda || calls.isAddressTaken(id)))
            continue;
        isEntry[id] = any = true;
        const ir::Index formals = function.parameters + (function.thisLocal() ? 1 : 0);
        for (ir::Index local = 0; local < formals; ++local) {
            RecordId record = records.ofPointee(function.locals[local].type);
            if (local == 0 && function.thisLocal() && !function.record.empty())
                record = records.find(function.record);
            if (record != kNoId)
                graph.addPointee(table.localNode(id, local), values.foreignLocation(record));
        }
    }
    return any;
}

/// The record of what a pointer in unknown memory may point to; kNoId: it is no pointer to a record.
RecordId PointsTo::Impl::foreignPointee(NodeId node) const {
    return records.ofPointee(table.typeOf(node));
}

bool PointsTo::Impl::supplyForeignContents(NodeId node) {
    if (!graph.pointees(node).empty())
        return false;
    const RecordId record = foreignPointee(node);
    if (record != kNoId)
        graph.addPointee(node, values.foreignLocation(record));
    return record != kNoId;
}

/// A pointer in a foreign object or a global that nobody stores to was set by unknown code.
bool PointsTo::Impl::supplyForeignContents() {
    bool any = false;
    const auto& parts = graph.createdParts();
    for (; externalDone < parts.size(); ++externalDone) {
        const NodeId node = parts[externalDone];
        if (table.objectOf(node) == kNoId)
            continue;
        const ObjectKind kind = table.object(table.objectOf(node)).kind;
        if (kind == ObjectKind::foreign || kind == ObjectKind::global)
            any |= supplyForeignContents(node);
    }
    return any;
}

/// Propagates, and lets unknown code fill what is still empty.
void PointsTo::Impl::settle() {
    do
        graph.solve();
    while (supplyForeignContents());
}

void PointsTo::Impl::build() {
    isEntry.resize(code.functions.size());
    addConstraints(code, values, heap, calls);
    closeLocals(code, table, graph);
    graph.substituteCopies();
    graph.solve();
    supplyForeignParameters(false);
    graph.solve();
    for (ir::Index global = 0; global < code.globals.size(); ++global)
        supplyForeignContents(table.globalNode(global));
    do {
        do
            settle();
        while (calls.resolveUnknown());
    } while (supplyForeignParameters(true));
    callIndex = CallIndex(calls.edges(), calls.bindings(), code.functions.size());
    callbacks = calls.unknownCallbacks();
    std::sort(callbacks.begin(), callbacks.end());
    callbacks.erase(std::unique(callbacks.begin(), callbacks.end()), callbacks.end());
}

// ---- queries -------------------------------------------------------------------------------------------------------

PointsTo::PointsTo(const ir::Module& code) : impl_(std::make_unique<Impl>(code)) { impl_->build(); }
PointsTo::~PointsTo() = default;
PointsTo::PointsTo(PointsTo&&) noexcept = default;

namespace {

void sortUnique(std::vector<LocationId>& locations) {
    std::sort(locations.begin(), locations.end());
    locations.erase(std::unique(locations.begin(), locations.end()), locations.end());
}

} // namespace

std::vector<LocationId> PointsTo::locationsOf(FunctionId function, const ir::Place& place) const {
    if (!place)
        return {};
    NodeId root = place.root == ir::RootKind::global ? globalLocation(place.index) : localLocation(function, place.index);
    const std::span<const ir::Step> steps = place.steps;
    std::size_t at = 0;
    for (; at < steps.size() && steps[at].kind != StepKind::deref; ++at)
        root = impl_->graph.partOf(root, steps[at]);
    std::vector<LocationId> current{root};
    while (at < steps.size()) {
        std::size_t end = at + 1;
        while (end < steps.size() && steps[end].kind != StepKind::deref)
            ++end;
        current = impl_->dereference(current, steps.subspan(at + 1, end - at - 1));
        at = end;
    }
    return current;
}

/// The parts that `steps` lead to from what the pointers at `pointers` point to.
std::vector<LocationId> PointsTo::Impl::dereference(std::span<const LocationId> pointers, std::span<const ir::Step> steps) {
    settle();
    std::vector<LocationId> result;
    for (const LocationId pointer : pointers) {
        const LocationSet targets = graph.pointees(graph.firstElement(pointer));
        targets.forEach([&](LocationId target) {
            if (steps.empty())
                result.push_back(graph.firstElement(target));
            else if (const NodeId part = table.isMemory(target) ? graph.partAfterDereference(target, steps) : kNoId; part != kNoId)
                result.push_back(part);
        });
    }
    sortUnique(result);
    return result;
}

/// Sets are handed out as lists that live as long as the analysis; equal sets share one.
std::span<const LocationId> PointsTo::pointees(LocationId location) const {
    const LocationId first = impl_->graph.firstElement(location);
    impl_->settle();
    const NodeId node = impl_->graph.find(first);
    if (const std::uint32_t known = impl_->listOfNode.find(node); known != kNoId)
        return impl_->lists[known];
    const LocationSet& set = impl_->graph.pointees(node);
    const std::uint64_t hash = set.hash();
    std::uint32_t list = impl_->listOfSet.find(hash, [&](std::uint32_t id) { return set.toVector() == impl_->lists[id]; });
    if (list == kNoId) {
        list = static_cast<std::uint32_t>(impl_->lists.size());
        impl_->lists.push_back(set.toVector());
        impl_->listOfSet.insert(hash, list);
    }
    impl_->listOfNode.insert(node, list);
    return impl_->lists[list];
}

std::vector<LocationId> PointsTo::pointeesOf(FunctionId function, const ir::Value& value) const {
    if (value.kind == ValueKind::address)
        return locationsOf(function, value.place);
    if (value.kind == ValueKind::function || value.kind == ValueKind::method)
        return {impl_->values.functionLocation(value.symbol)};
    std::vector<LocationId> result;
    if (value.kind != ValueKind::load)
        return result;
    for (const LocationId location : locationsOf(function, value.place)) {
        const auto held = pointees(location);
        result.insert(result.end(), held.begin(), held.end());
    }
    sortUnique(result);
    return result;
}

LocationId PointsTo::field(LocationId whole, ir::Index field) const {
    const ir::Step step{StepKind::field, field};
    return impl_->table.isMemory(whole) ? impl_->graph.partAfterDereference(whole, {&step, 1}) : kNoId;
}
LocationId PointsTo::element(LocationId whole, std::int64_t index) const {
    const bool known = index >= 0 && index < kMaxConstantIndex;
    const ir::Step step{known ? StepKind::constant : StepKind::element, known ? static_cast<ir::Index>(index) : 0};
    return impl_->table.isMemory(whole) ? impl_->graph.partAfterDereference(whole, {&step, 1}) : whole;
}
LocationId PointsTo::anyElement(LocationId whole) const { return element(whole, -1); }
LocationId PointsTo::parent(LocationId part) const { return impl_->table.parent(part); }
ir::Step PointsTo::step(LocationId part) const { return impl_->table.step(part); }
ObjectId PointsTo::objectOf(LocationId location) const { return impl_->table.objectOf(location); }
std::size_t PointsTo::locationCount() const { return impl_->table.size(); }
const Object& PointsTo::object(ObjectId object) const { return impl_->table.object(object); }
LocationId PointsTo::wholeObject(ObjectId object) const { return impl_->table.wholeObject(object); }
LocationId PointsTo::globalLocation(ir::Index global) const { return impl_->table.globalNode(global); }
LocationId PointsTo::localLocation(FunctionId function, ir::Index local) const {
    return impl_->table.localNode(function, local);
}
std::span<const FunctionId> PointsTo::targets(InstrRef instr) const { return impl_->callIndex.targets(instr); }
std::span<const InstrRef> PointsTo::callersOf(FunctionId function) const { return impl_->callIndex.callers(function); }
std::span<const UnknownCallback> PointsTo::callbacksToUnknown() const { return impl_->callbacks; }

// ---- names ---------------------------------------------------------------------------------------------------------

namespace {

std::string describePlace(const ir::Module& code, InstrRef site) {
    const ir::Range& range = instrAt(code, site).range;
    if (range.file == ir::kNone)
        return fmt::format("{}:{}:{}", code.functions[site.function].name, site.block, site.instr);
    return fmt::format("{}:{}", code.files[range.file], range.line);
}

std::string describeObject(const ir::Module& code, const Object& object) {
    switch (object.kind) {
    case ObjectKind::global:
        return code.globals[object.index].name;
    case ObjectKind::local:
        return code.functions[object.index].name + "::" + code.functions[object.index].locals[object.sub].name;
    case ObjectKind::heap:
        return "heap@" + describePlace(code, object.site);
    case ObjectKind::function:
        return "function " + code.symbols[object.index];
    case ObjectKind::thread:
        return "thread@" + describePlace(code, object.site);
    case ObjectKind::bound:
        return "bound@" + describePlace(code, object.site);
    case ObjectKind::foreign:
        break;
    }
    return "foreign " + object.record;
}

} // namespace

std::string PointsTo::describe(LocationId location) const {
    const LocationTable& table = impl_->table;
    std::string steps;
    for (; table.parent(location) != kNoId; location = table.parent(location)) {
        const ir::Step step = table.step(location);
        if (step.kind == StepKind::field)
            steps.insert(0, "." + impl_->code.fields[step.index].name);
        else
            steps.insert(0, step.kind == StepKind::constant ? fmt::format("[{}]", step.index) : "[*]");
    }
    return describeObject(impl_->code, object(objectOf(location))) + steps;
}

} // namespace deadheat::link
