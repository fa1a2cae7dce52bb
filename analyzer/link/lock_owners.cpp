// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/lock_owners.h"

namespace deadheat::link {

LockOwners::LockOwners(const WholeProgram& program) : p_(program) {
    for (ir::Index i = 0; i < p_.code.records.size(); ++i)
        records_.try_emplace(p_.code.records[i].usr, i);
    for (FunctionId f = 0; f < p_.code.functions.size(); ++f)
        if (p_.function(f).thisLocal() && !p_.function(f).isConstructor)
            methods_[p_.function(f).record].push_back(f);
    findWrappers();
    for (const FunctionFacts& facts : p_.facts)
        for (const AcquireFact& acquire : facts.acquires)
            for (const ir::Index owner : of(acquire.lock))
                insert(owners_, owner);
}

std::vector<ir::Index> LockOwners::of(ExprId lock) const {
    std::vector<ir::Index> owners;
    if (lock == kNoExpr)
        return owners;
    const Expr* e = &(*p_.exprs)[lock];
    while (e->kind == ExprKind::field || e->kind == ExprKind::element) {
        if (e->kind == ExprKind::field)
            if (const auto known = records_.find(p_.code.fields[e->b].record); known != records_.end())
                owners.push_back(known->second);
        e = &(*p_.exprs)[e->a];
    }
    return owners;
}

void LockOwners::findWrappers() {
    auto isLock = [&](ir::Index field) {
        const ir::TypeKind kind = kindOf(field);
        return kind == ir::TypeKind::mutex || kind == ir::TypeKind::recursiveMutex ||
               kind == ir::TypeKind::sharedMutex || kind == ir::TypeKind::spinLock;
    };
    auto isAttribute = [&](ir::Index field) { // pthread_mutexattr_t
        const auto known = kindOf(field) == ir::TypeKind::record
                               ? records_.find(p_.code.types[p_.code.fields[field].type].record)
                               : records_.end();
        return known != records_.end() && p_.code.records[known->second].isUnion;
    };
    for (const ir::Record& record : p_.code.records) {
        const auto lock = std::ranges::find_if(record.fields, isLock);
        if (lock == record.fields.end())
            continue;
        const bool isAlone =
            std::ranges::all_of(record.fields, [&](ir::Index field) { return field == *lock || isAttribute(field); });
        if (isAlone || hasLockMethod(record, *lock))
            insert(wrapped_, *lock);
    }
}

/// Whether a method takes the lock for its caller, as `lock()` does.
bool LockOwners::hasLockMethod(const ir::Record& record, ir::Index field) const {
    const auto methods = methods_.find(record.usr);
    return methods != methods_.end() && std::ranges::any_of(methods->second, [&](FunctionId f) {
               const ExprId own = p_.exprs->field(p_.exprs->parameter(0), field);
               const std::vector<Outcome>& outcomes = p_.facts[f].summary.outcomes;
               return !outcomes.empty() && std::ranges::all_of(outcomes, [&](const Outcome& outcome) {
                   return std::ranges::any_of(outcome.held,
                                              [&](const Held& held) { return held.lock == own && held.count > 0; });
               });
           });
}

ir::TypeKind LockOwners::kindOf(ir::Index field) const {
    const ir::Index type = p_.code.fields[field].type;
    return type == ir::kNone ? ir::TypeKind::unknown : p_.code.types[type].kind;
}

ir::Index LockOwners::fieldOf(ExprId lock, const std::vector<LocationId>& locations) const {
    const ExprTable& exprs = *p_.exprs;
    const Expr* e = &exprs[lock];
    while (e->kind == ExprKind::field && contains(wrapped_, e->b)) {
        const Expr* whole = &exprs[e->a];
        while (whole->kind == ExprKind::element)
            whole = &exprs[whole->a];
        if (whole->kind == ExprKind::global)
            return ir::kNone;
        if (whole->kind != ExprKind::field) {
            const ir::Index field = locations.empty() ? e->b : fieldAt(locations[0]);
            const bool agree = std::ranges::all_of(locations, [&](LocationId at) { return fieldAt(at) == field; });
            return agree ? field : e->b;
        }
        e = whole;
    }
    return e->kind == ExprKind::field ? e->b : ir::kNone;
}

ir::Index LockOwners::fieldAt(LocationId lock) const {
    ir::Index field = ir::kNone;
    for (LocationId at = lock; at != kNoId; at = p_.pointsTo->parent(at)) {
        if (p_.pointsTo->parent(at) == kNoId) // a whole object of the class
            return p_.pointsTo->object(p_.pointsTo->objectOf(at)).kind == ObjectKind::global ? ir::kNone : field;
        const ir::Step step = p_.pointsTo->step(at);
        if (step.kind != ir::StepKind::field)
            continue;
        field = step.index;
        if (!contains(wrapped_, field))
            return field;
    }
    return field;
}

std::vector<ir::Index> LockOwners::madeBy(FunctionId function) const {
    std::vector<ir::Index> records;
    const ir::Function& code = p_.function(function);
    if (code.isConstructor || code.isDestructor)
        if (const auto known = records_.find(code.record); known != records_.end())
            addWithBases(known->second, records);
    intersect(records, owners_);
    return records;
}

void LockOwners::addWithBases(ir::Index record, std::vector<ir::Index>& records) const {
    if (contains(records, record))
        return;
    insert(records, record);
    for (const std::string& base : p_.code.records[record].bases)
        if (const auto known = records_.find(base); known != records_.end())
            addWithBases(known->second, records);
}

} // namespace deadheat::link
