// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/lock_owners.h"

namespace deadheat::link {

LockOwners::LockOwners(const WholeProgram& program) : p_(program) {
    for (ir::Index i = 0; i < p_.code.records.size(); ++i)
        records_.try_emplace(p_.code.records[i].usr, i);
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
