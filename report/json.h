// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Findings as plain JSON, one object each with the members of Finding: for scripts. docs/formats/json.md describes it.
#pragma once

#include "report/report.h"

#include <string>

namespace deadheat::report {

std::string toJson(const Report& report);

} // namespace deadheat::report
