// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/confirm.h"

#include "runtime/launch/goal.h"
#include "runtime/launch/server.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace deadheat::launch {
namespace {

using report::Confirmation;

/// A program that blocks where nobody steers it will do so again: each such schedule takes the whole time limit.
constexpr unsigned kMostStuckSchedules = 3;

class Attempt {
public:
    Attempt(const Program& program, const ProgramCode& code, const Goal& goal, const ConfirmOptions& options,
            Stacks& stacks)
        : program_(program), code_(code), goal_(goal), options_(options), stacks_(stacks) {}

    ConfirmResult run() {
        Server server(program_, orders(), tsanOptionsOf(kConfirmStrategy),
                      [this](sched::ControlBlock& block) { aim(goal_, code_, block); });
        Proof proof = Proof::none;
        while (proof != Proof::whole && stuck_ < kMostStuckSchedules && server.next()) {
            proof = std::max(proof, judge(server.result(stacks_), proof));
            if (proof != Proof::whole)
                server.proceed();
        }
        result_.confirmation.state =
            proof == Proof::none ? Confirmation::State::unconfirmed : Confirmation::State::confirmed;
        result_.confirmation.schedules = proof == Proof::firstPlace ? result_.proof.schedule.number + 1
                                                                    : server.control().results.schedulesDone.load();
        result_.confirmation.reason =
            proof == Proof::none ? whyNot(server.control().targets) : result_.observed.message;
        if (proof == Proof::firstPlace)
            result_.confirmation.reason += "; both accesses are at the finding's first place";
        if (proof != Proof::none)
            checkReplay();
        result_.unsteered = server.unsteered();
        return std::move(result_);
    }

private:
    sched::Orders orders() const {
        ExploreOptions explored;
        explored.strategy = kConfirmStrategy;
        explored.seed = options_.seed;
        explored.last = options_.schedules - 1;
        explored.maxSteps = options_.maxSteps;
        explored.scheduleTimeout = options_.scheduleTimeout;
        explored.rareEvents = options_.rareEvents;
        return ordersOf(explored);
    }

    /// Takes the failed schedule as the proof if it is a better one than `before`.
    Proof judge(ScheduleResult schedule, Proof before) {
        ++otherFailures_[schedule.schedule.failure];
        stuck_ += schedule.stuck;
        for (const nlohmann::json& record : schedule.records) {
            const Proof proof = proofIn(record, goal_, stacks_);
            if (proof <= before)
                continue;
            result_.observed = toFindings({record}, stacks_).front();
            schedule.schedule.failure = result_.observed.variant.empty()
                                            ? result_.observed.rule
                                            : result_.observed.rule + " " + result_.observed.variant;
            schedule.schedule.aim = toText(goal_);
            result_.proof = schedule;
            before = proof;
        }
        return before;
    }

    /// Says so when the program does not do the same again although it is steered alike.
    void checkReplay() {
        const ScheduleResult again = replay(program_, result_.proof.schedule,
                                            {.exact = true, .scheduleTimeout = options_.scheduleTimeout}, stacks_);
        const bool same = std::any_of(again.records.begin(), again.records.end(), [&](const nlohmann::json& record) {
            return proofIn(record, goal_, stacks_) != Proof::none;
        });
        if (again.divergedStep != 0)
            result_.confirmation.reason +=
                fmt::format("; not deterministic: its replay differs at step {}", again.divergedStep);
        else if (!same)
            result_.confirmation.reason += "; not deterministic: its replay does not show it";
    }

    std::string whyNot(const sched::Targets& targets) const {
        std::string reason = howNear(goal_, targets);
        if (stuck_ == kMostStuckSchedules)
            reason += fmt::format("; given up after {} schedules that did not end within {} ms", stuck_,
                                  options_.scheduleTimeout);
        std::string others;
        for (const auto& [failure, count] : otherFailures_)
            others +=
                fmt::format("{}{} ({} schedule{})", others.empty() ? "" : ", ", failure, count, count == 1 ? "" : "s");
        return others.empty() ? reason : fmt::format("{}; other failures: {}", reason, others);
    }

    const Program& program_;
    const ProgramCode& code_;
    const Goal& goal_;
    const ConfirmOptions& options_;
    Stacks& stacks_;
    ConfirmResult result_;
    std::map<std::string, unsigned> otherFailures_;
    unsigned stuck_ = 0;
};

} // namespace

ConfirmResult confirm(const Program& program, const ProgramCode& code, const report::Finding& finding,
                      const ConfirmOptions& options, Stacks& stacks) {
    const Goal goal = goalOf(finding, code);
    ConfirmResult result;
    if (goal.aim == sched::Aim::nothing) {
        result.confirmation = {Confirmation::State::notTried, goal.whyNot, "", 0};
        return result;
    }
    if (std::string missing = missingCode(goal, code); !missing.empty()) {
        result.confirmation = {Confirmation::State::unconfirmed, std::move(missing), "", 0};
        return result;
    }
    return Attempt(program, code, goal, options, stacks).run();
}

} // namespace deadheat::launch
