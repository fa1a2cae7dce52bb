// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// deadheat minimise: finds a schedule with fewer context switches that fails in the same way.
#include "cli/command.h"
#include "cli/runtime_report.h"
#include "report/user_error.h"
#include "runtime/launch/minimise.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <memory>

namespace deadheat::cli {
namespace {

struct Options {
    std::string file;
    std::string output;
    launch::MinimiseOptions minimise;
};

std::string defaultOutput(const std::string& file) {
    std::filesystem::path path(file);
    return path.replace_extension(".min.schedule").string();
}

int minimise(const Options& options, const Tail& tail) {
    launch::Schedule schedule = launch::readSchedule(options.file);
    if (tail.given)
        schedule.command = tail.arguments;
    const launch::Program program = launch::findProgram(schedule.command);
    launch::Stacks stacks(sourceRoot());
    const launch::MinimiseResult result = launch::minimise(program, schedule, options.minimise, stacks);
    if (!result.best.failed())
        throw report::UserError(fmt::format("{}: the program does not fail under this schedule", options.file));
    const std::string output = options.output.empty() ? defaultOutput(options.file) : options.output;
    launch::writeSchedule(output, result.best.schedule);
    fmt::print("{} switches instead of {}, {} instead of {} of them preemptions, after {} attempts; replay: deadheat "
               "replay {}\n",
               result.best.schedule.switches(), schedule.switches(), result.best.preemptions, result.preemptionsBefore,
               result.attempts, output);
    return kClean;
}

Action configure(CLI::App& app) {
    auto options = std::make_shared<Options>();
    app.add_option("file", options->file, "The schedule file")->required()->check(CLI::ExistingFile);
    app.add_option("-o,--output", options->output, "Where to write the result; default: FILE with .min.schedule");
    app.add_option("--attempts", options->minimise.attempts, "At most so many runs of the program")
        ->check(CLI::Range(1, 1000000));
    app.footer("deadheat minimise FILE [-o FILE] [-- PROGRAM ARGUMENTS]");
    return [options](const Tail& tail) { return minimise(*options, tail); };
}

const Registration registration({"minimise", "Find a schedule with fewer context switches that fails in the same way",
                                 configure});

} // namespace
} // namespace deadheat::cli
