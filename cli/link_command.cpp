// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// deadheat link: modules that `extract` wrote to a report, without Clang.
#include "analyzer/pipeline/modules.h"
#include "analyzer/pipeline/project_api.h"
#include "cli/analysis_options.h"
#include "cli/command.h"
#include "report/user_error.h"

#include <CLI/CLI.hpp>
#include <memory>

namespace deadheat::cli {

namespace {

struct LinkOptions {
    ReportOptions report;
    std::vector<std::string> modules;
    std::string root = ".";
};

int linkModules(const LinkOptions& options) {
    const auto config = pipeline::projectConfig(options.report.configFile, options.root);
    options.report.requireUsable(config);
    if (options.report.listChecks)
        return listChecks(options.report, config);
    const auto analysisOptions = options.report.analysisOptions(config);
    if (options.modules.empty())
        throw report::UserError("link: name at least one module (.dhir)");
    auto loaded = pipeline::readModules(options.modules);
    RunSummary summary;
    summary.units = loaded.modules.size();
    summary.withErrors = loaded.withErrors;
    const report::Sources sources(options.root);
    auto analysis = pipeline::analyse(std::move(loaded.modules), sources, analysisOptions);
    analysis.report.notifications = std::move(loaded.notifications);
    return writeReports(analysis, sources, options.report, summary);
}

Action configure(CLI::App& app) {
    auto options = std::make_shared<LinkOptions>();
    app.add_option("modules", options->modules, "Modules (.dhir)");
    app.add_option("--root", options->root,
                   "Project root, for the source lines in reports (default: the current folder)")
        ->check(CLI::ExistingDirectory);
    options->report.add(app);
    return [options](const Tail&) { return linkModules(*options); };
}

const Registration kRegistration{{"link", "Link modules and check the program", configure}};

} // namespace

} // namespace deadheat::cli
