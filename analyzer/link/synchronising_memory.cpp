// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/synchronising_memory.h"

#include "analyzer/link/program.h"

#include <algorithm>

namespace deadheat::link {

namespace {

bool setsAndTests(const ir::Instr& instr) {
    return instr.op == ir::Op::readWrite && instr.order != ir::MemoryOrder::notAtomic &&
           instr.success != ir::Success::always;
}

void makeSet(std::vector<LocationId>& all) {
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
}

std::vector<LocationId> findCounters(const WholeProgram& program) {
    std::vector<LocationId> counted, tested;
    auto append = [](std::vector<LocationId>& all, const std::vector<LocationId>& more) {
        all.insert(all.end(), more.begin(), more.end());
    };
    for (FunctionId f = 0; f < program.code.functions.size(); ++f)
        for (const ir::Block& block : program.code.functions[f].blocks) {
            for (const ir::Instr& instr : block.instrs)
                if (instr.flags.up || instr.flags.down)
                    append(counted, program.pointsTo->pointeesOf(f, instr.operands[0]));
            for (const ir::Value* side : {&block.condition.left, &block.condition.right})
                if (side->kind == ir::ValueKind::load)
                    append(tested, program.pointsTo->pointeesOf(f, {ir::ValueKind::address, side->place}));
        }
    makeSet(counted);
    makeSet(tested);
    intersect(counted, tested);
    return counted;
}

/// An exchange whose result nobody looks at is a store.
bool givesBack(const ir::Instr& instr) {
    const bool isStore =
        instr.op == ir::Op::write || (instr.op == ir::Op::readWrite && (!setsAndTests(instr) || !instr.result));
    return isStore && !instr.flags.isInit;
}

} // namespace

bool SynchronisingMemory::canBeGivenBack(const PointsTo& pointsTo, const std::vector<LocationId>& locations) const {
    return locations.empty() || std::ranges::any_of(locations, [&](LocationId location) {
               const LocationId part = pointsTo.member(location);
               const bool isField = pointsTo.parent(part) != kNoId;
               return contains(givenBack, location) || (isField && givenBackFields.contains(pointsTo.step(part).index));
           });
}

namespace {

template <class Visit>
void visitAll(const ir::Module& code, Visit visit) {
    for (FunctionId f = 0; f < code.functions.size(); ++f)
        for (const ir::Block& block : code.functions[f].blocks)
            for (const ir::Instr& instr : block.instrs)
                visit(f, instr);
}

ir::Index fieldOf(const PointsTo& pointsTo, LocationId location) {
    const LocationId member = pointsTo.member(location);
    return pointsTo.parent(member) == kNoId ? ir::kNone : pointsTo.step(member).index;
}

void findGivenBack(SynchronisingMemory& found, const WholeProgram& program) {
    const PointsTo& pointsTo = *program.pointsTo;
    std::set<ir::Index> fields;
    for (const LocationId word : found.spinWords)
        fields.insert(fieldOf(pointsTo, word));
    visitAll(program.code, [&](FunctionId function, const ir::Instr& instr) {
        if (!givesBack(instr))
            return;
        for (const LocationId location : pointsTo.pointeesOf(function, instr.operands[0])) {
            const ir::Index field = fieldOf(pointsTo, location);
            if (contains(found.spinWords, location))
                found.givenBack.push_back(location);
            if (field != ir::kNone && fields.contains(field))
                found.givenBackFields.insert(field);
        }
    });
}

} // namespace

SynchronisingMemory findSynchronisingMemory(const WholeProgram& program) {
    SynchronisingMemory found;
    const PointsTo& pointsTo = *program.pointsTo;
    visitAll(program.code, [&](FunctionId function, const ir::Instr& instr) {
        if (instr.op != ir::Op::descriptorPair && !setsAndTests(instr))
            return;
        for (const LocationId location : pointsTo.pointeesOf(function, instr.operands[0])) {
            const LocationId whole = pointsTo.parent(location);
            const bool isElement = whole != kNoId && pointsTo.step(location).kind != ir::StepKind::field;
            if (instr.op == ir::Op::descriptorPair)
                found.pipes.push_back(isElement ? whole : location);
            else
                found.spinWords.push_back(location);
        }
    });
    makeSet(found.pipes);
    makeSet(found.spinWords);
    if (!found.spinWords.empty())
        findGivenBack(found, program);
    makeSet(found.givenBack);
    found.counters = findCounters(program);
    return found;
}

} // namespace deadheat::link
