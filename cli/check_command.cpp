// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// deadheat check: compile database to report.
#include "analyzer/pipeline/extraction.h"
#include "analyzer/pipeline/findings_cache.h"
#include "analyzer/pipeline/project_api.h"
#include "analyzer/pipeline/units.h"
#include "cli/analysis_options.h"
#include "cli/command.h"
#include "cli/progress.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <memory>
#include <thread>

namespace deadheat::cli {

namespace {

struct CheckOptions {
    ReportOptions report;
    std::string buildFolder, cacheFolder, root;
    std::vector<std::string> paths;
    unsigned jobs = std::max(1u, std::thread::hardware_concurrency());
    bool verbose = false;
};

pipeline::Units selectUnits(const CheckOptions& options, const Tail& tail) {
    pipeline::UnitRequest request;
    if (!options.buildFolder.empty())
        request.buildFolder = options.buildFolder;
    request.paths = options.paths;
    if (tail.given)
        request.flags = tail.arguments;
    auto units = pipeline::selectUnits(request);
    if (!options.root.empty())
        units.projectRoot = std::filesystem::canonical(options.root);
    return units;
}

pipeline::ExtractionOptions extractionOptions(const CheckOptions& options, const pipeline::Units& units) {
    pipeline::ExtractionOptions extraction;
    extraction.jobs = options.jobs;
    extraction.projectRoot = units.projectRoot;
    extraction.cacheFolder =
        options.cacheFolder.empty() ? units.buildFolder / ".deadheat" : std::filesystem::path(options.cacheFolder);
    extraction.showWorkerErrors = options.verbose;
    return extraction;
}

struct Found {
    pipeline::Extraction units; ///< without the modules
    std::vector<report::Finding> findings;
};

/// What the checks say about the units; from the cache when no module changed since the last run.
Found findIn(const pipeline::Units& units, pipeline::ExtractionOptions options, const std::string& checks) {
    Progress progress;
    options.progress = [&](std::size_t done, std::size_t total, const std::string& file) {
        progress.show(done, total, file);
    };
    const pipeline::FindingsCache cache(options.cacheFolder);
    const auto keyOf = [&](const std::string& modules) { return modules + " " + checks; };
    std::optional<std::vector<report::Finding>> known;
    options.needsModules = [&](const std::string& modules) { return !(known = cache.load(keyOf(modules))); };
    Found found{pipeline::extractAll(units.commands, options), {}};
    progress.clear();
    if (known)
        found.findings = std::move(*known);
    else
        found.findings = pipeline::findingsIn(std::move(found.units.modules), checks);
    if (!known && !found.units.key.empty())
        cache.store(keyOf(found.units.key), found.findings);
    return found;
}

int check(const CheckOptions& options, const Tail& tail) {
    if (options.report.listChecks) {
        const auto config = pipeline::projectConfig(options.report.configFile, std::filesystem::current_path());
        options.report.requireUsable(config);
        return listChecks(options.report, config);
    }
    const auto units = selectUnits(options, tail);
    const auto config = pipeline::projectConfig(options.report.configFile, units.projectRoot);
    options.report.requireUsable(config);
    const auto analysisOptions = options.report.analysisOptions(config);
    const auto api = pipeline::projectApi(config);
    auto extraction = extractionOptions(options, units);
    extraction.api = &api;
    auto found = findIn(units, extraction, analysisOptions.checks);

    const report::Sources sources(units.projectRoot);
    auto analysis = pipeline::analysisOf(std::move(found.findings), sources, analysisOptions);
    analysis.report.notifications = std::move(found.units.notifications);
    keepForExplain(analysis.report, units.projectRoot, extraction.cacheFolder);
    return writeReports(analysis, sources, options.report,
                        {found.units.units, found.units.withErrors, found.units.lost, found.units.droppedFlags});
}

Action configure(CLI::App& app) {
    auto options = std::make_shared<CheckOptions>();
    app.add_option("paths", options->paths,
                   "Files, folders or globs of the units to check (default: all in the database)");
    app.add_option(
        "-p", options->buildFolder,
        "Folder with compile_commands.json (default: looked for as clang-tidy does, and in build/ and out/)");
    app.add_option("-j,--jobs", options->jobs, "Units read at a time (default: one per processor)")
        ->check(CLI::Range(1u, 4096u));
    app.add_option("--cache-dir", options->cacheFolder,
                   "Where read units are kept (default: .deadheat beside the database)");
    app.add_option("--root", options->root, "Project root: files below it are reported relative to it")
        ->check(CLI::ExistingDirectory);
    app.add_flag("-v,--verbose", options->verbose, "Let the processes that read the units write to standard error");
    options->report.add(app);
    app.footer("Flags behind -- replace the database: deadheat check a.cpp -- -std=c++20 -Iinclude");
    return [options](const Tail& tail) { return check(*options, tail); };
}

const Registration kRegistration{{"check", "Check a code base for concurrency bugs", configure}};

} // namespace

} // namespace deadheat::cli
