// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the subcommands of the runtime do with their findings: text on standard output, files beside it.
#pragma once

#include "report/report.h"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace deadheat::cli {

struct ReportFiles {
    std::string sarif, json, junit;
    std::string action = "deadheat"; ///< what was done, and to which program: the name of the test in JUnit's XML
    std::string program;
    void addOptions(CLI::App& app);
};

/// Writes the findings everywhere; returns the exit code. Throws report::UserError when a file cannot be written.
int writeReport(std::vector<report::Finding> findings, std::vector<report::Rule> rules, const ReportFiles& files);

/// The root below which files are named relatively.
std::string sourceRoot();

} // namespace deadheat::cli
