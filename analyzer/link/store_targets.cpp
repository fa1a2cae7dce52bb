// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/store_targets.h"

namespace deadheat::link {

void StoreTargets::add(ExprId address, bool isOwned) {
    insert(addresses_, address);
    insert(roots_, exprs_.root(address));
    const Expr& e = exprs_[address];
    if (e.kind == ExprKind::field)
        insert(isOwned ? ownMembers_ : members_, e.b);
    else if (e.kind == ExprKind::element)
        insert(isNumbered(e) ? numberedArrays_ : arrays_, e.a);
}

/// Of an object that is stored to as a whole, without going through a pointer.
bool StoreTargets::isPartOfTarget(Expr e) const {
    while (e.kind == ExprKind::field || e.kind == ExprKind::element) {
        if (contains(e.a))
            return true;
        e = exprs_[e.a];
    }
    return false;
}

} // namespace deadheat::link
