// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one order in which findings are reported, and what counts as the same finding.
#pragma once

#include "report/finding.h"
#include "report/sources.h"

#include <vector>

namespace deadheat::report {

/// Sorts by place, then rule, then everything else, and keeps one finding per rule, variant, subject and place: that of the
/// highest confidence. A template's instantiations so give one finding.
void canonicalize(std::vector<Finding>& findings);

/// Keeps the first of findings that are one in files of the same name and content: a build that copies its headers into a folder shows each
/// of them twice. `findings` is in the one order.
void dropCopies(std::vector<Finding>& findings, const Sources& sources);

} // namespace deadheat::report
