// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Comparisons as sets of orderings: what one that is known says about another one of the same value.
#pragma once

#include "analyzer/ir/ir.h"

namespace deadheat::link {

enum Ordering : unsigned { kLess = 1, kSame = 2, kMore = 4, kAnyOrdering = 7 };

/// Those under which the comparison is true.
unsigned orderings(ir::Compare compare);

/// How a value can lie relative to `number` when it is known to satisfy `compare known`.
unsigned orderingsAgainst(ir::Compare compare, std::int64_t known, std::int64_t number);

/// Whether no value satisfies both.
bool contradict(ir::Compare a, std::int64_t numberOfA, ir::Compare b, std::int64_t numberOfB);

} // namespace deadheat::link
