// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is wrong between the processes of a run: races on memory that they share, children that crash.
#include "runtime/launch/findings.h"
#include "runtime/launch/program.h"
#include "runtime/launch/thread_names.h"

#include <fmt/format.h>

namespace deadheat::launch {
namespace {

using nlohmann::json;
using report::Finding;

Finding observed(const char* rule, const char* variant) {
    Finding finding;
    finding.rule = rule;
    finding.variant = variant;
    finding.level = report::Level::error;
    finding.confidence = report::Confidence::high;
    finding.world = report::World::run;
    return finding;
}

std::string describeAccess(const json& access) {
    const unsigned size = access.value("size", 0u);
    return fmt::format("{}{} of {} byte{}", access.value("atomic", false) ? "atomic " : "",
                       access.value("write", false) ? "write" : "read", size, size == 1 ? "" : "s");
}

} // namespace

Finding fromProcessRace(const json& record, Stacks& stacks) {
    Finding finding = observed("data-race", "processes");
    finding.subject = fmt::format("shared memory at offset {}", record.value("offset", std::uint64_t{0}));
    std::string how;
    for (const json& access : record["accesses"]) {
        const std::string what = describeAccess(access);
        how += fmt::format("{}{} by {}", how.empty() ? "" : ", ", what, nameOfThread(access));
        finding.traces.push_back({titleOfThread(access, stacks), stacks.steps(access["stack"], what), {}});
    }
    finding.message = fmt::format("data race between processes on {}: {}", finding.subject, how);
    finding.location = stacks.location(record["accesses"][0]["stack"]);
    return finding;
}

Finding fromTooManyProcesses(const json& record, Stacks& stacks) {
    Finding finding = observed("crash", "too-many-processes");
    finding.subject = "child processes";
    finding.location = stacks.location(record["created"]);
    finding.message =
        fmt::format("the program forks more than {} processes in one run and was stopped", record.value("limit", 0u));
    return finding;
}

Finding fromChildCrash(const json& record, Stacks& stacks) {
    Finding finding = observed("crash", "child-process");
    finding.subject = fmt::format("process P{}", record.value("process", 0u));
    finding.location = stacks.location(record["created"]);
    finding.message = fmt::format("a child process ends with {}", describeStatus(record.value("signal", 0)));
    finding.traces.push_back({finding.subject, stacks.steps(record["created"], "forked here"), {}});
    return finding;
}

} // namespace deadheat::launch
