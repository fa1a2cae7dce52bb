// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An identity for a finding that survives edits elsewhere: it rests on the rule, the subject, the file's name and the text of
// the primary line without its blanks, never on line numbers. The n-th of otherwise equal findings has n in it.
#pragma once

#include "report/finding.h"
#include "report/sources.h"

#include <vector>

namespace deadheat::report {

/// Fills Finding::fingerprint, 16 hexadecimal digits each. The findings must be in canonical order (order.h).
void assignFingerprints(std::vector<Finding>& findings, const Sources& sources);

} // namespace deadheat::report
