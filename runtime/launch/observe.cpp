// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/observe.h"

#include "runtime/launch/dump.h"
#include "runtime/launch/guardian.h"

#include <algorithm>
#include <csignal>
#include <optional>
#include <sys/wait.h>

namespace deadheat::launch {
namespace {

bool endedByItself(const sched::ControlBlock& block, int status) {
    return block.results.end == sched::End::none && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// Interrupted from outside: not the program's doing.
bool wasInterrupted(int status) {
    return WIFSIGNALED(status) && (WTERMSIG(status) == SIGINT || WTERMSIG(status) == SIGTERM ||
                                   WTERMSIG(status) == SIGHUP || WTERMSIG(status) == SIGKILL);
}

void merge(std::vector<report::Finding>& all, std::vector<report::Finding> more) {
    for (report::Finding& finding : more)
        if (std::find(all.begin(), all.end(), finding) == all.end())
            all.push_back(std::move(finding));
}

Records recordsOf(sched::ControlBlock& block) {
    const std::uint64_t bytes = std::min<std::uint64_t>(block.results.reportBytes, sched::ControlBlock::kReportBytes);
    return parseRecords(std::string(block.reports(), bytes));
}

/// Processes that all wait for each other report their threads one by one; the finding is one.
Records joined(const Records& records) {
    Records result;
    std::optional<std::size_t> first;
    for (const auto& record : records) {
        const bool among = record.value("amongProcesses", false);
        if (!among || !first) {
            first = among ? result.size() : first;
            result.push_back(record);
            continue;
        }
        for (const auto& thread : record["threads"])
            result[*first]["threads"].push_back(thread);
    }
    return result;
}

/// Shows each dump once, as soon as it is there.
class Dumps {
public:
    Dumps(const ObserveOptions& options, Stacks& stacks) : options_(options), stacks_(stacks) {}

    void show(const Records& records) {
        for (; seen_ < records.size(); ++seen_)
            if (options_.onDump && records[seen_].value("record", "") == "dump")
                options_.onDump(describeDump(records[seen_], stacks_));
    }

private:
    const ObserveOptions& options_;
    Stacks& stacks_;
    std::size_t seen_ = 0;
};

/// A program that ends by itself may leave processes and objects behind, as daemons are.
void runGuarded(const Program& program, const ObserveOptions& options, const ControlMemory& control,
                const std::function<void()>& meanwhile, ObserveResult& result) {
    StartOptions start;
    start.extraTsanOptions = options.tsanOptions;
    Guardian guardian(program, control, start);
    result.waitStatus = guardian.await(meanwhile);
    const int signal = guardian.passedOn();
    result.interrupted = signal != 0 && signal != options.dumpSignal;
    if (!result.interrupted && control->results.end == sched::End::none)
        guardian.leaveRest();
}

void observeOnce(const Program& program, const ObserveOptions& options, unsigned repetition, Stacks& stacks,
                 ObserveResult& result) {
    ControlMemory control;
    control->orders.mode = sched::Mode::observe;
    control->orders.stress = options.stressMicroseconds;
    control->orders.seed = options.seed + repetition;
    control->orders.dumpSignal = static_cast<std::uint32_t>(options.dumpSignal);
    Dumps dumps(options, stacks);
    std::function<void()> showDumps;
    if (options.dumpSignal != 0)
        showDumps = [&] { dumps.show(recordsOf(*control)); };
    runGuarded(program, options, control, showDumps, result);
    const Records records = recordsOf(*control);
    dumps.show(records);
    merge(result.findings, toFindings(joined(records), stacks));
    if (control->results.end == sched::End::none && !endedByItself(*control, result.waitStatus) &&
        !wasInterrupted(result.waitStatus))
        merge(result.findings, {abnormalEnd(result.waitStatus, program.arguments.front(), "")});
}

} // namespace

ObserveResult observe(const Program& program, const ObserveOptions& options, Stacks& stacks) {
    ObserveResult result;
    const auto another = [&] { return result.findings.empty() && !result.interrupted; };
    for (unsigned i = 0; i < options.repetitions && (i == 0 || another()); ++i)
        observeOnce(program, options, i, stacks, result);
    return result;
}

} // namespace deadheat::launch
