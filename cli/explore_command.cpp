// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// deadheat explore: runs an instrumented program under many schedules and keeps those that fail.
#include "cli/command.h"
#include "cli/runtime_report.h"
#include "report/user_error.h"
#include "runtime/launch/explore.h"
#include "runtime/launch/rules.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <memory>

namespace deadheat::cli {
namespace {

struct Options {
    launch::ExploreOptions explore;
    ReportFiles files;
    std::string schedules = "1000";
    std::string folder = ".";
    std::string log;
    std::string oracle;
    bool noRareEvents = false;
    bool quiet = false;
};

std::uint64_t parseNumber(std::string_view text, const std::string& whole) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        throw report::UserError(fmt::format("--schedules {}: give a number N, or a range FROM..TO", whole));
    return value;
}

/// "N" is 0..N-1.
void parseSchedules(const std::string& text, launch::ExploreOptions& options) {
    const std::size_t dots = text.find("..");
    if (dots == std::string::npos) {
        const std::uint64_t count = parseNumber(text, text);
        if (count == 0)
            throw report::UserError("--schedules 0: at least one schedule is needed");
        options.first = 0;
        options.last = count - 1;
        return;
    }
    options.first = parseNumber(std::string_view(text).substr(0, dots), text);
    options.last = parseNumber(std::string_view(text).substr(dots + 2), text);
    if (options.last < options.first)
        throw report::UserError(fmt::format("--schedules {}: the range is empty", text));
}

std::string fileFor(const Options& options, const launch::Schedule& schedule) {
    const std::string name = std::filesystem::path(schedule.command.front()).filename().string();
    return (std::filesystem::path(options.folder) /
            fmt::format("{}-{}-{}.schedule", name, schedule.seed, schedule.number))
        .lexically_normal()
        .string();
}

/// Keeps the schedule and tells how to run it again.
void keep(const Options& options, const launch::ScheduleResult& failure, std::vector<report::Finding>& all) {
    const std::string file = fileFor(options, failure.schedule);
    launch::writeSchedule(file, failure.schedule);
    const std::string replay = fmt::format("deadheat replay {}", file);
    fmt::print("schedule {} of seed {} fails ({}); replay: {}\n", failure.schedule.number, failure.schedule.seed,
               failure.schedule.failure, replay);
    for (report::Finding finding : failure.findings) {
        const auto known = std::find_if(all.begin(), all.end(), [&](const report::Finding& other) {
            return other.rule == finding.rule && other.variant == finding.variant &&
                   other.location == finding.location && other.subject == finding.subject;
        });
        if (known != all.end())
            continue;
        finding.replay = replay;
        all.push_back(std::move(finding));
    }
    if (!options.quiet && !failure.output.empty())
        fmt::print("--- output of schedule {}\n{}---\n", failure.schedule.number, failure.output);
}

/// Runs the first failing schedule again; says where the program does something else although it was steered alike.
void checkDeterminism(const launch::Program& program, const launch::ScheduleResult& failure, unsigned timeout,
                      launch::Stacks& stacks) {
    const launch::ScheduleResult again =
        launch::replay(program, failure.schedule, {.exact = true, .keepLog = true, .scheduleTimeout = timeout}, stacks);
    if (again.divergedStep != 0)
        fmt::print("not deterministic: first difference at step {}{}\n", again.divergedStep,
                   launch::lastStep(again, stacks));
    else if (again.schedule.failure != failure.schedule.failure)
        fmt::print(
            "not deterministic: the same schedule ends with '{}' this time; something outside the threads decides\n",
            again.failed() ? again.schedule.failure : "no failure");
}

void writeLog(const std::string& file, const launch::ScheduleResult& result) {
    std::ofstream output(file, std::ios::binary);
    output << result.log;
    if (!output.flush())
        throw report::UserError(fmt::format("{}: cannot write this log", file));
}

int explore(Options options, const Tail& tail) {
    const launch::Program program = launch::findProgram(tail.arguments);
    options.files.program = program.arguments.front();
    parseSchedules(options.schedules, options.explore);
    options.explore.keepLog = !options.log.empty();
    options.explore.rareEvents = !options.noRareEvents;
    options.explore.compareOutput = !options.oracle.empty();
    if (options.explore.jobs > 1 && (options.explore.compareOutput || options.explore.strategy == "exhaustive"))
        throw report::UserError("--jobs: '--oracle' and '--strategy exhaustive' need one schedule after the other");
    launch::Stacks stacks(sourceRoot());
    std::vector<report::Finding> findings;
    const launch::ExploreResult result =
        launch::explore(program, options.explore, stacks,
                        [&](const launch::ScheduleResult& failure) { keep(options, failure, findings); });
    if (!result.failures.empty() && !options.explore.compareOutput)
        checkDeterminism(program, result.failures.front(), options.explore.scheduleTimeout, stacks);
    if (!options.log.empty() && !result.failures.empty())
        writeLog(options.log, result.failures.front());
    for (const std::string& what : result.unsteered)
        fmt::print("not steered: {}; schedules may not replay\n", what);
    std::vector<report::Rule> rules = launch::rulesOf(findings);
    const int code = writeReport(std::move(findings), std::move(rules), options.files);
    const bool stepsVary = options.explore.jobs > 1 && !options.explore.keepGoing && !result.failures.empty();
    fmt::print("{} schedule{} by {}, {} failed{}{}\n", result.schedules, result.schedules == 1 ? "" : "s",
               options.explore.strategy, result.failures.size(), result.exhausted ? ", all explored" : "",
               stepsVary ? "" : fmt::format("; {} steps", result.steps));
    return code;
}

Action configure(CLI::App& app) {
    auto options = std::make_shared<Options>();
    launch::ExploreOptions& explored = options->explore;
    app.add_option("--strategy", explored.strategy, "Who runs next: random, pct, pos, surw, round-robin, exhaustive")
        ->check(CLI::IsMember({"random", "pct", "pos", "surw", "round-robin", "exhaustive"}));
    app.add_option("--schedules", options->schedules, "How many, or FROM..TO")->type_name("N");
    app.add_option("--seed", explored.seed, "Schedule n of a seed is the same everywhere")->type_name("S");
    app.add_option("--depth", explored.depth, "pct: depth of the bugs to look for")->check(CLI::Range(1, 100));
    app.add_option("--preemptions", explored.bound, "exhaustive: most preemptions in a schedule");
    app.add_option("--switch-percent", explored.switchPercent, "random: chance of a switch at a step; default: varied")
        ->check(CLI::Range(1, 100));
    app.add_option("--max-steps", explored.maxSteps,
                   "Steps without a thread starting or ending that count as a livelock");
    app.add_option("--timeout", explored.scheduleTimeout, "Real milliseconds after which a schedule counts as stuck");
    app.add_option("-j,--jobs", explored.jobs, "Run so many schedules side by side; the result is the same")
        ->check(CLI::Range(1, 256));
    app.add_flag("--no-rare-events", options->noRareEvents, "No early timeouts, no spurious wakeups");
    app.add_flag("--keep-going", explored.keepGoing, "Do not stop at the first failure");
    app.add_option("--oracle", options->oracle, "stdout: differing output is a failure")
        ->check(CLI::IsMember({"stdout"}));
    app.add_option("--output", options->folder, "Where schedule files go")->check(CLI::ExistingDirectory);
    app.add_option("--log", options->log, "Write the steps of the first failing schedule")->type_name("FILE");
    app.add_flag("--quiet", options->quiet, "Do not show what the program prints");
    options->files.addOptions(app);
    app.footer("deadheat explore [OPTIONS] -- PROGRAM [ARGUMENTS]");
    return [options](const Tail& tail) { return explore(*options, tail); };
}

const Registration registration({"explore", "Run a program under many schedules and report those that fail",
                                 configure});

} // namespace
} // namespace deadheat::cli
