// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/explore.h"

#include "report/user_error.h"
#include "runtime/launch/goal.h"
#include "runtime/launch/lanes.h"
#include "runtime/launch/server.h"

#include <chrono>
#include <fmt/format.h>
#include <fstream>
#include <limits>
#include <map>
#include <optional>

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

/// Failures in order of number, although lanes find them in any order.
class OrderedFailures {
public:
    OrderedFailures(const Lanes& lanes, const FailureSink& sink) : lanes_(lanes), sink_(sink) {}

    void add(ScheduleResult failure) {
        const std::uint64_t number = failure.schedule.number;
        waiting_.emplace(number, std::move(failure));
    }

    /// Hands on those that no other can come before; at most `most`.
    void flush(std::size_t most) {
        while (!waiting_.empty() && told_.size() < most && lanes_.isPast(waiting_.begin()->first)) {
            told_.push_back(std::move(waiting_.begin()->second));
            waiting_.erase(waiting_.begin());
            if (sink_)
                sink_(told_.back());
        }
    }

    std::vector<ScheduleResult>& told() { return told_; }

private:
    const Lanes& lanes_;
    const FailureSink& sink_;
    std::map<std::uint64_t, ScheduleResult> waiting_;
    std::vector<ScheduleResult> told_;
};

/// Every schedule must print what the first one printed.
class OutputOracle {
public:
    void judge(const Program& program, ScheduleResult& schedule) {
        if (schedule.failed())
            return;
        if (expected_ && schedule.output != *expected_)
            schedule.findings.push_back(outputDiffers(program.arguments.front(), schedule.schedule.number));
        if (!expected_)
            expected_ = schedule.output;
    }

private:
    std::optional<std::string> expected_;
};

} // namespace

ExploreResult explore(const Program& program, const ExploreOptions& options, Stacks& stacks,
                      const FailureSink& onFailure) {
    const auto start = std::chrono::steady_clock::now();
    const std::size_t mostFailures = options.keepGoing ? std::numeric_limits<std::size_t>::max() : 1;
    OutputOracle oracle;
    Lanes lanes(program, ordersOf(options), options.jobs, options.tsanOptions);
    OrderedFailures failures(lanes, onFailure);
    while (Server* server = lanes.next()) {
        ScheduleResult schedule = server->result(stacks);
        if (options.compareOutput)
            oracle.judge(program, schedule);
        if (schedule.failed()) {
            if (!options.keepGoing)
                lanes.endAfter(schedule.schedule.number);
            failures.add(std::move(schedule));
            failures.flush(mostFailures);
        }
        server->proceed();
    }
    failures.flush(mostFailures);
    ExploreResult result;
    result.failures = std::move(failures.told());
    result.schedules = lanes.schedules();
    if (!options.keepGoing && !result.failures.empty()) // other lanes may have gone further
        result.schedules = result.failures.front().schedule.number - options.first + 1;
    result.steps = lanes.steps();
    result.unsteered = lanes.unsteered();
    result.exhausted = lanes.exhausted();
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

sched::Orders replayOrders(const Schedule& schedule, const ReplayOptions& options) {
    ExploreOptions explored;
    explored.strategy = schedule.strategy;
    explored.seed = schedule.seed;
    explored.first = explored.last = schedule.number;
    explored.maxSteps = schedule.maxSteps;
    explored.keepLog = options.keepLog;
    explored.scheduleTimeout = options.scheduleTimeout;
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
    ScheduleResult result = server.result(stacks);
    if (options.exact && result.divergedStep == 0 && result.schedule.steps() < schedule.steps())
        result.divergedStep = result.schedule.steps() + 1; // it ended before
    return result;
}

} // namespace deadheat::launch
