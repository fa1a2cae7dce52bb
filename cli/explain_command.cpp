// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// deadheat explain: one finding of the last report, with the page of its check.
#include "cli/analysis_options.h"
#include "cli/command.h"
#include "report/rule_docs.h"
#include "report/sarif.h"
#include "report/text.h"
#include "report/user_error.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <memory>
#include <unistd.h>

namespace deadheat::cli {

namespace {

namespace fs = std::filesystem;

struct ExplainOptions {
    std::string fingerprint, buildFolder, report;
};

fs::path lastReport(const ExplainOptions& options) {
    if (!options.report.empty())
        return options.report;
    const std::vector<fs::path> candidates = options.buildFolder.empty() ? std::vector<fs::path>{".", "build", "out"}
                                                                         : std::vector<fs::path>{options.buildFolder};
    for (const auto& folder : candidates)
        for (const auto& file : {folder / ".deadheat" / kLastReport, folder / kLastReport})
            if (fs::is_regular_file(file))
                return file;
    throw report::UserError(
        "no report of an earlier run here; run deadheat check first, or name its build folder with -p");
}

const report::Finding& findOnly(const std::vector<report::Finding>& findings, const std::string& prefix,
                                const fs::path& file) {
    const report::Finding* found = nullptr;
    for (const auto& finding : findings) {
        if (!finding.fingerprint.starts_with(prefix))
            continue;
        if (found)
            throw report::UserError(
                fmt::format("{}: several findings begin with '{}'; give more digits", file.string(), prefix));
        found = &finding;
    }
    if (!found)
        throw report::UserError(fmt::format("{}: no finding '{}' in it", file.string(), prefix));
    return *found;
}

int explain(const ExplainOptions& options) {
    const auto file = lastReport(options);
    const auto log = report::readSarif(file);
    const auto& finding = findOnly(log.findings, options.fingerprint, file);
    const report::Sources sources(log.sourceRoot.empty() ? "." : log.sourceRoot);
    fmt::print("{}", report::toText(finding, sources, {::isatty(STDOUT_FILENO) == 1}));
    if (const auto help = report::ruleHelp(finding.rule); !help.empty())
        fmt::print("\n{}", help);
    return kClean;
}

Action configure(CLI::App& app) {
    auto options = std::make_shared<ExplainOptions>();
    app.add_option("fingerprint", options->fingerprint, "The finding's fingerprint, or how it begins")->required();
    app.add_option("-p", options->buildFolder, "Build folder or cache folder of the run (default: ., build, out)");
    app.add_option("--report", options->report, "SARIF report to look in instead of the last one");
    return [options](const Tail&) { return explain(*options); };
}

const Registration kRegistration{{"explain", "Explain a finding of the last report", configure}};

} // namespace

} // namespace deadheat::cli
