// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/goal.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace deadheat::launch {
namespace {

using nlohmann::json;
using report::Finding;
using report::Step;

/// The last step in the program's own sources before `end`: what the standard library does is done by the line that calls it.
std::vector<Step>::const_iterator lastOwn(const std::vector<Step>& steps, std::vector<Step>::const_iterator end) {
    while (end != steps.begin() && Stacks::isSystem(std::prev(end)->location.file))
        --end;
    return end == steps.begin() ? steps.end() : std::prev(end);
}

bool isUsable(const report::Location& location) { return !location.file.empty() && location.line != 0; }

Goal notTried(std::string whyNot) { return {sched::Aim::nothing, {}, std::move(whyNot)}; }

/// Reports of other tools may have no traces: then the primary place and the first note are the two accesses.
std::vector<report::Location> accessesOf(const Finding& finding) {
    std::vector<report::Location> places;
    for (const report::Trace& trace : finding.traces)
        if (const auto step = lastOwn(trace.steps, trace.steps.end()); step != trace.steps.end())
            places.push_back(step->location);
    if (places.size() >= 2)
        return {places[0], places[1]};
    const report::Location other = finding.notes.empty() ? finding.location : finding.notes.front().location;
    return {finding.location, isUsable(other) ? other : finding.location};
}

Goal raceGoal(const Finding& finding, const ProgramCode& code) {
    Goal goal{sched::Aim::race, {}, ""};
    for (const report::Location& place : accessesOf(finding)) {
        if (!isUsable(place))
            return notTried("the finding does not say where both accesses are");
        goal.sides.push_back({{}, {code.find(place)}});
    }
    // A guess of the guard names several accesses that hold it; a race with any of them proves that this one lacks it.
    if (finding.world == report::World::open)
        for (const Step& note : finding.notes)
            if (isUsable(note.location))
                goal.sides[1].places.push_back(code.find(note.location));
    return goal;
}

Goal cycleGoal(const Finding& finding, const ProgramCode& code) {
    Goal goal{sched::Aim::cycle, {}, ""};
    for (const report::Trace& trace : finding.traces) {
        const auto second = lastOwn(trace.steps, trace.steps.end());
        const auto first = second == trace.steps.end() ? second : lastOwn(trace.steps, second);
        if (first == trace.steps.end() || !isUsable(first->location) || !isUsable(second->location))
            return notTried("the finding does not say where both locks are taken");
        goal.sides.push_back({{code.find(first->location)}, {code.find(second->location)}});
    }
    if (goal.sides.empty() || goal.sides.size() > sched::Targets::kSides)
        return notTried(goal.sides.empty() ? "the finding does not say where the locks are taken"
                                           : "a cycle of too many locks to steer");
    return goal;
}

bool anyContains(const std::vector<CodePlace>& places, const SourceFrame& frame) {
    return std::any_of(places.begin(), places.end(), [&](const CodePlace& place) { return place.contains(frame); });
}

bool onStack(const std::vector<CodePlace>& places, const json& stack, Stacks& stacks) {
    const std::vector<SourceFrame> frames = stacks.ownFrames(stack);
    return std::any_of(frames.begin(), frames.end(),
                       [&](const SourceFrame& frame) { return anyContains(places, frame); });
}

/// The access is made by the line itself, not by a function that it calls.
bool accessedAt(const std::vector<CodePlace>& places, const json& stack, Stacks& stacks) {
    for (const SourceFrame& frame : stacks.ownFrames(stack))
        if (frame.line != 0) // 0: merged by the compiler from several lines
            return anyContains(places, frame);
    return false;
}

bool provesRace(const json& record, const Goal& goal, Stacks& stacks) {
    const std::string kind = record.value("record", "");
    if ((kind != "tsan" && kind != "process-race") || !record.contains("accesses") || record["accesses"].size() != 2)
        return false;
    const json &one = record["accesses"][0]["stack"], &other = record["accesses"][1]["stack"];
    const std::vector<CodePlace>&a = goal.sides[0].places, &b = goal.sides[1].places;
    return (accessedAt(a, one, stacks) && accessedAt(b, other, stacks)) ||
           (accessedAt(b, one, stacks) && accessedAt(a, other, stacks));
}

bool isOnEdge(const json& thread, const Side& edge, Stacks& stacks) {
    return thread.contains("waits") && onStack(edge.places, thread["waits"]["stack"], stacks) &&
           std::any_of(thread["held"].begin(), thread["held"].end(),
                       [&](const json& held) { return onStack(edge.first, held["stack"], stacks); });
}

bool provesCycle(const json& record, const Goal& goal, Stacks& stacks) {
    if (record.value("record", "") != "deadlock" || record["cycle"].size() < 2)
        return false;
    std::vector<bool> seen(goal.sides.size(), false);
    for (const json& thread : record["threads"]) {
        if (std::find(record["cycle"].begin(), record["cycle"].end(), thread["id"]) == record["cycle"].end())
            continue;
        bool onAny = false;
        for (std::size_t i = 0; i < goal.sides.size(); ++i)
            if (isOnEdge(thread, goal.sides[i], stacks))
                seen[i] = onAny = true;
        if (!onAny)
            return false;
    }
    return std::all_of(seen.begin(), seen.end(), [](bool edge) { return edge; });
}

std::string namesOf(const std::vector<CodePlace>& places) {
    std::string names;
    for (const CodePlace& place : places)
        names += (names.empty() ? "" : " or ") + place.name;
    return names;
}

/// Clauses that name each place once, as the two sides of a race may be one.
class Clauses {
public:
    void add(std::string clause) {
        if (std::find(clauses_.begin(), clauses_.end(), clause) == clauses_.end())
            clauses_.push_back(std::move(clause));
    }
    bool empty() const { return clauses_.empty(); }
    std::string text() const { return fmt::format("{}", fmt::join(clauses_, "; ")); }

private:
    std::vector<std::string> clauses_;
};

void describeReach(const std::vector<CodePlace>& places, std::uint64_t reached, Clauses& clauses) {
    if (reached == 0)
        clauses.add(fmt::format("{} was never reached", namesOf(places)));
}

std::string howNearRace(const sched::Encounters& encounters) {
    if (encounters.onOneObject > 0)
        return "both places were reached at the same time on one object, but their accesses are ordered or atomic";
    if (encounters.together > 0)
        return "both places were reached at the same time, but never on one object";
    return "both places were reached, but never at the same time";
}

void describeEdge(const Side& edge, std::uint64_t arrived, Clauses& clauses) {
    if (arrived == 0)
        clauses.add(fmt::format("{} was never reached while the lock of {} was held", namesOf(edge.places),
                                namesOf(edge.first)));
}

} // namespace

Goal goalOf(const Finding& finding, const ProgramCode& code) {
    if (finding.rule == "data-race")
        return raceGoal(finding, code);
    if (finding.rule == "lock-order" && finding.variant != "self-deadlock")
        return cycleGoal(finding, code);
    return notTried("not a race or a cycle of locks");
}

std::vector<std::pair<CodePlace, std::uint32_t>> placesOf(const Goal& goal) {
    std::vector<std::pair<CodePlace, std::uint32_t>> result;
    for (std::size_t i = 0; i < goal.sides.size(); ++i) {
        const bool cycle = goal.aim == sched::Aim::cycle;
        for (const CodePlace& place : goal.sides[i].first)
            result.emplace_back(place, sched::Targets::firstLock(i));
        for (const CodePlace& place : goal.sides[i].places)
            result.emplace_back(place, cycle ? sched::Targets::secondLock(i) : 1u << i);
    }
    return result;
}

bool proves(const json& record, const Goal& goal, Stacks& stacks) {
    return goal.aim == sched::Aim::race ? provesRace(record, goal, stacks) : provesCycle(record, goal, stacks);
}

std::string missingCode(const Goal& goal, const ProgramCode& code) {
    std::set<std::string> missing;
    for (const Side& side : goal.sides)
        for (const std::vector<CodePlace>* places : {&side.first, &side.places})
            if (!places->empty() &&
                std::none_of(places->begin(), places->end(), [&](const auto& place) { return code.hasCode(place); }))
                missing.insert(namesOf(*places));
    return missing.empty() ? "" : fmt::format("the program has no code at {}", fmt::join(missing, ", "));
}

std::string howNear(const Goal& goal, const sched::Targets& targets) {
    Clauses clauses;
    const bool cycle = goal.aim == sched::Aim::cycle;
    for (std::size_t i = 0; i < goal.sides.size(); ++i) {
        if (cycle)
            describeReach(goal.sides[i].first, targets.reached[2 * i], clauses);
        describeReach(goal.sides[i].places, targets.reached[cycle ? 2 * i + 1 : i], clauses);
    }
    if (clauses.empty() && cycle)
        for (std::size_t i = 0; i < goal.sides.size(); ++i)
            describeEdge(goal.sides[i], targets.arrived[i], clauses);
    if (!clauses.empty())
        return clauses.text();
    return cycle ? "all locks were taken in this order, but the cycle never closed" : howNearRace(targets.encounters);
}

} // namespace deadheat::launch
