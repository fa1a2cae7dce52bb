// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/analysis_options.h"

#include "cli/command.h"
#include "cli/files.h"
#include "report/glob.h"
#include "report/json.h"
#include "report/sarif.h"
#include "report/text.h"
#include "report/user_error.h"
#include "report/words.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace deadheat::cli {

namespace {

std::set<std::string> fingerprintsOf(const std::vector<report::Finding>& findings) {
    std::set<std::string> fingerprints;
    for (const auto& finding : findings)
        fingerprints.insert(finding.fingerprint);
    return fingerprints;
}

std::string counted(std::size_t count, const std::string& what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

struct SummaryLine {
    std::string text;
    bool hasNews = false; ///< says more than "nothing found"
};

SummaryLine summaryLine(const pipeline::Analysis& analysis, const RunSummary& summary, std::size_t isNew,
                        std::size_t isKnown) {
    const std::pair<std::size_t, const char*> details[] = {
        {isKnown, "{} more in the baseline"},
        {analysis.suppressed, "{} suppressed"},
        {analysis.lessCertain, "{} below the confidence asked for"},
        {analysis.lessGrave, "{} below the level asked for"},
        {summary.withErrors, "{} units with errors"},
        {summary.lost, "{} units missing"},
        {summary.droppedFlags, "{} unknown compiler flags dropped"},
    };
    std::string list;
    for (const auto& [count, text] : details)
        if (count > 0)
            list += (list.empty() ? "" : ", ") + fmt::format(fmt::runtime(text), count);
    auto text = fmt::format("{} in {}", counted(isNew, "finding"), counted(summary.units, "translation unit"));
    return {text + (list.empty() ? "" : " (" + list + ")"), isNew > 0 || !list.empty()};
}

} // namespace

void ReportOptions::add(CLI::App& app) {
    app.add_option("--checks", checks, "Checks to run: globs separated by commas, '-' in front takes out");
    app.add_flag("--list-checks", listChecks, "List the checks that would run");
    app.add_option("--confidence", confidence, "Least confidence shown: low, medium (default) or high")
        ->check(CLI::IsMember({"low", "medium", "high"}));
    app.add_option("--level", level, "Least level shown: style, warning (default) or error")
        ->check(CLI::IsMember({"style", "warning", "error"}));
    app.add_option("--warnings-as-errors", warningsAsErrors, "Checks whose findings are errors: globs");
    app.add_option("--sarif", sarif, "Also write a SARIF 2.1.0 report");
    app.add_option("--json", json, "Also write a JSON report");
    app.add_option("--baseline", baseline,
                   "SARIF report of an earlier run: only what is not in it is shown and counts");
    app.add_option("--config", configFile,
                   "Configuration file (default: the nearest .deadheat.yaml at or above the project)");
    app.add_flag("-q,--quiet", quiet, "No closing line");
}

void ReportOptions::requireUsable(const pipeline::Config& config) const {
    pipeline::requireKnownChecks(checks, "--checks");
    pipeline::requireKnownChecks(warningsAsErrors, "--warnings-as-errors");
    pipeline::requireKnownChecks(config.checks.value_or(""), config.file.string());
    for (const auto& file : {sarif, json})
        if (!file.empty())
            requireWritable(file);
}

pipeline::AnalysisOptions ReportOptions::analysisOptions(const pipeline::Config& config) const {
    pipeline::AnalysisOptions options;
    options.checks = checks.empty() ? config.checks.value_or("") : checks;
    options.warningsAsErrors = warningsAsErrors;
    options.confidence =
        report::confidenceFromWord(confidence).value_or(config.confidence.value_or(report::Confidence::medium));
    options.level = report::levelFromWord(level).value_or(config.level.value_or(report::Level::warning));
    options.suppressions = config.suppressions;
    if (!baseline.empty())
        options.baseline = fingerprintsOf(report::readSarif(baseline).findings);
    return options;
}

void printNotifications(const std::vector<report::Notification>& notifications) {
    for (const auto& note : notifications) {
        std::string place = note.location.file.empty() ? "deadheat" : note.location.file;
        if (note.location.line != 0)
            place += fmt::format(":{}:{}", note.location.line, note.location.column);
        fmt::print(stderr, "{}: warning: {}\n", place, note.message);
    }
}

int listChecks(const ReportOptions& options, const pipeline::Config& config) {
    const auto rules = pipeline::enabledRules(options.checks.empty() ? config.checks.value_or("") : options.checks);
    std::size_t width = 0;
    for (const auto& rule : rules)
        width = std::max(width, rule.id.size());
    for (const auto& rule : rules)
        fmt::print("{:<{}}  {}\n", rule.id, width, rule.summary);
    return kClean;
}

int writeReports(const pipeline::Analysis& analysis, const report::Sources& sources, const ReportOptions& options,
                 const RunSummary& summary) {
    printNotifications(analysis.report.notifications);
    auto shown = analysis.report;
    const auto isKnown = std::erase_if(shown.findings, [&](const report::Finding& finding) {
        return analysis.baseline.contains(finding.fingerprint);
    });
    fmt::print("{}", report::toText(shown, sources, {::isatty(STDOUT_FILENO) == 1}));
    std::fflush(stdout);
    const auto* baseline = options.baseline.empty() ? nullptr : &analysis.baseline;
    if (!options.sarif.empty())
        writeOutput(options.sarif, report::toSarif(analysis.report, {baseline, &sources, ""}));
    if (!options.json.empty())
        writeOutput(options.json, report::toJson(shown));
    const auto line = summaryLine(analysis, summary, shown.findings.size(), isKnown);
    if (!options.quiet && (line.hasNews || ::isatty(STDERR_FILENO) == 1))
        fmt::print(stderr, "{}\n", line.text);
    return shown.findings.empty() ? kClean : kFindings;
}

void keepForExplain(const report::Report& report, const std::filesystem::path& projectRoot,
                    const std::filesystem::path& cacheFolder) {
    writeOutput(cacheFolder / kLastReport, report::toSarif(report, {nullptr, nullptr, projectRoot.string()}));
}

} // namespace deadheat::cli
