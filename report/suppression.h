// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Findings that the source or the configuration asks not to see. Comments are clang-tidy's: NOLINT for its line,
// NOLINTNEXTLINE for the next, NOLINTBEGIN ... NOLINTEND for what lies between; bare, or with a list of globs in parentheses.
// A rule is called `deadheat-<id>` there.
#pragma once

#include "report/finding.h"
#include "report/sources.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace deadheat::report {

/// A suppression of the configuration file. Empty globs match everything.
struct SuppressionRule {
    std::string check, file, subject;
};

class Suppressions {
public:
    explicit Suppressions(const Sources& sources, std::vector<SuppressionRule> rules = {})
        : sources_(sources), rules_(std::move(rules)) {}

    /// True when a comment at the finding's place, or at the end of one of its traces (each access of a race counts), or a
    /// rule of the configuration covers it.
    bool cover(const Finding& finding);

private:
    /// What the comments of one file say: per line, the lists that apply there.
    using LineLists = std::map<unsigned, std::vector<std::string>>;

    const LineLists& listsOf(const std::string& file);
    bool coveredAt(const Location& location, const std::string& rule);

    const Sources& sources_;
    std::vector<SuppressionRule> rules_;
    std::map<std::string, LineLists> files_;
};

} // namespace deadheat::report
