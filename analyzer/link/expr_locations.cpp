// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/program.h"

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

const std::vector<LocationId>& ExprLocations::of(FunctionId function, ExprId address) {
    std::uint64_t scope = p_.exprs->mentionsParameter(address) ? function : kNoId;
    std::uint64_t key = scope << 32 | address;
    auto known = known_.find(key);
    if (known != known_.end())
        return known->second;
    known_[key]; // a value that depends on itself adds nothing
    std::vector<LocationId> result = compute(function, address);
    return known_[key] = std::move(result);
}

std::vector<LocationId> ExprLocations::compute(FunctionId function, ExprId address) {
    const ExprTable& exprs = *p_.exprs;
    const PointsTo& pointsTo = *p_.pointsTo;
    const Expr e = exprs[address];
    std::vector<LocationId> result;
    auto follow = [&](const std::vector<LocationId>& holders) {
        for (LocationId holder : holders)
            for (LocationId target : pointsTo.pointees(holder))
                insert(result, target);
    };
    switch (e.kind) {
    case ExprKind::parameter: follow({pointsTo.localLocation(function, e.a)}); break;
    case ExprKind::global: result = {pointsTo.globalLocation(e.a)}; break;
    case ExprKind::local: result = {pointsTo.localLocation(e.a, e.b)}; break;
    case ExprKind::field:
        for (LocationId base : of(function, e.a))
            if (LocationId part = pointsTo.field(base, e.b); part != kNoId)
                insert(result, part);
        break;
    case ExprKind::element:
        for (LocationId base : of(function, e.a)) {
            bool known = e.b != kAnyElement && exprs.isNumber(e.b);
            insert(result, known ? pointsTo.element(base, exprs.numberOf(e.b)) : pointsTo.anyElement(base));
        }
        break;
    case ExprKind::load: follow(of(function, e.a)); break;
    case ExprKind::phi: follow(of(e.a, e.c)); break;
    case ExprKind::outer:
        for (LocationId part : of(function, e.a)) {
            LocationId whole = pointsTo.parent(part);
            if (whole != kNoId && pointsTo.step(part) == ir::Step{ir::StepKind::field, e.b})
                insert(result, whole);
        }
        break;
    case ExprKind::allocation:
    case ExprKind::result: {
        InstrRef at = instructionOf(p_.code, e.a, e.b);
        if (at && p_.instr(at).result)
            follow(pointsTo.locationsOf(e.a, p_.instr(at).result));
        break;
    }
    default: break;
    }
    return result;
}

} // namespace deadheat::link
