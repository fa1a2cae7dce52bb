// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Counted references: `if (--object->references == 0) free(object)`. Whoever drops the last one is alone with the object.
#include "analyzer/link/ended_pointers.h"
#include "analyzer/link/simulator.h"

namespace deadheat::link {

/// `value` is what the counter at `address` held before it was counted down, or after.
void Simulator::noteCountedDown(ExprId value, ExprId address, CountedDown::Value which) {
    if (value != kNoExpr && address != kNoExpr && exprs_[address].kind == ExprKind::field)
        countedDown_[value] = {address, which};
}

/// Only where the function goes on to free the object: a counter that has run out may also say that some work is done, which others
/// wait for.
void Simulator::noteLastReference(State& state, ir::Compare compare, ExprId value, std::int64_t number) {
    const auto counted = countedDown_.find(value);
    if (counted == countedDown_.end())
        return;
    const std::int64_t atMost = compare == ir::Compare::less ? number - 1 : number;
    const bool isBound =
        compare == ir::Compare::less || compare == ir::Compare::equal || compare == ir::Compare::lessEqual;
    const bool isLast = isBound && ((atMost == 0 && counted->second.which != CountedDown::Value::before) ||
                                    (atMost == 1 && counted->second.which != CountedDown::Value::after));
    const ExprId object = objectRoot(counted->second.counter);
    auto leadsThere = [&](ir::Index variable) { return loadFrom(state, exprs_.local(function_, variable)) == object; };
    if (isLast && std::ranges::any_of(in_.endedPointers.in(function_), leadsThere))
        insert(state.taken, object);
}

} // namespace deadheat::link
