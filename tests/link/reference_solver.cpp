// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/link/reference_solver.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <tuple>

namespace deadheat::link {

using ir::StepKind;

namespace {

ir::Step canonical(ir::Step step) {
    if (step.kind == StepKind::variable || step.kind == StepKind::element)
        return {StepKind::element, 0};
    return step;
}

/// Whether the steps may name the same part.
bool overlap(const ir::Step& a, const ir::Step& b) {
    const bool areElements = a.kind != StepKind::field && b.kind != StepKind::field;
    return a == b || (areElements && (a.kind == StepKind::element || b.kind == StepKind::element));
}

} // namespace

bool ReferenceSolver::Location::operator<(const Location& other) const {
    const auto key = [](const Location& at) {
        std::vector<std::pair<int, ir::Index>> path;
        for (const ir::Step& step : at.steps)
            path.emplace_back(static_cast<int>(step.kind), step.index);
        return std::pair(at.object, path);
    };
    return key(*this) < key(other);
}

ReferenceSolver::ReferenceSolver(const ir::Module& code, Arrays arrays) : code_(code), arrays_(arrays) {
    for (const ir::Global& global : code.globals)
        types_[global.name] = global.type;
    for (const ir::Function& function : code.functions)
        for (const ir::Local& each : function.locals)
            types_[function.name + "::" + each.name] = each.type;
    do {
        grew_ = false;
        for (ir::Index id = 0; id < code.functions.size(); ++id)
            for (const ir::Block& block : code.functions[id].blocks)
                for (const ir::Instr& instr : block.instrs)
                    apply(id, instr);
    } while (grew_);
}

void ReferenceSolver::apply(ir::Index function, const ir::Instr& instr) {
    if (instr.op == ir::Op::copy)
        copy(denoted(function, instr.result), isPointer(function, instr.result), function, instr.operands[0]);
    if (instr.op == ir::Op::alloc) {
        const std::string object = fmt::format("heap@{}:{}", code_.files[instr.range.file], instr.range.line);
        types_[object] = instr.type;
        for (const Location& to : denoted(function, instr.result))
            put(to, {object, {}});
    }
    if (instr.op != ir::Op::call)
        return;
    for (ir::Index callee = 0; callee < code_.functions.size(); ++callee) {
        if (code_.functions[callee].usr != code_.symbols[instr.symbol])
            continue;
        for (ir::Index i = 0; i < instr.operands.size(); ++i)
            copy({local(callee, i)}, true, function, instr.operands[i]);
        if (instr.result)
            for (const Location& to : denoted(function, instr.result))
                copyLocation(to, local(callee, code_.functions[callee].returnLocal), true);
    }
}

void ReferenceSolver::copy(const Locations& to, bool toPointer, ir::Index function, const ir::Value& value) {
    if (value.kind != ir::ValueKind::load && value.kind != ir::ValueKind::address)
        return;
    const Locations from = denoted(function, value.place);
    for (const Location& target : to)
        for (const Location& source : from)
            if (value.kind == ir::ValueKind::load)
                copyLocation(target, source, toPointer);
            else
                put(target, source);
}

/// The location, and all that lies in it unless it is just a pointer.
void ReferenceSolver::copyLocation(const Location& to, const Location& from, bool toPointer) {
    std::vector<std::pair<Location, Locations>> copied;
    for (auto at = stored_.lower_bound({from.object, {}}); at != stored_.end() && at->first.object == from.object;
         ++at) {
        const std::vector<ir::Step>& steps = at->first.steps;
        if (steps.size() < from.steps.size() || (toPointer && steps.size() > from.steps.size()) ||
            !std::equal(from.steps.begin(), from.steps.end(), steps.begin(), overlap))
            continue;
        Location target = to;
        for (std::size_t i = from.steps.size(); i < steps.size(); ++i) {
            const bool isElement = steps[i].kind != StepKind::field;
            target.steps.push_back(isElement && arrays_ == Arrays::smeared ? ir::Step{StepKind::element, 0} : steps[i]);
        }
        copied.emplace_back(std::move(target), at->second);
    }
    for (const auto& [target, values] : copied)
        for (const Location& value : values)
            put(target, value);
}

bool ReferenceSolver::isPointer(ir::Index function, const ir::Place& place) const {
    const bool isRoot = place.steps.empty();
    if (!isRoot && place.steps.back().kind != StepKind::field)
        return false;
    const ir::Index type = !isRoot                              ? code_.fields[place.steps.back().index].type
                           : place.root == ir::RootKind::global ? code_.globals[place.index].type
                                                                : code_.functions[function].locals[place.index].type;
    return code_.types[type].kind == ir::TypeKind::pointer;
}

void ReferenceSolver::put(const Location& at, const Location& value) { grew_ |= stored_[at].insert(value).second; }

ReferenceSolver::Locations ReferenceSolver::contents(const Location& at) const {
    Locations result;
    for (const auto& [other, values] : stored_)
        if (other.object == at.object && std::ranges::equal(other.steps, at.steps, overlap))
            result.insert(values.begin(), values.end());
    return result;
}

ReferenceSolver::Locations ReferenceSolver::denoted(ir::Index function, const ir::Place& place) const {
    Location root = place.root == ir::RootKind::global ? Location{code_.globals[place.index].name, {}}
                                                       : local(function, place.index);
    Locations current{root};
    for (std::size_t i = 0; i < place.steps.size(); ++i) {
        Locations next;
        const bool isLast = i + 1 == place.steps.size() || place.steps[i + 1].kind == StepKind::deref;
        if (place.steps[i].kind == StepKind::deref)
            next = dereferenced(current, isLast, isLast ? ir::Step{} : place.steps[i + 1]);
        else if (place.steps[i].kind == StepKind::field)
            next = withField(current, place.steps[i]);
        else
            for (const Location& at : current)
                next.insert(indexed(at, canonical(place.steps[i])));
        current = std::move(next);
    }
    return current;
}

/// What the pointers lead to: the first element of arrays, unless they are indexed next.
ReferenceSolver::Locations ReferenceSolver::dereferenced(const Locations& pointers, bool isLast,
                                                         const ir::Step& next) const {
    Locations result;
    for (const Location& pointer : pointers)
        for (Location target : contents(pointer)) {
            if ((isLast || next.kind == StepKind::field) && isArray(target))
                target.steps.push_back({StepKind::constant, 0});
            result.insert(target);
        }
    return result;
}

/// The objects that have the field, or lie in one that has.
ReferenceSolver::Locations ReferenceSolver::withField(const Locations& wholes, const ir::Step& field) const {
    Locations result;
    const std::string& wanted = code_.fields[field.index].record;
    for (Location at : wholes) {
        while (recordOf(at) != wanted && !at.steps.empty() && at.steps.back().kind == StepKind::field)
            at.steps.pop_back();
        if (recordOf(at) != wanted)
            continue;
        at.steps.push_back(field);
        result.insert(std::move(at));
    }
    return result;
}

ReferenceSolver::Location ReferenceSolver::indexed(Location at, const ir::Step& step) const {
    const bool isFirst = step == ir::Step{StepKind::constant, 0};
    if (isArray(at))
        at.steps.push_back(step);
    else if (!at.steps.empty() && at.steps.back().kind != StepKind::field && !isFirst)
        at.steps.back() = {StepKind::element, 0};
    return at;
}

bool ReferenceSolver::isArray(const Location& at) const {
    const ir::Type* type = typeOf(at);
    return isAllocation(at) || (type && type->kind == ir::TypeKind::array);
}

ReferenceSolver::Location ReferenceSolver::local(ir::Index function, ir::Index index) const {
    return {code_.functions[function].name + "::" + code_.functions[function].locals[index].name, {}};
}

const ir::Type* ReferenceSolver::typeOf(const Location& at) const {
    if (at.steps.empty() || (at.steps.size() == 1 && isAllocation({at.object, {}})))
        return &code_.types[types_.at(at.object)];
    return at.steps.back().kind == StepKind::field ? &code_.types[code_.fields[at.steps.back().index].type] : nullptr;
}

bool ReferenceSolver::isAllocation(const Location& at) { return at.steps.empty() && at.object.starts_with("heap@"); }

std::string ReferenceSolver::recordOf(const Location& at) const {
    if (at.steps.size() > (isAllocation({at.object, {}}) ? 1 : 0) && at.steps.back().kind != StepKind::field) {
        const ir::Type& whole = *typeOf({at.object, {at.steps.begin(), at.steps.end() - 1}});
        return whole.spelling.starts_with(whole.record) ? whole.record : "";
    }
    const ir::Type& type = *typeOf(at);
    return type.kind == ir::TypeKind::record ? type.record : "";
}

std::string ReferenceSolver::describe(const Location& at) const {
    std::string name = at.object;
    const bool isSingle =
        isAllocation({at.object, {}}) && !at.steps.empty() && at.steps[0] == ir::Step{StepKind::constant, 0};
    for (std::size_t i = isSingle ? 1 : 0; i < at.steps.size(); ++i) {
        const ir::Step& step = at.steps[i];
        name += step.kind == StepKind::field      ? "." + code_.fields[step.index].name
                : step.kind == StepKind::constant ? fmt::format("[{}]", step.index)
                                                  : "[*]";
    }
    return name;
}

std::vector<std::string> ReferenceSolver::held(ir::Index function, ir::Index index) const {
    std::vector<std::string> names;
    for (const Location& value : contents(local(function, index)))
        names.push_back(describe(value));
    std::sort(names.begin(), names.end());
    return names;
}

} // namespace deadheat::link
