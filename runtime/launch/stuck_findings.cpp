// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Threads that wait for ever, as the runtime recorded them: what kind of deadlock it is, and the argument for it.
#include "runtime/launch/findings.h"
#include "runtime/launch/thread_names.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <map>

namespace deadheat::launch {
namespace {

using nlohmann::json;
using report::Finding;

std::string nameOfSignal(int signal) {
    const char* name = sigabbrev_np(signal);
    return name ? fmt::format("SIG{}", name) : fmt::format("signal {}", signal);
}

class StuckRun {
public:
    StuckRun(const json& record, Stacks& stacks) : record_(record), stacks_(stacks) {
        for (const json& thread : record["threads"])
            threads_[keyOf(thread)] = &thread;
    }

    Finding finding();

private:
    void classify();
    void describeCycle();
    void describeAllWait();
    bool isPoolExhausted() const;
    std::string stoppedProcesses() const;
    void addTrace(const json& thread);
    std::string nameOfObject(const json& object) { return describeObject(object, stacks_); }
    std::string titleOf(const json& thread);

    /// The threads of a free run have numbers of their own in each process.
    std::uint64_t keyOf(const json& thread) const {
        const auto process = record_.value("amongProcesses", false) ? thread.value("process", std::uint64_t{0}) : 0;
        return (process << 32) | thread.value("id", 0u);
    }

    const json& record_;
    Stacks& stacks_;
    std::map<std::uint64_t, const json*> threads_;
    Finding finding_;
};

std::string StuckRun::titleOf(const json& thread) {
    std::string title = titleOfThread(thread, stacks_);
    if (thread.contains("waits"))
        title += fmt::format(", waits for {}", nameOfObject(thread["waits"]));
    if (thread.contains("stoppedBy"))
        title += fmt::format(", is stopped by {}", nameOfSignal(thread["stoppedBy"].get<int>()));
    return title;
}

void StuckRun::addTrace(const json& thread) {
    report::Trace trace;
    trace.title = titleOf(thread);
    for (const json& held : thread["held"]) {
        const std::string name = nameOfObject(held);
        trace.locksHeld.push_back(nameOfLock(held, stacks_));
        auto steps = stacks_.steps(held["stack"], fmt::format("{} taken here", name));
        if (!steps.empty())
            trace.steps.push_back(steps.back());
    }
    if (thread.contains("waits"))
        for (report::Step& step :
             stacks_.steps(thread["waits"]["stack"], fmt::format("waits for {} here", nameOfObject(thread["waits"]))))
            trace.steps.push_back(std::move(step));
    finding_.traces.push_back(std::move(trace));
}

void StuckRun::describeCycle() {
    const auto& cycle = record_["cycle"];
    std::string waits;
    bool onlyJoins = true;
    for (const json& id : cycle) {
        const auto thread = threads_.find(id.get<unsigned>());
        if (thread == threads_.end())
            continue;
        const json& wait = (*thread->second)["waits"];
        onlyJoins &= wait.value("kind", "") == "thread";
        waits += fmt::format("{}{} waits for {}", waits.empty() ? "" : ", ", nameOfThread(*thread->second),
                             nameOfObject(wait));
        finding_.subject += (finding_.subject.empty() ? "" : ", ") + nameOfObject(wait);
    }
    const bool ended = record_.value("holderEnded", false);
    finding_.variant = ended ? "owner-ended" : onlyJoins ? "join-cycle" : cycle.size() == 1 ? "self" : "lock-cycle";
    finding_.message = fmt::format("deadlock: {}", waits);
    if (ended)
        finding_.message += ", whose holder has ended";
    else if (finding_.variant == "self")
        finding_.message += ", which it holds itself";
}

/// Every thread that performs tasks waits, one of them for an atomic, as a future is: an idle worker waits on its queue's
/// condition, or is not there.
bool StuckRun::isPoolExhausted() const {
    bool waitsForTask = false;
    for (const auto& [id, thread] : threads_) {
        if (thread->value("tasks", 0u) == 0)
            continue;
        if (!thread->contains("waits"))
            return false;
        waitsForTask |= (*thread)["waits"].value("kind", "") == "atomic";
    }
    return waitsForTask;
}

/// "" when none is.
std::string StuckRun::stoppedProcesses() const {
    std::map<unsigned, int> stopped;
    for (const auto& [id, thread] : threads_)
        if (thread->contains("stoppedBy"))
            stopped.emplace(thread->value("process", 0u), (*thread)["stoppedBy"].get<int>());
    std::string text;
    for (const auto& [process, signal] : stopped)
        text += fmt::format("{}process P{} is stopped by {}", text.empty() ? "" : ", ", process, nameOfSignal(signal));
    return text;
}

void StuckRun::describeAllWait() {
    std::string waits;
    const json* missed = nullptr;
    for (const auto& [id, thread] : threads_) {
        if (!thread->contains("waits"))
            continue;
        const json& wait = (*thread)["waits"];
        waits += fmt::format("{}{} waits for {}", waits.empty() ? "" : ", ", nameOfThread(*thread), nameOfObject(wait));
        finding_.subject += (finding_.subject.empty() ? "" : ", ") + nameOfObject(wait);
        if (wait.value("missedSignal", false) && !missed)
            missed = &wait;
    }
    if (!missed && isPoolExhausted()) {
        finding_.variant = "exhausted-pool";
        finding_.message = fmt::format("deadlock by an exhausted pool: a task waits for another task, and no worker is "
                                       "left to run that one: {}",
                                       waits);
        return;
    }
    if (const std::string stopped = stoppedProcesses(); !stopped.empty()) {
        finding_.variant = "stopped-process";
        finding_.message =
            fmt::format("deadlock: {}, and nobody continues it{}{}", stopped, waits.empty() ? "" : ": ", waits);
        finding_.subject = stopped;
        return;
    }
    finding_.variant = missed ? "lost-wakeup" : "all-wait";
    finding_.message = missed ? fmt::format("deadlock by lost wakeup: {} was signalled when nobody waited; now {}",
                                            nameOfObject(*missed), waits)
                              : fmt::format("deadlock: every thread waits and none can wake another: {}", waits);
}

void StuckRun::classify() {
    if (record_.value("record", "") == "livelock") {
        finding_.rule = "livelock";
        finding_.message = "livelock: the threads run on without getting anywhere";
        finding_.subject = "livelock";
    } else if (!record_["cycle"].empty()) {
        finding_.rule = "deadlock";
        describeCycle();
    } else {
        finding_.rule = "deadlock";
        describeAllWait();
    }
}

Finding StuckRun::finding() {
    finding_.level = report::Level::error;
    finding_.confidence = report::Confidence::high;
    finding_.world = report::World::run;
    classify();
    for (const json& id : record_["cycle"])
        if (const auto thread = threads_.find(id.get<unsigned>()); thread != threads_.end())
            addTrace(*thread->second);
    for (const auto& [id, thread] : threads_)
        if (std::find(record_["cycle"].begin(), record_["cycle"].end(), json(id)) == record_["cycle"].end())
            addTrace(*thread);
    for (const report::Trace& trace : finding_.traces)
        if (finding_.location.file.empty() && !trace.steps.empty())
            finding_.location = trace.steps.back().location;
    return finding_;
}

} // namespace

std::string describeObject(const json& object, Stacks& stacks) {
    const std::string kind = object.value("kind", "");
    if (kind == "thread")
        return nameOfThread(object.value("number", 0u));
    if (kind == "process")
        return object.value("number", 0u) ? fmt::format("process P{} to end", object.value("number", 0u))
                                          : "a child process to end";
    if (kind == "descriptor")
        return fmt::format("descriptor {}", object.value("descriptor", 0u));
    if (!object.contains("address"))
        return kind;
    const std::string name = stacks.objectName(object.value("data", json()));
    if (!name.empty())
        return fmt::format("{} '{}'", kind, name);
    return object.value("number", 0u) ? fmt::format("{} #{}", kind, object.value("number", 0u))
                                      : fmt::format("{} at 0x{:x}", kind, object.value("address", std::uint64_t{0}));
}

std::string nameOfLock(const json& object, Stacks& stacks) {
    const std::string name = stacks.objectName(object.value("data", json()));
    return name.empty() ? describeObject(object, stacks) : name;
}

Finding fromLockOrder(const json& record, Stacks& stacks) {
    Finding finding;
    finding.rule = "lock-order";
    finding.level = report::Level::error;
    finding.confidence = report::Confidence::high;
    finding.world = report::World::run;
    std::string order;
    for (const json& edge : record["edges"]) {
        const std::string held = describeObject(edge["held"], stacks);
        const std::string wanted = describeObject(edge["wanted"], stacks);
        order +=
            fmt::format("{}{} takes {} while it holds {}", order.empty() ? "" : ", ", nameOfThread(edge), wanted, held);
        finding.subject += (finding.subject.empty() ? "" : ", ") + held;
        report::Trace trace;
        trace.title = titleOfThread(edge, stacks);
        auto taken = stacks.steps(edge["held"]["stack"], fmt::format("{} taken here", held));
        if (!taken.empty())
            trace.steps.push_back(taken.back());
        for (report::Step& step : stacks.steps(edge["wanted"]["stack"], fmt::format("{} taken here", wanted)))
            trace.steps.push_back(std::move(step));
        trace.locksHeld.push_back(nameOfLock(edge["held"], stacks));
        finding.traces.push_back(std::move(trace));
        if (finding.location.file.empty())
            finding.location = stacks.location(edge["wanted"]["stack"]);
    }
    finding.message = fmt::format("locks are taken in opposite orders, which can deadlock: {}", order);
    return finding;
}

Finding fromStuck(const json& record, Stacks& stacks) { return StuckRun(record, stacks).finding(); }

} // namespace deadheat::launch
