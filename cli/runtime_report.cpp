// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/runtime_report.h"

#include "cli/command.h"
#include "report/fingerprint.h"
#include "report/json.h"
#include "report/junit.h"
#include "report/order.h"
#include "report/sarif.h"
#include "report/text.h"
#include "report/user_error.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <unistd.h>

namespace deadheat::cli {
namespace {

void writeFile(const std::string& file, const std::string& text) {
    std::ofstream output(file, std::ios::binary);
    output << text;
    output.flush();
    if (!output)
        throw report::UserError(fmt::format("{}: cannot write this file", file));
}

} // namespace

void ReportFiles::addOptions(CLI::App& app) {
    app.add_option("--sarif", sarif, "Also write the findings as SARIF 2.1.0")->type_name("FILE");
    app.add_option("--json", json, "Also write the findings as JSON")->type_name("FILE");
    app.add_option("--junit", junit, "Also write JUnit's XML: a test that fails with the findings")->type_name("FILE");
    action = "deadheat " + app.get_name();
}

std::string sourceRoot() { return std::filesystem::current_path().string(); }

int writeReport(std::vector<report::Finding> findings, std::vector<report::Rule> rules, const ReportFiles& files) {
    const report::Sources sources(sourceRoot());
    report::Report report{std::move(findings), std::move(rules), {}};
    report::canonicalize(report.findings);
    report::assignFingerprints(report.findings, sources);
    if (!report.findings.empty())
        fmt::print("{}", report::toText(report, sources, {.color = isatty(STDOUT_FILENO) != 0}));
    std::fflush(stdout);
    report::SarifOptions sarif;
    sarif.sources = &sources;
    if (!files.sarif.empty())
        writeFile(files.sarif, report::toSarif(report, sarif));
    if (!files.json.empty())
        writeFile(files.json, report::toJson(report));
    if (!files.junit.empty())
        writeFile(files.junit,
                  report::toJunit(report, {files.action, files.program, report::toText(report, sources, {})}));
    return report.findings.empty() ? kClean : kFindings;
}

} // namespace deadheat::cli
