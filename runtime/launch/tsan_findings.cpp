// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ThreadSanitizer's reports. Kinds are those of __tsan_get_report_data.
#include "runtime/launch/findings.h"

#include <fmt/format.h>
#include <map>
#include <regex>

namespace deadheat::launch {
namespace {

using nlohmann::json;
using report::Finding;

struct Kind {
    const char* rule;
    const char* variant;
    const char* message; ///< {} is the object
};

const std::map<std::string, Kind> kKinds = {
    {"data-race", {"data-race", "", "data race on {}"}},
    {"data-race-vptr",
     {"data-race", "vptr", "data race on the virtual table pointer of {}: it is called or destroyed while changing"}},
    {"heap-use-after-free", {"data-race", "use-after-free", "{} is used after it was freed by another thread"}},
    {"heap-use-after-free-vptr",
     {"data-race", "use-after-free", "a virtual function of {} is called after it was freed by another thread"}},
    {"external-race", {"data-race", "external", "data race on {}"}},
    {"locked-mutex-destroy", {"mutex-misuse", "destroy-locked", "mutex {} is destroyed while it is locked"}},
    {"mutex-double-lock", {"mutex-misuse", "double-lock", "mutex {} is locked again by the thread that holds it"}},
    {"mutex-invalid-access", {"mutex-misuse", "invalid", "mutex {} is used without being valid"}},
    {"mutex-bad-unlock", {"mutex-misuse", "bad-unlock", "mutex {} is unlocked by a thread that does not hold it"}},
    {"mutex-bad-read-lock", {"mutex-misuse", "bad-read-lock", "lock {} is locked for reading by its writer"}},
    {"mutex-bad-read-unlock", {"mutex-misuse", "bad-read-unlock", "lock {} is released for reading by its writer"}},
    {"mutex-held-wrong-context", {"mutex-misuse", "wrong-context", "mutex {} is held where it must not be"}},
    {"thread-leak", {"unjoined-thread", "finished", "thread leak: a thread is neither joined nor detached"}},
    {"signal-unsafe-call", {"signal-unsafe-call", "", "a signal handler calls a function that is not safe there"}},
    {"errno-in-signal-handler", {"signal-unsafe-call", "errno", "a signal handler changes errno"}},
};

/// "Write of size 4 at 0x... by thread T2 (mutexes: write M0, read M3):" gives the locks held at each access; nothing else does.
std::vector<std::vector<std::string>> locksInText(const std::string& text) {
    static const std::regex access(R"((?:read|write|Read|Write|Atomic|atomic)[^\n]* of size \d+ at [^\n]*)");
    static const std::regex lock(R"((?:read|write) (M\d+))");
    std::vector<std::vector<std::string>> result;
    for (auto at = std::sregex_iterator(text.begin(), text.end(), access); at != std::sregex_iterator(); ++at) {
        const std::string line = at->str();
        std::vector<std::string> locks;
        for (auto m = std::sregex_iterator(line.begin(), line.end(), lock); m != std::sregex_iterator(); ++m)
            locks.push_back((*m)[1].str());
        result.push_back(locks);
    }
    return result;
}

std::string unquoted(const std::string& name) {
    return name.size() > 1 && name.front() == '\'' ? name.substr(1, name.size() - 2) : name;
}

class Report {
public:
    Report(const json& record, Stacks& stacks) : record_(record), stacks_(stacks) {}

    Finding finding();

private:
    void addAccesses();
    void addStacks();
    void addMutexNotes();
    std::string object();
    std::string taskName(unsigned id);
    std::string nameOf(unsigned id);
    std::string threadTitle(unsigned id);
    std::string mutexName(const std::string& id);

    const json& record_;
    Stacks& stacks_;
    Finding finding_;
};

std::string Report::object() {
    for (const json& place : record_["locations"]) {
        const std::string type = place.value("type", "");
        if (type == "global") {
            const std::string name = stacks_.objectName(place["data"]);
            return name.empty() ? "a global object" : fmt::format("'{}'", name);
        }
        if (type == "heap")
            return fmt::format("heap memory of {} bytes allocated at {}", place.value("size", 0),
                               stacks_.brief(place["stack"]));
        if (type == "stack")
            return fmt::format("the stack of thread T{}", place.value("thread", 0));
        if (type == "tls")
            return fmt::format("a thread-local object of thread T{}", place.value("thread", 0));
        if (type == "fd")
            return fmt::format("file descriptor {}", place.value("descriptor", 0));
    }
    for (const json& access : record_["accesses"])
        if (const std::string name = stacks_.objectName(access["data"]); !name.empty())
            return fmt::format("'{}'", name);
    if (record_["accesses"].empty() && !record_["mutexes"].empty())
        return mutexName("M0");
    return "memory";
}

std::string Report::mutexName(const std::string& id) {
    std::size_t index = 0;
    for (const json& mutex : record_["mutexes"]) {
        if (fmt::format("M{}", index++) != id && fmt::format("M{}", mutex.value("id", 0)) != id)
            continue;
        const std::string name = stacks_.objectName(mutex["data"]);
        return name.empty() ? fmt::format("{} (first used at {})", id, stacks_.brief(mutex["stack"]))
                            : fmt::format("'{}'", name);
    }
    return id;
}

/// "task 2 of T1" when the runtime has told tasks apart, else empty.
std::string Report::taskName(unsigned id) {
    for (const json& thread : record_["threads"])
        if (const std::string name = thread.value("name", "");
            thread.value("id", 0u) == id && name.starts_with("task "))
            return name;
    return "";
}

std::string Report::nameOf(unsigned id) {
    const std::string task = taskName(id);
    return !task.empty() ? task : id == 0 ? "the main thread" : fmt::format("thread T{}", id);
}

std::string Report::threadTitle(unsigned id) {
    if (const std::string task = taskName(id); id == 0 || !task.empty())
        return id == 0 ? "main thread" : task;
    for (const json& thread : record_["threads"])
        if (thread.value("id", 0u) == id)
            return fmt::format("thread T{}, created at {}", id, stacks_.brief(thread["stack"]));
    return fmt::format("thread T{}", id);
}

void Report::addAccesses() {
    const auto locks = locksInText(record_.value("text", ""));
    std::size_t index = 0;
    std::string how;
    for (const json& access : record_["accesses"]) {
        const std::string what = fmt::format("{}{} of {} byte{}", access.value("atomic", false) ? "atomic " : "",
                                             access.value("write", false) ? "write" : "read", access.value("size", 0),
                                             access.value("size", 0) == 1 ? "" : "s");
        report::Trace trace;
        trace.title = threadTitle(access.value("thread", 0u));
        trace.steps = stacks_.steps(access["stack"], what);
        if (index < locks.size())
            for (const std::string& lock : locks[index])
                trace.locksHeld.push_back(unquoted(mutexName(lock)));
        const unsigned thread = access.value("thread", 0u);
        how += fmt::format("{}{} by {}", index == 0 ? ": " : ", ", what, nameOf(thread));
        finding_.traces.push_back(std::move(trace));
        ++index;
    }
    if (!record_["accesses"].empty()) {
        finding_.location = stacks_.location(record_["accesses"][0]["stack"]);
        finding_.message += how;
    }
}

void Report::addStacks() {
    for (const json& stack : record_["stacks"]) {
        finding_.traces.push_back({"the misuse", stacks_.steps(stack["stack"], finding_.message), {}});
        if (finding_.location.file.empty())
            finding_.location = stacks_.location(stack["stack"]);
    }
}

void Report::addMutexNotes() {
    for (const json& mutex : record_["mutexes"])
        for (report::Step& step : stacks_.steps(mutex["stack"], "mutex first used here"))
            if (step.message != "called from here")
                finding_.notes.push_back(std::move(step));
}

Finding Report::finding() {
    const auto known = kKinds.find(record_.value("kind", ""));
    const Kind kind =
        known != kKinds.end() ? known->second : Kind{"thread-sanitizer", "", "ThreadSanitizer reports a defect of {}"};
    finding_.rule = kind.rule;
    finding_.variant = kind.variant;
    finding_.level = report::Level::error;
    finding_.confidence = report::Confidence::high;
    finding_.world = report::World::run;
    finding_.subject = object();
    finding_.message = fmt::format(fmt::runtime(kind.message), finding_.subject);
    if (!record_["accesses"].empty()) {
        addAccesses();
    } else {
        addStacks();
        addMutexNotes();
    }
    return finding_;
}

} // namespace

Finding fromTsan(const json& record, Stacks& stacks) { return Report(record, stacks).finding(); }

} // namespace deadheat::launch
