// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a group of stores may change beside the places that they name: the same member of other objects, other elements of the same
// array, and the parts of what is stored to. Asking takes the logarithm of the number of stores, so that the effects of a callee
// are applied in one pass over what the caller knows.
#pragma once

#include "analyzer/link/expr.h"
#include "analyzer/link/state.h"

namespace deadheat::link {

class StoreTargets {
public:
    explicit StoreTargets(const ExprTable& exprs) : exprs_(exprs) {}

    /// `isOwned`: nobody else has the address of the object that is stored to.
    void add(ExprId address, bool isOwned);
    bool contains(ExprId address) const { return link::contains(addresses_, address); }
    /// Whether one of the stores may change what `other` names, by another name. `isOwned` is asked for `other` only where it matters.
    template <class IsOwned>
    bool mayChange(ExprId other, const IsOwned& isOwned) const {
        const Expr& e = exprs_[other];
        if (e.kind == ExprKind::field &&
            (link::contains(members_, e.b) || (link::contains(ownMembers_, e.b) && !isOwned(other))))
            return true;
        if (e.kind == ExprKind::element &&
            (link::contains(arrays_, e.a) || (link::contains(numberedArrays_, e.a) && !isNumbered(e))))
            return true;
        return link::contains(roots_, exprs_.root(other)) && isPartOfTarget(e);
    }

private:
    bool isNumbered(const Expr& element) const { return element.b != kAnyElement && exprs_.isNumber(element.b); }
    bool isPartOfTarget(Expr e) const;

    const ExprTable& exprs_;
    std::vector<ExprId> addresses_, roots_;
    std::vector<std::uint32_t> members_; ///< fields of objects that others may have
    std::vector<std::uint32_t> ownMembers_;
    std::vector<ExprId> arrays_; ///< stored to at an index that is no number
    std::vector<ExprId> numberedArrays_;
};

} // namespace deadheat::link
