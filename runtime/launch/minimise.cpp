// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/minimise.h"

#include "report/user_error.h"
#include "runtime/launch/server.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

namespace deadheat::launch {
namespace {

using Runs = std::vector<sched::Run>;

/// A race may be seen from its other side.
bool sameFailure(const ScheduleResult& result, const report::Finding& wanted) {
    return std::any_of(result.findings.begin(), result.findings.end(), [&](const report::Finding& finding) {
        return finding.rule == wanted.rule && finding.variant == wanted.variant &&
               (finding.location == wanted.location || (!wanted.subject.empty() && finding.subject == wanted.subject));
    });
}

} // namespace

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
    result.preemptionsBefore = result.best.preemptions;
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
