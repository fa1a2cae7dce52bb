// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Building places and values of the IR.
#pragma once

#include "analyzer/ir/ir.h"

#include <cstddef>

namespace deadheat::extract {

inline ir::Place localPlace(ir::Index local) { return {ir::RootKind::local, local, {}}; }
inline ir::Place globalPlace(ir::Index global) { return {ir::RootKind::global, global, {}}; }

inline ir::Place withStep(ir::Place place, ir::StepKind kind, ir::Index index = 0) {
    place.steps.push_back({kind, index});
    return place;
}
inline ir::Place withField(ir::Place place, ir::Index field) {
    return withStep(std::move(place), ir::StepKind::field, field);
}
inline ir::Place withElement(ir::Place place) { return withStep(std::move(place), ir::StepKind::element); }
inline ir::Place dereferenced(ir::Place place) { return withStep(std::move(place), ir::StepKind::deref); }

inline ir::Value loadOf(ir::Place place) { return {ir::ValueKind::load, std::move(place), 0, ir::kNone}; }
inline ir::Value constantOf(std::int64_t number) { return {ir::ValueKind::constant, {}, number, ir::kNone}; }
inline ir::Value nullValue() { return {ir::ValueKind::null, {}, 0, ir::kNone}; }
inline ir::Value functionValue(ir::Index symbol) { return {ir::ValueKind::function, {}, 0, symbol}; }

/// The address of `*p` is what `p` holds: no other form of it exists.
inline ir::Value addressOf(ir::Place place) {
    if (!place)
        return {};
    if (!place.steps.empty() && place.steps.back().kind == ir::StepKind::deref) {
        place.steps.pop_back();
        return loadOf(std::move(place));
    }
    return {ir::ValueKind::address, std::move(place), 0, ir::kNone};
}

inline bool isKnown(const ir::Value& value) { return value.kind != ir::ValueKind::unknown; }
inline bool isConstant(const ir::Value& value) {
    return value.kind == ir::ValueKind::constant || value.kind == ir::ValueKind::null;
}

/// Goes through a pointer: the place is not inside its root.
inline bool hasDeref(const ir::Place& place) {
    for (const ir::Step& step : place.steps)
        if (step.kind == ir::StepKind::deref)
            return true;
    return false;
}

} // namespace deadheat::extract
