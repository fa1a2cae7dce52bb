// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// deadheat timeline: shows what happens under a recorded schedule, step by step.
#include "cli/command.h"
#include "cli/runtime_report.h"
#include "report/user_error.h"
#include "runtime/launch/timeline.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fstream>
#include <memory>

namespace deadheat::cli {
namespace {

struct Options {
    std::string file;
    std::string output;
};

int timeline(const Options& options, const Tail& tail) {
    launch::Schedule schedule = launch::readSchedule(options.file);
    if (tail.given)
        schedule.command = tail.arguments;
    const launch::Program program = launch::findProgram(schedule.command);
    launch::Stacks stacks(sourceRoot());
    const launch::ScheduleResult result = launch::replay(program, schedule, {.exact = true, .keepLog = true}, stacks);
    const launch::Timeline picture = launch::makeTimeline(result, stacks);
    fmt::print("{}", launch::toText(picture));
    if (!options.output.empty() && !(std::ofstream(options.output, std::ios::binary) << launch::toHtml(picture)))
        throw report::UserError(fmt::format("{}: cannot write this page", options.output));
    return kClean;
}

Action configure(CLI::App& app) {
    auto options = std::make_shared<Options>();
    app.add_option("file", options->file, "The schedule file")->required()->check(CLI::ExistingFile);
    app.add_option("-o,--output", options->output, "Also write a page for a browser")->type_name("FILE.html");
    app.footer("deadheat timeline FILE [-o FILE.html] [-- PROGRAM ARGUMENTS]");
    return [options](const Tail& tail) { return timeline(*options, tail); };
}

const Registration registration({"timeline", "Show what happens under a recorded schedule", configure});

} // namespace
} // namespace deadheat::cli
