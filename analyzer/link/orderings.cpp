// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/orderings.h"

namespace deadheat::link {

using ir::Compare;

unsigned orderings(Compare compare) {
    switch (compare) {
    case Compare::equal: return kSame;
    case Compare::notEqual: return kLess | kMore;
    case Compare::less: return kLess;
    case Compare::lessEqual: return kLess | kSame;
    case Compare::greater: return kMore;
    case Compare::greaterEqual: return kMore | kSame;
    default: return kAnyOrdering;
    }
}

unsigned orderingsAgainst(Compare compare, std::int64_t known, std::int64_t number) {
    unsigned set = orderings(compare), result = 0;
    if (set & kLess)
        result |= kLess | (number < known ? kSame : 0u) | (number < known && number + 1 < known ? kMore : 0u);
    if (set & kSame)
        result |= known < number ? kLess : known == number ? kSame : kMore;
    if (set & kMore)
        result |= kMore | (number > known ? kSame : 0u) | (number > known && number - 1 > known ? kLess : 0u);
    return result;
}

bool contradict(Compare a, std::int64_t numberOfA, Compare b, std::int64_t numberOfB) {
    return (orderingsAgainst(a, numberOfA, numberOfB) & orderings(b)) == 0;
}

bool excludeEachOther(const ExprTable& exprs, const std::vector<Fact>& a, const std::vector<Fact>& b) {
    for (const Fact& x : a)
        for (const Fact& y : b)
            if (x.value == y.value && exprs.isNumber(x.other) && exprs.isNumber(y.other) &&
                contradict(x.compare, exprs.numberOf(x.other), y.compare, exprs.numberOf(y.other)))
                return true;
    return false;
}

} // namespace deadheat::link
