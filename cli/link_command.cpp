// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// deadheat link: modules that `extract` wrote to a report, without Clang.
#include "analyzer/ir/binary.h"
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

/// Problems of the units, which `extract` has printed once already but a report must keep.
void addNotifications(const std::vector<ir::Module>& modules, report::Report& report) {
    for (const auto& module : modules)
        for (const auto& diagnostic : module.diagnostics) {
            const bool hasPlace = diagnostic.range.file != ir::kNone;
            report.notifications.push_back({diagnostic.message,
                                            {hasPlace ? module.files[diagnostic.range.file] : module.source, diagnostic.range.line,
                                             diagnostic.range.column, 0, 0}});
        }
}

int linkModules(const LinkOptions& options) {
    const auto config = pipeline::projectConfig(options.report.configFile, options.root);
    options.report.requireUsable(config);
    if (options.report.listChecks)
        return listChecks(options.report, config);
    const auto analysisOptions = options.report.analysisOptions(config);
    if (options.modules.empty())
        throw report::UserError("link: name at least one module (.dhir)");
    std::vector<ir::Module> modules;
    try {
        for (const auto& file : options.modules)
            modules.push_back(ir::readFile(file));
    } catch (const ir::FormatError& error) {
        throw report::UserError(error.what());
    }
    report::Report notes;
    addNotifications(modules, notes);
    RunSummary summary;
    summary.units = modules.size();
    const report::Sources sources(options.root);
    auto analysis = pipeline::analyse(std::move(modules), sources, analysisOptions);
    analysis.report.notifications = std::move(notes.notifications);
    return writeReports(analysis, sources, options.report, summary);
}

Action configure(CLI::App& app) {
    auto options = std::make_shared<LinkOptions>();
    app.add_option("modules", options->modules, "Modules (.dhir)");
    app.add_option("--root", options->root, "Project root, for the source lines in reports (default: the current folder)")
        ->check(CLI::ExistingDirectory);
    options->report.add(app);
    return [options](const Tail&) { return linkModules(*options); };
}

const Registration kRegistration{{"link", "Link modules and check the program", configure}};

} // namespace

} // namespace deadheat::cli
