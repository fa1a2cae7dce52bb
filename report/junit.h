// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// JUnit's XML, which most continuous integration reads: a test that fails when there are findings.
#pragma once

#include "report/report.h"

#include <string>

namespace deadheat::report {

struct JunitOptions {
    std::string suite; ///< what was done: "deadheat explore"
    std::string test;  ///< to what: the program
    std::string text;  ///< the findings for people
};

std::string toJunit(const Report& report, const JunitOptions& options);

} // namespace deadheat::report
