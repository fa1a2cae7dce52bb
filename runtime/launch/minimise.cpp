// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Delta debugging (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", TSE 2002) on the runs of a
// schedule. A candidate is followed as far as the program allows; what it really did is taken as the new schedule when it
// fails in the same way with fewer switches. Two kinds of candidates: a stretch of runs left out (the threads then go on
// where the next run lets them), and two runs of one thread brought together over the one between them.
#include "runtime/launch/minimise.h"

#include "report/user_error.h"
#include "runtime/launch/server.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

namespace deadheat::launch {
namespace {

using Runs = std::vector<sched::Run>;

Runs without(const Runs& runs, std::size_t first, std::size_t count) {
    Runs result(runs.begin(), runs.begin() + static_cast<std::ptrdiff_t>(first));
    result.insert(result.end(), runs.begin() + static_cast<std::ptrdiff_t>(std::min(first + count, runs.size())),
                  runs.end());
    return result;
}

Runs swapped(Runs runs, std::size_t first) {
    std::swap(runs[first], runs[first + 1]);
    return runs;
}

/// Replaces `runs` by what the candidate led to, if that is better.
bool improve(Runs& runs, const Runs& candidate, const TryRuns& tryRuns) {
    std::optional<Runs> performed = tryRuns(candidate);
    if (!performed || countSwitches(*performed) >= countSwitches(runs))
        return false;
    runs = std::move(*performed);
    return true;
}

bool leaveOut(Runs& runs, std::size_t stretch, const TryRuns& tryRuns) {
    bool improved = false;
    for (std::size_t at = 0; at < runs.size();)
        if (improve(runs, without(runs, at, stretch), tryRuns))
            improved = true;
        else
            at += stretch;
    return improved;
}

bool bringTogether(Runs& runs, const TryRuns& tryRuns) {
    bool improved = false;
    for (std::size_t at = 0; at + 2 < runs.size(); ++at)
        for (const std::size_t swapAt : {at, at + 1})
            if (swapAt + 1 < runs.size() && runs[at].thread == runs[at + 2].thread)
                if (improve(runs, swapped(runs, swapAt), tryRuns)) {
                    improved = true;
                    break;
                }
    return improved;
}

bool sameFailure(const ScheduleResult& result, const report::Finding& wanted) {
    return std::any_of(result.findings.begin(), result.findings.end(), [&](const report::Finding& finding) {
        return finding.rule == wanted.rule && finding.variant == wanted.variant && finding.location == wanted.location;
    });
}

} // namespace

std::size_t countSwitches(const Runs& runs) {
    Schedule schedule;
    schedule.runs = runs;
    return schedule.switches();
}

Runs fewestSwitches(Runs runs, const TryRuns& tryRuns) {
    for (bool improved = true; improved && runs.size() > 1;) {
        improved = false;
        for (std::size_t stretch = std::max<std::size_t>(runs.size() / 2, 1);; stretch /= 2) {
            improved |= leaveOut(runs, stretch, tryRuns);
            if (stretch <= 1)
                break;
        }
        improved |= bringTogether(runs, tryRuns);
    }
    return runs;
}

MinimiseResult minimise(const Program& program, const Schedule& schedule, const MinimiseOptions& options,
                        Stacks& stacks) {
    sched::Orders orders = replayOrders(schedule, {.exact = false});
    orders.last = orders.first + options.attempts;
    Server server(program, orders, tsanOptionsOf(schedule.strategy),
                  [&](sched::ControlBlock& block) { prepareReplay(program, schedule, block); });
    if (!server.next())
        throw report::UserError(fmt::format("{}: the schedule could not be run", program.file));
    MinimiseResult result;
    result.best = server.result(stacks);
    if (!result.best.failed())
        return result;
    const report::Finding wanted = result.best.findings.front();
    const TryRuns tryRuns = [&](const Runs& runs) -> std::optional<Runs> {
        if (result.attempts >= options.attempts)
            return std::nullopt;
        ++result.attempts;
        Schedule candidate = result.best.schedule;
        candidate.runs = runs;
        placeRecording(server.control(), candidate);
        server.proceed();
        if (!server.next())
            return std::nullopt;
        ScheduleResult attempt = server.result(stacks);
        if (!sameFailure(attempt, wanted))
            return std::nullopt;
        if (attempt.schedule.switches() < result.best.schedule.switches()) {
            attempt.schedule.number = schedule.number;
            result.best = attempt;
        }
        return attempt.schedule.runs;
    };
    fewestSwitches(result.best.schedule.runs, tryRuns);
    result.best.schedule.failure = schedule.failure;
    return result;
}

} // namespace deadheat::launch
