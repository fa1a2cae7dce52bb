// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/checks/joined_threads.h"

#include "analyzer/checks/lock_class.h"

#include <algorithm>

namespace deadheat::checks {

namespace {

/// The threads whose handles the operand may be or lead to.
std::vector<link::RootId> rootsOfHandle(const link::WholeProgram& program, link::InstrRef join) {
    const ir::Value& handle = program.instr(join).operands[0];
    std::vector<link::LocationId> holders = program.pointsTo->locationsOf(join.function, handle.place);
    if (handle.kind == ir::ValueKind::address)
        holders = program.pointsTo->pointeesOf(join.function, handle);
    std::vector<link::RootId> roots;
    for (link::LocationId holder : holders)
        for (link::LocationId target : program.pointsTo->pointees(holder)) {
            const link::Object& object = program.pointsTo->object(program.pointsTo->objectOf(target));
            auto spawn = program.spawns.ids.find(object.site);
            if (object.kind == link::ObjectKind::thread && spawn != program.spawns.ids.end())
                link::unite(roots, program.contexts.rootsOfSpawn[spawn->second]);
        }
    return roots;
}

} // namespace

std::optional<TakenByJoined> takenByJoined(const link::WholeProgram& program, link::InstrRef join, link::ExprId lock,
                                           link::FunctionId scope) {
    const ir::Op op = program.instr(join).op;
    if ((op != ir::Op::join && op != ir::Op::futureGet) || program.instr(join).operands.empty())
        return std::nullopt;
    const std::vector<link::RootId> roots = rootsOfHandle(program, join);
    if (roots.empty())
        return std::nullopt;
    for (link::ContextId id = 0; id < program.contexts.all.size(); ++id) {
        const link::Context& context = program.contexts.all[id];
        if (!link::contains(roots, context.root))
            continue;
        for (const link::AcquireFact& acquire : program.facts[context.function].acquires)
            if (!acquire.isTry && !acquire.via && maySame(program, acquire.lock, context.function, lock, scope))
                return TakenByJoined{id, &acquire};
    }
    return std::nullopt;
}

} // namespace deadheat::checks
