// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// deadheat replay: runs a recorded schedule again.
#include "cli/command.h"
#include "cli/runtime_report.h"
#include "report/user_error.h"
#include "runtime/launch/explore.h"
#include "runtime/launch/rules.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fstream>
#include <memory>

namespace deadheat::cli {
namespace {

struct Options {
    std::string file;
    std::string log;
    ReportFiles files;
};

int replay(Options options, const Tail& tail) {
    launch::Schedule schedule = launch::readSchedule(options.file);
    if (tail.given)
        schedule.command = tail.arguments;
    const launch::Program program = launch::findProgram(schedule.command);
    options.files.program = program.arguments.front();
    launch::Stacks stacks(sourceRoot());
    launch::ScheduleResult result =
        launch::replay(program, schedule, {.exact = true, .keepLog = !options.log.empty()}, stacks);
    fmt::print("{}", result.output);
    if (!options.log.empty() && !(std::ofstream(options.log, std::ios::binary) << result.log))
        throw report::UserError(fmt::format("{}: cannot write this log", options.log));
    if (result.divergedStep != 0)
        throw report::UserError(
            fmt::format("{}: not deterministic, or not the program that was recorded: first difference at step {}",
                        options.file, result.divergedStep));
    for (report::Finding& finding : result.findings)
        finding.replay = fmt::format("deadheat replay {}", options.file);
    std::vector<report::Rule> rules = launch::rulesOf(result.findings);
    return writeReport(std::move(result.findings), std::move(rules), options.files);
}

Action configure(CLI::App& app) {
    auto options = std::make_shared<Options>();
    app.add_option("file", options->file, "The schedule file")->required()->check(CLI::ExistingFile);
    app.add_option("--log", options->log, "Write the steps")->type_name("FILE");
    options->files.addOptions(app);
    app.footer("deadheat replay FILE [-- PROGRAM ARGUMENTS]");
    return [options](const Tail& tail) { return replay(*options, tail); };
}

const Registration registration({"replay", "Run a recorded schedule again", configure});

} // namespace
} // namespace deadheat::cli
