// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one order in which findings are reported, and what counts as the same finding.
#pragma once

#include "report/finding.h"

#include <vector>

namespace deadheat::report {

/// Sorts by place, then rule, then everything else, and keeps one finding per rule, variant, subject and place: that of the
/// highest confidence. A template's instantiations so give one finding.
void canonicalize(std::vector<Finding>& findings);

} // namespace deadheat::report
