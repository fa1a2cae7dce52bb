// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Findings as text in Clang's style: what editors and people read already.
#pragma once

#include "report/report.h"
#include "report/sources.h"

#include <string>

namespace deadheat::report {

struct TextOptions {
    bool color = false;
};

std::string toText(const Finding& finding, const Sources& sources, const TextOptions& options = {});

/// All findings in order, an empty line between two.
std::string toText(const Report& report, const Sources& sources, const TextOptions& options = {});

} // namespace deadheat::report
