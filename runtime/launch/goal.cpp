// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/goal.h"

#include "report/user_error.h"

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
std::vector<Step> accessesOf(const Finding& finding) {
    std::vector<Step> accesses;
    for (const report::Trace& trace : finding.traces)
        if (const auto step = lastOwn(trace.steps, trace.steps.end()); step != trace.steps.end())
            accesses.push_back(*step);
    if (accesses.size() >= 2)
        return {accesses[0], accesses[1]};
    const Step here{finding.location, "", ""};
    return {here, finding.notes.empty() || !isUsable(finding.notes.front().location) ? here : finding.notes.front()};
}

Goal raceGoal(const Finding& finding, const ProgramCode& code) {
    Goal goal{finding.variant == "split-update" ? sched::Aim::splitUpdate : sched::Aim::race, {}, ""};
    for (const Step& access : accessesOf(finding)) {
        if (!isUsable(access.location))
            return notTried("the finding does not say where both accesses are");
        goal.sides.push_back({{}, {code.find(access)}});
    }
    // A guess of the guard names several accesses that hold it, or calls of functions that make them; a race with any of them
    // proves that this one lacks it.
    if (finding.world == report::World::open)
        for (const Step& note : finding.notes)
            if (isUsable(note.location)) {
                goal.sides[1].places.push_back(code.find(note));
                goal.sides[1].places.back().isCall = true;
            }
    return goal;
}

Goal cycleGoal(const Finding& finding, const ProgramCode& code) {
    Goal goal{sched::Aim::cycle, {}, ""};
    for (const report::Trace& trace : finding.traces) {
        const auto second = lastOwn(trace.steps, trace.steps.end());
        const auto first = second == trace.steps.end() ? second : lastOwn(trace.steps, second);
        if (first == trace.steps.end() || !isUsable(first->location) || !isUsable(second->location))
            return notTried("the finding does not say where both locks are taken");
        goal.sides.push_back({{code.find(*first)}, {code.find(*second)}});
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

/// The access is made by the line itself, not by a function that it calls, unless the finding names the call.
bool accessedAt(const std::vector<CodePlace>& places, const json& stack, Stacks& stacks) {
    const std::vector<SourceFrame> frames = stacks.ownFrames(stack);
    return std::any_of(places.begin(), places.end(), [&](const CodePlace& place) {
        const auto last = place.isCall || frames.empty() ? frames.end() : std::next(frames.begin());
        return std::any_of(frames.begin(), last, [&](const SourceFrame& frame) { return place.contains(frame); });
    });
}

Proof proofOfRace(const json& record, const Goal& goal, Stacks& stacks) {
    const std::string kind = record.value("record", "");
    if ((kind != "tsan" && kind != "process-race") || !record.contains("accesses") || record["accesses"].size() != 2)
        return Proof::none;
    const json &one = record["accesses"][0]["stack"], &other = record["accesses"][1]["stack"];
    const std::vector<CodePlace>&a = goal.sides[0].places, &b = goal.sides[1].places;
    const bool oneOnA = accessedAt(a, one, stacks), otherOnA = accessedAt(a, other, stacks);
    if ((oneOnA && accessedAt(b, other, stacks)) || (otherOnA && accessedAt(b, one, stacks)))
        return Proof::whole;
    return oneOnA && otherOnA ? Proof::firstPlace : Proof::none;
}

bool provesSplitUpdate(const json& record, const Goal& goal, Stacks& stacks) {
    return record.value("record", "") == "lost-update" &&
           std::any_of(goal.sides.begin(), goal.sides.end(), [&](const Side& side) {
               return accessedAt(side.places, record["accesses"][0]["stack"], stacks);
           });
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
    std::set<std::string> names;
    for (const CodePlace& place : places)
        names.insert(place.name());
    return fmt::format("{}", fmt::join(names, " or "));
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

/// As sched::Targets numbers them.
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

json toJson(const std::vector<CodePlace>& places) {
    json list = json::array();
    for (const CodePlace& place : places)
        list.push_back({{"file", place.file},
                        {"first", place.first},
                        {"last", place.last},
                        {"function", place.function},
                        {"isCall", place.isCall}});
    return list;
}

CodePlace placeFromJson(const json& item, const ProgramCode& code) {
    const report::Location location{item.value("file", ""), item.value("first", 0u), 0, item.value("last", 0u), 0};
    CodePlace place = code.find({location, "", item.value("function", "")});
    place.isCall = item.value("isCall", false);
    return place;
}

std::vector<CodePlace> fromJson(const json& list, const ProgramCode& code) {
    std::vector<CodePlace> places;
    for (const json& item : list)
        if (item.is_object())
            places.push_back(placeFromJson(item, code));
    return places;
}

std::string howNearRace(sched::Aim aim, const sched::Encounters& encounters) {
    if (encounters.onOneObject > 0)
        return fmt::format("both places were reached at the same time on one object, but {}",
                           aim == sched::Aim::splitUpdate ? "the value stored had been loaded after the other's"
                                                          : "their accesses are ordered or atomic");
    if (encounters.together > 0)
        return "both places were reached at the same time, but never on one object";
    return "both places were reached, but never at the same time";
}

void describeEdge(const Side& edge, std::uint64_t arrived, Clauses& clauses) {
    if (arrived == 0)
        clauses.add(fmt::format("{} was never reached while the lock of {} was held", namesOf(edge.places),
                                namesOf(edge.first)));
}

struct AimName {
    sched::Aim aim;
    const char* name;
};
constexpr AimName kAimNames[] = {
    {sched::Aim::race, "race"}, {sched::Aim::cycle, "cycle"}, {sched::Aim::splitUpdate, "split-update"}};

const char* nameOf(sched::Aim aim) {
    const auto* entry =
        std::find_if(std::begin(kAimNames), std::end(kAimNames), [&](auto& each) { return each.aim == aim; });
    return entry == std::end(kAimNames) ? "" : entry->name;
}

sched::Aim aimNamed(const std::string& name) {
    for (const AimName& entry : kAimNames)
        if (entry.name == name)
            return entry.aim;
    throw report::UserError(fmt::format("the line 'aim' of the schedule file names '{}', which is unknown", name));
}

} // namespace

std::string toText(const Goal& goal) {
    json sides = json::array();
    for (const Side& side : goal.sides)
        sides.push_back({{"first", toJson(side.first)}, {"places", toJson(side.places)}});
    return json{{"aim", nameOf(goal.aim)}, {"sides", sides}}.dump();
}

Goal goalFromText(const std::string& text, const ProgramCode& code) {
    const json goal = json::parse(text, nullptr, false);
    if (!goal.is_object() || !goal.contains("sides") || !goal["sides"].is_array())
        throw report::UserError("the line 'aim' of the schedule file is broken");
    Goal result{aimNamed(goal.value("aim", "")), {}, ""};
    for (const json& side : goal["sides"])
        result.sides.push_back(
            {fromJson(side.value("first", json::array()), code), fromJson(side.value("places", json::array()), code)});
    if (result.sides.size() > sched::Targets::kSides)
        throw report::UserError("the line 'aim' of the schedule file has too many sides");
    return result;
}

Goal goalOf(const Finding& finding, const ProgramCode& code) {
    if (finding.rule == "data-race")
        return raceGoal(finding, code);
    if (finding.rule == "lock-order" && finding.variant != "self-deadlock")
        return cycleGoal(finding, code);
    return notTried("not a race or a cycle of locks");
}

void aim(const Goal& goal, const ProgramCode& code, sched::ControlBlock& block) {
    block.targets.aim = goal.aim;
    code.aimAt(placesOf(goal), block);
}

Proof proofIn(const json& record, const Goal& goal, Stacks& stacks) {
    const auto wholeIf = [](bool proved) { return proved ? Proof::whole : Proof::none; };
    switch (goal.aim) {
    case sched::Aim::race: return proofOfRace(record, goal, stacks);
    case sched::Aim::cycle: return wholeIf(provesCycle(record, goal, stacks));
    case sched::Aim::splitUpdate: return wholeIf(provesSplitUpdate(record, goal, stacks));
    case sched::Aim::nothing: break;
    }
    return Proof::none;
}

std::string missingCode(const Goal& goal, const ProgramCode& code) {
    std::set<std::string> missing;
    for (const Side& side : goal.sides)
        for (const std::vector<CodePlace>* places : {&side.first, &side.places})
            if (!places->empty() &&
                std::none_of(places->begin(), places->end(), [&](const auto& place) { return code.hasCode(place); }))
                missing.insert(namesOf(*places));
    return missing.empty() ? ""
                           : fmt::format("the program has no code at {}; if it should, build it with less optimisation",
                                         fmt::join(missing, ", "));
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
    return cycle ? "all locks were taken in this order, but the cycle never closed"
                 : howNearRace(goal.aim, targets.encounters);
}

} // namespace deadheat::launch
