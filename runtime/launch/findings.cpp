// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/findings.h"

#include "runtime/launch/program.h"
#include "runtime/launch/thread_names.h"
#include "runtime/sched/system_calls.h"

#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <regex>
#include <sys/wait.h>

namespace deadheat::launch {
namespace {

using nlohmann::json;
using report::Finding;

Finding observed(std::string rule, std::string variant) {
    Finding finding;
    finding.rule = std::move(rule);
    finding.variant = std::move(variant);
    finding.level = report::Level::error;
    finding.confidence = report::Confidence::high;
    finding.world = report::World::run;
    return finding;
}

Finding fromThreadLeft(const json& record, Stacks& stacks) {
    const bool running = record.value("running", false);
    Finding finding = observed("unjoined-thread", running ? "running" : "finished");
    finding.level = report::Level::warning;
    finding.location = stacks.location(record["created"]);
    finding.subject = fmt::format("thread created in {}",
                                  stacks.frame(record["created"].empty() ? "" : record["created"][0]).function);
    finding.message =
        running ? "thread leak: this thread still runs when the program ends; it is neither joined nor detached"
                : "thread leak: this thread ended and is neither joined nor detached";
    finding.traces.push_back(
        {fmt::format("thread T{}", record.value("id", 0)), stacks.steps(record["created"], "created here"), {}});
    return finding;
}

Finding fromChildLeft(const json& record, Stacks& stacks) {
    Finding finding = observed("unjoined-thread", "child-process");
    finding.level = report::Level::warning;
    finding.location = stacks.location(record["created"]);
    finding.subject = "child process";
    finding.message = "child process leak: this child ended and is never waited for";
    finding.traces.push_back({"main process", stacks.steps(record["created"], "forked here"), {}});
    return finding;
}

Finding fromMutexMisuse(const json& record, Stacks& stacks) {
    const std::string how = record.value("how", "");
    Finding finding = observed("mutex-misuse", how);
    finding.subject = describeObject(record, stacks);
    finding.location = stacks.location(record["stack"]);
    finding.message = how == "destroy-locked" ? fmt::format("{} is destroyed while it is locked", finding.subject)
                                              : fmt::format("{} was taken from a dead owner and is unlocked without "
                                                            "pthread_mutex_consistent: nobody can ever lock it "
                                                            "again",
                                                            finding.subject);
    finding.traces.push_back({"where it was taken", stacks.steps(record["taken"], "locked here"), {}});
    finding.traces.push_back(
        {"the misuse",
         stacks.steps(record["stack"], how == "destroy-locked" ? "destroyed here" : "unlocked here"),
         {}});
    return finding;
}

bool same(const Finding& a, const Finding& b) {
    return a.rule == b.rule && a.variant == b.variant && a.location == b.location && a.message == b.message;
}

/// The line of the program's output that says why it gave up, if one does.
std::string reasonIn(const std::string& output) {
    static const std::regex assertion(R"(([^\s:]+):(\d+): .*: (Assertion .*) failed)");
    static const std::regex terminated(R"(terminate called.*|.*what\(\):.*)");
    std::smatch match;
    if (std::regex_search(output, match, assertion))
        return match[3].str() + " failed";
    std::string reason;
    for (auto at = std::sregex_iterator(output.begin(), output.end(), terminated); at != std::sregex_iterator(); ++at)
        reason += (reason.empty() ? "" : " ") + at->str();
    return reason;
}

report::Location placeIn(const std::string& output) {
    static const std::regex assertion(R"(([^\s:]+):(\d+): .*: Assertion .* failed)");
    std::smatch match;
    report::Location place;
    if (std::regex_search(output, match, assertion)) {
        place.file = match[1].str();
        place.line = static_cast<unsigned>(std::stoul(match[2].str()));
    }
    return place;
}

} // namespace

Records parseRecords(const std::string& area) {
    Records records;
    for (std::size_t at = 0, end = 0; (end = area.find('\n', at)) != std::string::npos; at = end + 1) {
        json record = json::parse(area.begin() + static_cast<std::ptrdiff_t>(at),
                                  area.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
        if (record.is_object())
            records.push_back(std::move(record));
    }
    return records;
}

std::vector<Finding> toFindings(const Records& records, Stacks& stacks) {
    std::vector<Finding> findings;
    for (const json& record : records) {
        const std::string kind = record.value("record", "");
        Finding finding;
        if (kind == "tsan")
            finding = fromTsan(record, stacks);
        else if (kind == "lock-order")
            finding = fromLockOrder(record, stacks);
        else if (kind == "deadlock" || kind == "livelock")
            finding = fromStuck(record, stacks);
        else if (kind == "thread-left")
            finding = fromThreadLeft(record, stacks);
        else if (kind == "mutex-misuse")
            finding = fromMutexMisuse(record, stacks);
        else if (kind == "child-left")
            finding = fromChildLeft(record, stacks);
        else if (kind == "process-race")
            finding = fromProcessRace(record, stacks);
        else if (kind == "lost-update")
            finding = fromLostUpdate(record, stacks);
        else if (kind == "too-many-processes")
            finding = fromTooManyProcesses(record, stacks);
        else if (kind == "child-crash")
            finding = fromChildCrash(record, stacks);
        else
            continue;
        if (std::none_of(findings.begin(), findings.end(), [&](const Finding& other) { return same(finding, other); }))
            findings.push_back(std::move(finding));
    }
    return findings;
}

Finding fromLostUpdate(const json& record, Stacks& stacks) {
    const json &store = record["accesses"][0], &lost = record["accesses"][1], &load = record["accesses"][2];
    Finding finding = observed("data-race", "split-update");
    finding.subject = "an atomic";
    finding.location = stacks.location(store["stack"]);
    finding.message =
        fmt::format("what {} stores to an atomic is lost: {} overwrites it with what it has made of the value before",
                    nameOfThread(lost), nameOfThread(store));
    finding.traces.push_back({titleOfThread(store, stacks), stacks.steps(store["stack"], "overwrites it"), {}});
    finding.traces.push_back({titleOfThread(lost, stacks), stacks.steps(lost["stack"], "stores what is lost"), {}});
    finding.traces.push_back({titleOfThread(load, stacks), stacks.steps(load["stack"], "has loaded before that"), {}});
    return finding;
}

Finding abnormalEnd(int waitStatus, const std::string& program, const std::string& output) {
    const std::string reason = reasonIn(output);
    Finding finding;
    if (WIFSIGNALED(waitStatus)) {
        const bool aborted = WTERMSIG(waitStatus) == SIGABRT;
        const bool asserted = reason.rfind("Assertion", 0) == 0;
        finding = observed("crash", asserted ? "assertion" : aborted ? "abort" : "signal");
    } else {
        finding = observed("crash", "exit-status");
    }
    finding.location = placeIn(output);
    finding.subject = reason.empty() ? program : reason;
    finding.message =
        fmt::format("the program ends with {}{}{}", describeStatus(waitStatus), reason.empty() ? "" : ": ", reason);
    return finding;
}

Finding stuckOutside(const std::string& program, unsigned milliseconds, long systemCall) {
    Finding finding = observed("livelock", "no-step");
    finding.subject = program;
    if (systemCall == sched::Results::kStopped) {
        finding.message = fmt::format("the schedule did not end within {} ms: its process is stopped by a signal that "
                                      "the scheduler does not see",
                                      milliseconds);
        return finding;
    }
    const char* name = sched::nameOfBlockingCall(systemCall);
    const std::string where = name              ? fmt::format("blocks in {}(), which", name)
                              : systemCall >= 0 ? fmt::format("blocks in system call {}, which", systemCall)
                                                : "loops or blocks where";
    finding.message = fmt::format("the schedule did not end within {} ms: a thread {} the scheduler does not {}",
                                  milliseconds, where, systemCall >= 0 ? "steer there" : "see it");
    return finding;
}

} // namespace deadheat::launch
