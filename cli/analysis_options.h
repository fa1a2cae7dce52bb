// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What `check` and `link` share: the options about checks and reports, and the writing of the reports.
#pragma once

#include "analyzer/pipeline/analysis.h"
#include "analyzer/pipeline/config.h"

#include <filesystem>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace deadheat::cli {

struct ReportOptions {
    std::string checks, confidence, level, warningsAsErrors, sarif, json, baseline, configFile;
    bool listChecks = false, quiet = false;

    void add(CLI::App& app);

    /// Refuses what could only fail after the work: unknown checks, files that cannot be written, a broken baseline.
    void requireUsable(const pipeline::Config& config) const;
    pipeline::AnalysisOptions analysisOptions(const pipeline::Config& config) const;
};

/// Prints one line per enabled check.
int listChecks(const ReportOptions& options, const pipeline::Config& config);

/// Prints problems of the run on standard error, one line each.
void printNotifications(const std::vector<report::Notification>& notifications);

/// What a run was about, for the closing line.
struct RunSummary {
    std::size_t units = 0, withErrors = 0, lost = 0, droppedFlags = 0;
};

/// Writes text to standard output, the files asked for, and a closing line when there is something to tell. Returns the
/// exit code.
int writeReports(const pipeline::Analysis& analysis, const report::Sources& sources, const ReportOptions& options,
                 const RunSummary& summary);

/// The report of the last run in a cache folder.
inline constexpr const char* kLastReport = "last.sarif";

/// Keeps the report where `deadheat explain` finds it.
void keepForExplain(const report::Report& report, const std::filesystem::path& projectRoot,
                    const std::filesystem::path& cacheFolder);

} // namespace deadheat::cli
