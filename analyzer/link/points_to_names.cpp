// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names of locations, for diagnostics and tests.
#include "analyzer/link/points_to_impl.h"

#include <algorithm>
#include <fmt/format.h>

namespace deadheat::link {

using ir::StepKind;

namespace {

std::string describePlace(const ir::Module& code, InstrRef site) {
    const ir::Range& range = instrAt(code, site).range;
    if (range.file == ir::kNone)
        return fmt::format("{}:{}:{}", code.functions[site.function].name, site.block, site.instr);
    return fmt::format("{}:{}", code.files[range.file], range.line);
}

std::string describeObject(const ir::Module& code, const Object& object) {
    switch (object.kind) {
    case ObjectKind::global: return code.globals[object.index].name;
    case ObjectKind::local:
        return code.functions[object.index].name + "::" + code.functions[object.index].locals[object.sub].name;
    case ObjectKind::heap: return "heap@" + describePlace(code, object.site);
    case ObjectKind::function: return "function " + code.symbols[object.index];
    case ObjectKind::thread: return "thread@" + describePlace(code, object.site);
    case ObjectKind::bound: return "bound@" + describePlace(code, object.site);
    case ObjectKind::delivery:
    case ObjectKind::foreign: break;
    }
    const auto record = std::ranges::find(code.records, object.record, &ir::Record::usr);
    return (object.kind == ObjectKind::foreign ? "foreign " : "delivery of ") +
           (record == code.records.end() ? object.record : record->name);
}

} // namespace

std::string PointsTo::describe(LocationId location) const {
    const LocationTable& table = impl_->table;
    std::string steps;
    for (; table.parent(location) != kNoId; location = table.parent(location)) {
        const ir::Step step = table.step(location);
        if (table.isAllocation(table.parent(location)) && step == ir::Step{StepKind::constant, 0})
            continue; // most allocations are single objects
        if (step.kind == StepKind::field)
            steps.insert(0, "." + impl_->code.fields[step.index].name);
        else
            steps.insert(0, step.kind == StepKind::constant ? fmt::format("[{}]", step.index) : "[*]");
    }
    return describeObject(impl_->code, object(objectOf(location))) + steps;
}

} // namespace deadheat::link
