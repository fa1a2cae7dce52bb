// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/explore.h"

#include "report/user_error.h"
#include "runtime/launch/goal.h"
#include "runtime/launch/server.h"

#include <chrono>
#include <fmt/format.h>
#include <fstream>

namespace deadheat::launch {
namespace {

using report::UserError;

} // namespace

sched::Orders ordersOf(const ExploreOptions& options) {
    sched::Orders orders;
    orders.mode = sched::Mode::explore;
    orders.seed = options.seed;
    orders.first = options.first;
    orders.last = options.last;
    orders.maxSteps = options.maxSteps;
    orders.depth = options.depth;
    orders.bound = options.bound;
    orders.switchPercent = options.switchPercent;
    orders.scheduleTimeout = options.scheduleTimeout;
    orders.rareEvents = options.rareEvents;
    orders.keepLog = options.keepLog;
    orders.reportEvery = options.compareOutput;
    orders.wantProfile = options.strategy == "pct" || options.strategy == "surw";
    options.strategy.copy(orders.strategy, sizeof orders.strategy - 1);
    return orders;
}

std::string tsanOptionsOf(const std::string& strategy) {
    return strategy == kConfirmStrategy ? "suppress_equal_addresses=0:suppress_equal_stacks=0" : "";
}

namespace {

/// Does a debugger watch this process? Then people decide how long a schedule takes.
bool isTraced() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("TracerPid:"))
            return line.find_first_of("123456789") != std::string::npos;
    return false;
}

report::Finding outputDiffers(const std::string& program, std::uint64_t number) {
    report::Finding finding;
    finding.rule = "output-difference";
    finding.level = report::Level::error;
    finding.confidence = report::Confidence::high;
    finding.world = report::World::run;
    finding.subject = program;
    finding.message =
        fmt::format("the program prints something else under schedule {} than under the first one", number);
    return finding;
}

} // namespace

ExploreResult explore(const Program& program, const ExploreOptions& options, Stacks& stacks,
                      const FailureSink& onFailure) {
    const auto start = std::chrono::steady_clock::now();
    ExploreResult result;
    std::string expectedOutput;
    bool haveExpected = false;
    Server server(program, ordersOf(options), options.tsanOptions);
    while (server.next()) {
        ScheduleResult schedule = server.result(stacks);
        if (options.compareOutput && !schedule.failed()) {
            if (haveExpected && schedule.output != expectedOutput)
                schedule.findings.push_back(outputDiffers(program.arguments.front(), schedule.schedule.number));
            expectedOutput = haveExpected ? expectedOutput : schedule.output;
            haveExpected = true;
        }
        if (schedule.failed()) {
            if (onFailure)
                onFailure(schedule);
            result.failures.push_back(std::move(schedule));
            if (!options.keepGoing)
                break;
        }
        server.proceed();
    }
    result.schedules = server.control().results.schedulesDone;
    result.steps = server.control().results.totalSteps;
    result.unsteered = server.unsteered();
    result.exhausted = server.control().results.end == sched::End::exhausted;
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

sched::Orders replayOrders(const Schedule& schedule, const ReplayOptions& options) {
    ExploreOptions explored;
    explored.strategy = schedule.strategy;
    explored.seed = schedule.seed;
    explored.first = explored.last = schedule.number;
    explored.keepLog = options.keepLog;
    sched::Orders orders = ordersOf(explored);
    orders.mode = options.exact ? sched::Mode::replay : sched::Mode::follow;
    orders.reportEvery = 1;
    orders.wantProfile = 0;
    orders.wholeProgram = schedule.wholeProgram;
    if (isTraced())
        orders.scheduleTimeout = 0;
    return orders;
}

void prepareReplay(const Program& program, const Schedule& schedule, sched::ControlBlock& block) {
    placeRecording(block, schedule);
    if (schedule.aim.empty())
        return;
    const ProgramCode code(program);
    aim(goalFromText(schedule.aim, code), code, block);
}

std::string lastStep(const ScheduleResult& result, Stacks& stacks) {
    const Records steps = parseRecords(result.log);
    if (steps.empty())
        return "";
    const nlohmann::json& last = steps.back();
    return fmt::format(", in thread T{} after '{}' at {}", last.value("thread", 0u), last.value("does", ""),
                       stacks.brief(nlohmann::json::array({last.value("at", "")})));
}

ScheduleResult replay(const Program& program, const Schedule& schedule, const ReplayOptions& options, Stacks& stacks) {
    Server server(program, replayOrders(schedule, options), tsanOptionsOf(schedule.strategy),
                  [&](sched::ControlBlock& block) { prepareReplay(program, schedule, block); });
    if (!server.next())
        throw UserError(fmt::format("{}: the schedule could not be run", program.file));
    return server.result(stacks);
}

} // namespace deadheat::launch
