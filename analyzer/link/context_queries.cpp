// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What holds at a point of a function when it runs in a context.
#include "analyzer/link/orderings.h"
#include "analyzer/link/program.h"

#include <algorithm>

namespace deadheat::link {

std::vector<EntryLock> exclusionsAt(const Context& context, const Point& point) {
    std::vector<EntryLock> locks;
    for (const EntryLock& lock : context.locks) {
        bool released = std::ranges::any_of(point.held, [&](const Held& held) {
            return held.count < 0 && held.lock == lock.lock && lock.scope == context.function;
        });
        if (!released)
            locks.push_back(lock);
    }
    for (const Held& held : point.held)
        if (held.count > 0)
            locks.push_back({held.lock, context.function, held.shared, held.claim, held.where});
    return locks;
}

std::vector<EntryLock> locksAt(const Context& context, const Point& point) {
    std::vector<EntryLock> locks = exclusionsAt(context, point);
    std::erase_if(locks, &EntryLock::claim);
    return locks;
}

RootId rootAtPoint(const Contexts& contexts, const Context& context, const Point& point) {
    return point.child == kNoId ? context.root : contexts.rootsOfSpawn[point.child].front();
}

bool isFeasible(const ExprTable& exprs, const Context& context, const Point& point) {
    return context.constants.empty() || !excludeEachOther(exprs, context.constants, point.arguments);
}

ExprId ownerOf(const WholeProgram& program, ExprId address) {
    const ExprTable& exprs = *program.exprs;
    while (true) {
        const Expr& e = exprs[address];
        if (e.kind == ExprKind::field || e.kind == ExprKind::element) {
            address = e.a;
            continue;
        }
        const Expr& pointer = exprs[e.a];
        const bool owns = e.kind == ExprKind::load && pointer.kind == ExprKind::field &&
                          program.code.fields[pointer.b].type != ir::kNone &&
                          program.code.types[program.code.fields[pointer.b].type].kind == ir::TypeKind::smartPointer;
        if (!owns)
            return address;
        address = pointer.a;
    }
}

namespace {

/// What is reached through a pointer and is a variable belongs to somebody else: who ends an object does not end it.
bool isVariableOfOthers(const WholeProgram& program, const Context& context, ExprId address) {
    const ExprId owner = ownerOf(program, address);
    if ((*program.exprs)[owner].kind != ExprKind::load)
        return false;
    const std::vector<LocationId> locations = program.exprLocations->in(context, owner);
    return !locations.empty() && std::ranges::all_of(locations, [&](LocationId location) {
        const ObjectKind kind = program.pointsTo->object(program.pointsTo->objectOf(location)).kind;
        return kind == ObjectKind::local || kind == ObjectKind::global;
    });
}

} // namespace

bool isDying(const WholeProgram& program, const Context& context, ExprId address) {
    const Expr& root = (*program.exprs)[program.exprs->root(address)];
    if (root.kind == ExprKind::parameter)
        return contains(context.dying, root.a) && !isVariableOfOthers(program, context, address);
    const bool isFound = root.kind == ExprKind::phi || root.kind == ExprKind::result;
    return isFound && program.function(context.function).isDestructor && contains(context.dying, ir::Index{0});
}

SetId liveAt(const Contexts& contexts, const Context& context, const Point& point) {
    SetTable<std::uint32_t>& sets = contexts.sets->ids;
    SetId before = context.live;
    if (!point.joined.empty() && before != kEmptySet) {
        std::vector<SpawnId> live = sets[before];
        std::erase_if(live, [&](SpawnId spawn) { return contains(point.joined, spawn); });
        before = sets.intern(std::move(live));
    }
    return point.live.empty() ? before : sets.unite(before, sets.intern(point.live));
}

SetId acquiredAt(const Contexts& contexts, const Context& context, const Point& point) {
    if (point.acquired.empty())
        return context.acquired;
    SetTable<Acquisition>& sets = contexts.sets->acquisitions;
    std::vector<Acquisition> here;
    for (ExprId lock : point.acquired)
        here.push_back({lock, rootAtPoint(contexts, context, point)});
    return sets.unite(context.acquired, sets.intern(std::move(here)));
}

} // namespace deadheat::link
