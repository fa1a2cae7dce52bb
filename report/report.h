// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a sink is given: the findings of one run with what a reader needs around them.
#pragma once

#include "report/finding.h"

#include <string>
#include <vector>

namespace deadheat::report {

/// A rule as reports describe it. `help` is its documentation page in Markdown; may be empty.
struct Rule {
    std::string id, summary, help;
    Level level = Level::warning;
};

/// A problem of the run itself, such as a translation unit that does not parse.
struct Notification {
    std::string message;
    Location location; ///< file empty: no place
    bool operator==(const Notification&) const = default;
};

struct Report {
    std::vector<Finding> findings; ///< canonical order, with fingerprints
    std::vector<Rule> rules;       ///< at least those that the findings name; sorted by id
    std::vector<Notification> notifications;
};

} // namespace deadheat::report
