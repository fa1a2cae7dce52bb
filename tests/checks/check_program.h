// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs one check on a program written as IR text.
#pragma once

#include "analyzer/checks/check.h"
#include "analyzer/ir/text.h"

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

namespace deadheat::checks {

/// The findings of `rule`, or of all checks when it is empty.
inline Findings check(std::string_view text, const std::string& rule) {
    std::unique_ptr<link::WholeProgram> program = link::link(ir::parseModules(text));
    Options options;
    options.enabled = [&](const std::string& id) { return rule.empty() || id == rule; };
    return runAll(*program, options);
}

/// "line", or "line variant", of each finding; sorted.
inline std::vector<std::string> places(std::string_view text, const std::string& rule) {
    std::vector<std::string> result;
    for (const report::Finding& finding : check(text, rule))
        result.push_back(finding.variant.empty() ? fmt::format("{}", finding.location.line)
                                                 : fmt::format("{} {}", finding.location.line, finding.variant));
    std::ranges::sort(result);
    return result;
}

} // namespace deadheat::checks
