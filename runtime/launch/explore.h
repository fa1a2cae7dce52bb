// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `deadheat explore`, `replay`, `minimise`: controlled runs of a program through its fork server.
#pragma once

#include "runtime/launch/findings.h"
#include "runtime/launch/program.h"
#include "runtime/launch/schedule_file.h"

#include <functional>

namespace deadheat::launch {

struct ExploreOptions {
    std::string strategy = "random";
    std::uint64_t seed = 1;
    std::uint64_t first = 0;
    std::uint64_t last = 99; ///< inclusive
    std::uint64_t maxSteps = 10'000'000;
    unsigned depth = 3;
    unsigned bound = 2;
    unsigned switchPercent = 0;
    unsigned scheduleTimeout = 30'000; ///< milliseconds of real time
    unsigned jobs = 1;                 ///< schedules run side by side
    bool rareEvents = true;
    bool keepGoing = false;     ///< do not stop at the first failure
    bool compareOutput = false; ///< differing output between schedules is a failure
    bool keepLog = false;
    std::string tsanOptions;
};

/// One schedule, as it went.
struct ScheduleResult {
    Schedule schedule;
    std::vector<report::Finding> findings;
    Records records;                    ///< what the findings were made from
    std::string output;                 ///< what the program printed
    std::string log;                    ///< the step log, if asked for
    std::vector<std::string> unsteered; ///< what the scheduler could not steer
    std::uint64_t divergedStep = 0;     ///< of a replay; 0: none
    std::uint64_t preemptions = 0;      ///< switches away from a thread that could have gone on
    bool stuck = false;                 ///< ended because of the time limit
    bool failed() const { return !findings.empty(); }
};

struct ExploreResult {
    std::vector<ScheduleResult> failures;
    std::uint64_t schedules = 0;
    std::uint64_t steps =
        0; ///< of all schedules that were run: with several jobs some come after the one that fails first
    double seconds = 0;
    bool exhausted = false;             ///< the exhaustive strategy has seen everything
    std::vector<std::string> unsteered; ///< what the scheduler could not steer in any of them
};

sched::Orders ordersOf(const ExploreOptions& options);

/// The strategy of `deadheat confirm`.
inline constexpr char kConfirmStrategy[] = "confirm";
/// What ThreadSanitizer must be told in runs of a strategy. `confirm` looks for two accesses among all that race on one
/// object, so it needs each pair that races.
std::string tsanOptionsOf(const std::string& strategy);

/// Is told of each failed schedule, in order of their numbers.
using FailureSink = std::function<void(const ScheduleResult&)>;

ExploreResult explore(const Program& program, const ExploreOptions& options, Stacks& stacks,
                      const FailureSink& onFailure = {});

struct ReplayOptions {
    bool exact = true; ///< stop where the program does not do as recorded; else follow as far as possible
    bool keepLog = false;
    unsigned scheduleTimeout = 30'000; ///< milliseconds of real time
};

/// How a program is to be run to follow a schedule.
sched::Orders replayOrders(const Schedule& schedule, const ReplayOptions& options);

/// Puts all else that the program needs to follow the schedule into the control block.
void prepareReplay(const Program& program, const Schedule& schedule, sched::ControlBlock& block);

/// ", in thread T1 after 'unlock mutex' at a.cpp:12": the last step of a result that kept its log.
std::string lastStep(const ScheduleResult& result, Stacks& stacks);

/// Runs the schedule again.
ScheduleResult replay(const Program& program, const Schedule& schedule, const ReplayOptions& options, Stacks& stacks);

} // namespace deadheat::launch
