// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Modules to a report: link, checks, suppressions, order, fingerprints, baseline.
#pragma once

#include "analyzer/ir/ir.h"
#include "report/report.h"
#include "report/sources.h"
#include "report/suppression.h"

#include <set>
#include <string>
#include <vector>

namespace deadheat::pipeline {

struct AnalysisOptions {
    std::string checks;           ///< globs as in report/glob.h; empty: all
    std::string warningsAsErrors; ///< globs of rules whose findings are errors; empty: none
    report::Confidence confidence = report::Confidence::medium; ///< the least that is shown
    report::Level level = report::Level::warning;               ///< the least that is shown
    std::vector<report::SuppressionRule> suppressions;
    std::set<std::string> baseline; ///< fingerprints that are known already
};

struct Analysis {
    report::Report report;          ///< with every rule; findings of the baseline included
    std::set<std::string> baseline; ///< as given
    std::size_t suppressed = 0;     ///< left out for a comment or the configuration
    std::size_t lessCertain = 0;    ///< left out for their confidence
    std::size_t lessGrave = 0;      ///< left out for their level
};

/// The identifiers and summaries of all checks, with their documentation.
std::vector<report::Rule> allRules();

/// Those that a list of globs selects.
std::vector<report::Rule> enabledRules(const std::string& globs);

/// Throws report::UserError when a glob of the list matches no check.
void requireKnownChecks(const std::string& globs, const std::string& option);

/// Links the modules and runs the checks that the globs select. The result depends on nothing else.
std::vector<report::Finding> findingsIn(std::vector<ir::Module> modules, const std::string& checks);

/// What the sources and options make of findings: suppressed, in order, with fingerprints, cut by level and confidence.
Analysis analysisOf(std::vector<report::Finding> findings, const report::Sources& sources,
                    const AnalysisOptions& options);

/// Both.
Analysis analyse(std::vector<ir::Module> modules, const report::Sources& sources, const AnalysisOptions& options);

} // namespace deadheat::pipeline
