// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/points_to.h"

#include "analyzer/link/closed_locals.h"
#include "analyzer/link/constraint_builder.h"
#include "analyzer/link/points_to_impl.h"

#include <algorithm>

namespace deadheat::link {

using ir::StepKind;
using ir::ValueKind;

PointsTo::Impl::Impl(const ir::Module& module)
    : code(module), types(module), records(module, types), table(module, types, records),
      graph(table, {[this](InclusionGraph::Watcher watcher, LocationId target) { calls.onPointee(watcher, target); },
                    [this](RecordId record) { return values.foreignLocation(record); },
                    [this](RecordId record) { return isDelivered(record) ? deliveries.at(record) : kNoId; }}),
      values(module, types, records, table, graph), heap(module, types, records, graph, values),
      calls(module, types, records, table, graph, values, heap), isEntry(module.functions.size()) {}

void PointsTo::Impl::settle() {
    do
        graph.solve();
    while (supplyContents());
}

void PointsTo::Impl::build() {
    addConstraints(code, values, heap, calls);
    closeLocals(code, table, graph);
    graph.substituteCopies();
    graph.solve();
    supplyParameters(false);
    graph.solve();
    for (ir::Index global = 0; global < code.globals.size(); ++global)
        supplyContentsOf(table.globalNode(global));
    do {
        do
            settle();
        while (calls.resolveUnknown());
    } while (supplyParameters(true));
    callIndex = CallIndex(calls.edges(), calls.bindings(), code.functions.size());
    callbacks = calls.unknownCallbacks();
    std::sort(callbacks.begin(), callbacks.end());
    callbacks.erase(std::unique(callbacks.begin(), callbacks.end()), callbacks.end());
}

PointsTo::PointsTo(const ir::Module& code) : impl_(std::make_unique<Impl>(code)) { impl_->build(); }
PointsTo::~PointsTo() = default;
PointsTo::PointsTo(PointsTo&&) noexcept = default;

// ---- places and values ---------------------------------------------------------------------------------------------

namespace {

void sortUnique(std::vector<LocationId>& locations) {
    std::sort(locations.begin(), locations.end());
    locations.erase(std::unique(locations.begin(), locations.end()), locations.end());
}

std::size_t nextDereference(std::span<const ir::Step> steps, std::size_t from) {
    while (from < steps.size() && steps[from].kind != StepKind::deref)
        ++from;
    return from;
}

} // namespace

std::vector<LocationId> PointsTo::locationsOf(FunctionId function, const ir::Place& place, std::size_t most) const {
    if (!place)
        return {};
    NodeId root =
        place.root == ir::RootKind::global ? globalLocation(place.index) : localLocation(function, place.index);
    const std::span<const ir::Step> steps = place.steps;
    std::size_t at = nextDereference(steps, 0);
    for (const ir::Step& step : steps.first(at))
        root = impl_->graph.partOf(root, step);
    std::vector<LocationId> current{root};
    while (at < steps.size()) {
        const std::size_t end = nextDereference(steps, at + 1);
        const ir::Place pointer{
            place.root, place.index, {steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(at)}};
        const ir::Step* next = end > at + 1 ? &steps[at + 1] : nullptr;
        const bool bytes = impl_->values.impliedCast(impl_->values.typeOf(function, pointer), next) == kNoId;
        current = impl_->dereference(current, steps.subspan(at + 1, end - at - 1), bytes, most);
        at = end;
    }
    return current;
}

std::vector<LocationId> PointsTo::Impl::dereference(std::span<const LocationId> pointers,
                                                    std::span<const ir::Step> steps, bool bytes, std::size_t most) {
    settle();
    std::vector<LocationId> result;
    for (const LocationId pointer : pointers) {
        const LocationSet targets = graph.pointees(graph.firstElement(pointer)); // a copy: parts may come into being
        if (targets.size() > most)
            return {};
        targets.forEach([&](LocationId target) {
            if (table.isAnything(target) || (!bytes && table.isBytes(target)))
                return;
            if (steps.empty())
                result.push_back(graph.firstElement(target));
            else if (const NodeId part = table.isMemory(target) ? graph.partAfterDereference(target, steps) : kNoId;
                     part != kNoId)
                result.push_back(part);
        });
        if (result.size() > most) {
            sortUnique(result);
            if (result.size() > most)
                return {};
        }
    }
    sortUnique(result);
    return result;
}

std::span<const LocationId> PointsTo::pointees(LocationId location) const {
    const LocationId first = impl_->graph.firstElement(location);
    impl_->settle();
    return impl_->listOf(impl_->graph.find(first));
}

std::span<const LocationId> PointsTo::copiedFrom(LocationId location) const {
    return impl_->graph.wholeSources(location);
}

std::span<const LocationId> PointsTo::Impl::listOf(NodeId node) {
    if (const std::uint32_t known = listOfNode.find(node); known != kNoId)
        return lists[known];
    std::vector<LocationId> members = graph.pointees(node).toVector();
    std::erase_if(members, [&](LocationId target) { return table.isAnything(target); });
    const std::uint64_t hash = graph.pointees(node).hash();
    std::uint32_t list = listOfSet.find(hash, [&](std::uint32_t id) { return members == lists[id]; });
    if (list == kNoId) {
        list = static_cast<std::uint32_t>(lists.size());
        lists.push_back(std::move(members));
        listOfSet.insert(hash, list);
    }
    listOfNode.insert(node, list);
    return lists[list];
}

std::vector<LocationId> PointsTo::pointeesOf(FunctionId function, const ir::Value& value, std::size_t most) const {
    if (value.kind == ValueKind::address)
        return locationsOf(function, value.place, most);
    if (value.kind == ValueKind::function || value.kind == ValueKind::method)
        return {impl_->values.functionLocation(value.symbol)};
    std::vector<LocationId> result;
    if (value.kind != ValueKind::load)
        return result;
    for (const LocationId location : locationsOf(function, value.place, most)) {
        const auto held = pointees(location);
        result.insert(result.end(), held.begin(), held.end());
        if (result.size() > most) {
            sortUnique(result);
            if (result.size() > most)
                return {};
        }
    }
    sortUnique(result);
    return result;
}

// ---- parts and objects ---------------------------------------------------------------------------------------------

LocationId PointsTo::firstElement(LocationId target) const { return impl_->graph.firstElement(target); }

LocationId PointsTo::field(LocationId whole, ir::Index field) const {
    const ir::Step step{StepKind::field, field};
    return impl_->table.isMemory(whole) ? impl_->graph.partAfterDereference(whole, {&step, 1}) : kNoId;
}

LocationId PointsTo::element(LocationId whole, std::int64_t index) const {
    const bool known = index >= 0 && index < kMaxConstantIndex;
    const ir::Step step{known ? StepKind::constant : StepKind::element, known ? static_cast<ir::Index>(index) : 0};
    return impl_->table.isMemory(whole) ? impl_->graph.partOf(whole, step) : whole;
}

std::vector<LocationId> PointsTo::membersWithin(LocationId whole, std::size_t most) const {
    const LocationTable& locations = impl_->table;
    std::vector<LocationId> members, work{whole};
    while (!work.empty()) {
        const LocationId parent = work.back();
        work.pop_back();
        for (LocationId part = locations.firstChild(parent); part != kNoId && members.size() < most;
             part = locations.nextSibling(part)) {
            work.push_back(part);
            if (!locations.isElement(part))
                members.push_back(part);
        }
    }
    return members;
}

LocationId PointsTo::anyElement(LocationId whole) const { return element(whole, -1); }
LocationId PointsTo::parent(LocationId part) const { return impl_->table.parent(part); }
ir::Step PointsTo::step(LocationId part) const { return impl_->table.step(part); }
LocationId PointsTo::member(LocationId part) const {
    while (parent(part) != kNoId && step(part).kind != ir::StepKind::field)
        part = parent(part);
    return part;
}
ObjectId PointsTo::objectOf(LocationId location) const { return impl_->table.objectOf(location); }
const Object& PointsTo::object(ObjectId object) const { return impl_->table.object(object); }
LocationId PointsTo::wholeObject(ObjectId object) const { return impl_->table.wholeObject(object); }
LocationId PointsTo::globalLocation(ir::Index global) const { return impl_->table.globalNode(global); }
LocationId PointsTo::localLocation(FunctionId function, ir::Index local) const {
    return impl_->table.localNode(function, local);
}
std::size_t PointsTo::locationCount() const { return impl_->table.size(); }

std::span<const FunctionId> PointsTo::targets(InstrRef instr) const { return impl_->callIndex.targets(instr); }
std::span<const InstrRef> PointsTo::callersOf(FunctionId function) const { return impl_->callIndex.callers(function); }
std::span<const UnknownCallback> PointsTo::callbacksToUnknown() const { return impl_->callbacks; }

} // namespace deadheat::link
