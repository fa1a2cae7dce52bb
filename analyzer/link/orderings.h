// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Comparisons as sets of orderings: what one that is known says about another one of the same value.
#pragma once

#include "analyzer/link/state.h"

namespace deadheat::link {

enum Ordering : unsigned { kLess = 1, kSame = 2, kMore = 4, kAnyOrdering = 7 };

/// Those under which the comparison is true.
unsigned orderings(ir::Compare compare);

/// How a value can lie relative to `number` when it is known to satisfy `compare known`.
unsigned orderingsAgainst(ir::Compare compare, std::int64_t known, std::int64_t number);

/// Whether no value satisfies both.
bool contradict(ir::Compare a, std::int64_t numberOfA, ir::Compare b, std::int64_t numberOfB);

/// Whether what is known on one path and on another cannot be true of the same values.
bool excludeEachOther(const ExprTable& exprs, const std::vector<Fact>& a, const std::vector<Fact>& b);

} // namespace deadheat::link
