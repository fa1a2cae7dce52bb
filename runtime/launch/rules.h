// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rules that findings of the runtime name.
#pragma once

#include "report/report.h"

#include <vector>

namespace deadheat::launch {

/// Those that occur in `findings`, sorted by id.
std::vector<report::Rule> rulesOf(const std::vector<report::Finding>& findings);

} // namespace deadheat::launch
