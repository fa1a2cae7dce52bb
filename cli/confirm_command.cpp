// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// deadheat confirm: takes the static findings of a SARIF report and looks for a schedule that shows each.
#include "cli/command.h"
#include "cli/files.h"
#include "cli/runtime_report.h"
#include "report/json.h"
#include "report/sarif.h"
#include "report/user_error.h"
#include "report/words.h"
#include "runtime/launch/confirm.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <memory>
#include <set>

namespace deadheat::cli {
namespace {

using State = report::Confirmation::State;

struct Options {
    launch::ConfirmOptions confirm;
    ReportFiles files;
    std::string findings;
    std::string folder = ".";
    bool noRareEvents = false;
};

std::string readText(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    in.peek(); // opening a folder succeeds, reading it does not
    if (!in.is_open() || in.bad())
        throw report::UserError(fmt::format("{}: cannot read this report", file));
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Numbered like the findings of the report, so that the file says what it shows.
std::string scheduleFile(const Options& options, const launch::Schedule& schedule, std::size_t finding) {
    const std::string name = std::filesystem::path(schedule.command.front()).filename().string();
    return (std::filesystem::path(options.folder) /
            fmt::format("{}-finding{}-{}-{}.schedule", name, finding, schedule.seed, schedule.number))
        .lexically_normal()
        .string();
}

std::string plural(std::uint64_t count, const char* what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

void print(const report::Finding& finding) {
    const report::Confirmation& confirmation = finding.confirmation;
    fmt::print("{}:{}:{}: {} on {}: {}", finding.location.file, finding.location.line, finding.location.column,
               finding.rule, finding.subject, report::wordOf(confirmation.state));
    if (confirmation.state == State::confirmed)
        fmt::print(" by schedule {}\n    {}\n    replay: deadheat replay {}\n", confirmation.schedules - 1,
                   confirmation.reason, confirmation.schedule);
    else if (confirmation.state == State::unconfirmed)
        fmt::print(" after {}\n    {}\n", plural(confirmation.schedules, "schedule"), confirmation.reason);
    else
        fmt::print(": {}\n", confirmation.reason);
    std::fflush(stdout);
}

int summarise(const std::vector<report::Finding>& findings) {
    std::map<State, std::uint64_t> counts;
    for (const report::Finding& finding : findings)
        ++counts[finding.confirmation.state];
    fmt::print("{}: {} confirmed, {} unconfirmed, {} not tried\n", plural(findings.size(), "finding"),
               counts[State::confirmed], counts[State::unconfirmed], counts[State::notTried]);
    return counts[State::confirmed] > 0 ? kFindings : kClean;
}

void writeFiles(const Options& options, const std::string& input, const std::vector<report::Finding>& findings) {
    std::vector<report::Confirmation> confirmations;
    for (const report::Finding& finding : findings)
        confirmations.push_back(finding.confirmation);
    if (!options.files.sarif.empty())
        writeOutput(options.files.sarif, report::annotateSarif(input, confirmations));
    if (!options.files.json.empty())
        writeOutput(options.files.json, report::toJson({findings, {}, {}}));
}

int confirm(Options options, const Tail& tail) {
    for (const std::string& file : {options.files.sarif, options.files.json})
        if (!file.empty())
            requireWritable(file);
    const std::string input = readText(options.findings);
    std::vector<report::Finding> findings = report::fromSarif(input, options.findings).findings;
    if (findings.empty())
        throw report::UserError(fmt::format("{}: no findings in it, so there is nothing to confirm", options.findings));
    const launch::Program program = launch::findProgram(tail.arguments);
    const launch::ProgramCode code(program);
    options.confirm.rareEvents = !options.noRareEvents;
    launch::Stacks stacks(sourceRoot());
    std::set<std::string> unsteered;
    for (std::size_t i = 0; i < findings.size(); ++i) {
        launch::ConfirmResult result = launch::confirm(program, code, findings[i], options.confirm, stacks);
        findings[i].confirmation = result.confirmation;
        if (result.confirmation.state == State::confirmed) {
            const std::string file = scheduleFile(options, result.proof.schedule, i + 1);
            launch::writeSchedule(file, result.proof.schedule);
            findings[i].confirmation.schedule = file;
            findings[i].replay = fmt::format("deadheat replay {}", file);
        }
        unsteered.insert(result.unsteered.begin(), result.unsteered.end());
        print(findings[i]);
    }
    for (const std::string& what : unsteered)
        fmt::print("not steered: {}; schedules may not replay\n", what);
    writeFiles(options, input, findings);
    return summarise(findings);
}

Action configure(CLI::App& app) {
    auto options = std::make_shared<Options>();
    launch::ConfirmOptions& confirmed = options->confirm;
    app.add_option("findings", options->findings, "What `deadheat check --sarif` wrote")->required();
    app.add_option("--schedules", confirmed.schedules, "At most so many for each finding")
        ->type_name("N")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 40));
    app.add_option("--seed", confirmed.seed, "Other seeds try other schedules")->type_name("S");
    app.add_option("--max-steps", confirmed.maxSteps,
                   "Steps without a thread starting or ending that count as a livelock");
    app.add_option("--timeout", confirmed.scheduleTimeout, "Real milliseconds after which a schedule counts as stuck");
    app.add_flag("--no-rare-events", options->noRareEvents, "No early timeouts, no spurious wakeups");
    app.add_option("--output", options->folder, "Where schedule files go")->check(CLI::ExistingDirectory);
    options->files.addOptions(app);
    app.footer("deadheat confirm [OPTIONS] FINDINGS.sarif -- PROGRAM [ARGUMENTS]");
    return [options](const Tail& tail) { return confirm(*options, tail); };
}

const Registration registration({"confirm", "Look for a run of a program that shows each static finding of a report",
                                 configure});

} // namespace
} // namespace deadheat::cli
