// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

namespace deadheat::intercept {

/// Child processes that ended and were never waited for.
void reportUnwaitedChildren();

} // namespace deadheat::intercept
