// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/program.h"

#include <algorithm>
#include <unordered_set>

namespace deadheat::link {

namespace {

InstrRef instructionOf(const ir::Module& code, FunctionId function, std::uint32_t serial) {
    std::uint32_t wanted = instructionOfSerial(serial);
    const ir::Function& f = code.functions[function];
    for (ir::Index b = 0; b < f.blocks.size(); ++b) {
        if (wanted < f.blocks[b].instrs.size())
            return {function, b, wanted};
        wanted -= f.blocks[b].instrs.size();
    }
    return {};
}

} // namespace

SetId& ExprLocations::known(FunctionId function, ExprId address) {
    if (p_.exprs->mentionsParameter(address))
        return scoped_.try_emplace(std::uint64_t{function} << 32 | address, kNoId).first->second;
    if (absolute_.size() <= address)
        absolute_.resize(p_.exprs->size(), kNoId);
    return absolute_[address];
}

const std::vector<LocationId>& ExprLocations::of(FunctionId function, ExprId address) {
    if (SetId& set = known(function, address); set == kNoId)
        set = kEmptySet; // a value that depends on itself adds nothing
    else
        return sets_[set];
    const SetId result = sets_.intern(compute(function, address));
    known(function, address) = result;
    return sets_[result];
}

std::vector<LocationId> ExprLocations::compute(FunctionId function, ExprId address) {
    const PointsTo& pointsTo = *p_.pointsTo;
    const Expr e = (*p_.exprs)[address];
    switch (e.kind) {
    case ExprKind::parameter: return pointeesOf({pointsTo.localLocation(function, e.a)});
    case ExprKind::global: return {pointsTo.globalLocation(e.a)};
    case ExprKind::local: return {pointsTo.localLocation(e.a, e.b)};
    case ExprKind::phi: return pointeesOf(of(e.a, e.c));
    case ExprKind::allocation:
    case ExprKind::result: {
        std::vector<LocationId> results;
        if (const InstrRef at = instructionOf(p_.code, e.a, e.b); at && p_.instr(at).result)
            results = pointeesOf(pointsTo.locationsOf(e.a, p_.instr(at).result));
        const auto imported = results.empty() ? imported_.find(address) : imported_.end();
        return imported == imported_.end() ? results : of(imported->second.first, imported->second.second);
    }
    case ExprKind::field:
    case ExprKind::element:
    case ExprKind::load:
    case ExprKind::outer: return step(e, of(function, e.a));
    default: return {};
    }
}

std::vector<LocationId> ExprLocations::pointeesOf(const std::vector<LocationId>& holders) const {
    std::vector<LocationId> result;
    std::unordered_set<const LocationId*> seen; // holders that point to the same share one list
    for (LocationId holder : holders)
        if (const std::span<const LocationId> targets = p_.pointsTo->pointees(holder);
            seen.insert(targets.data()).second)
            result.insert(result.end(), targets.begin(), targets.end());
    if (seen.size() > 1) {
        std::ranges::sort(result);
        const auto repeated = std::ranges::unique(result);
        result.erase(repeated.begin(), repeated.end());
    }
    return result.size() > kMostTargets ? std::vector<LocationId>{} : result;
}

/// From the address `e.a`, which may denote `bases`, to `e`.
std::vector<LocationId> ExprLocations::step(const Expr& e, const std::vector<LocationId>& bases) const {
    if (e.kind == ExprKind::load)
        return pointeesOf(bases);
    const PointsTo& pointsTo = *p_.pointsTo;
    std::vector<LocationId> result;
    for (LocationId base : bases) {
        LocationId target = kNoId;
        if (e.kind == ExprKind::field)
            target = pointsTo.field(base, e.b);
        else if (e.kind == ExprKind::element)
            target = e.b != kAnyElement && p_.exprs->isNumber(e.b) ? pointsTo.element(base, p_.exprs->numberOf(e.b))
                                                                   : pointsTo.anyElement(base);
        else if (pointsTo.step(base) == ir::Step{ir::StepKind::field, e.b})
            target = pointsTo.parent(base);
        if (target != kNoId)
            insert(result, target);
    }
    return result;
}

std::vector<LocationId> ExprLocations::in(const Context& context, ExprId address, std::size_t most) {
    if (isBound(context, address)) {
        const Expr& root = (*p_.exprs)[p_.exprs->root(address)];
        std::vector<LocationId> locations = bound(context.targets[root.a], address);
        return locations.size() > most ? std::vector<LocationId>{} : locations;
    }
    const std::vector<LocationId>& locations = of(context.function, address);
    return locations.size() > most ? std::vector<LocationId>{} : locations;
}

bool ExprLocations::isBound(const Context& context, ExprId address) const {
    const Expr& root = (*p_.exprs)[p_.exprs->root(address)];
    return root.kind == ExprKind::parameter && root.a < context.targets.size() && !context.targets[root.a].empty();
}

std::vector<LocationId> ExprLocations::bound(const std::vector<LocationId>& targets, ExprId address) const {
    const Expr& e = (*p_.exprs)[address];
    return e.kind == ExprKind::parameter ? targets : step(e, bound(targets, e.a));
}

} // namespace deadheat::link
