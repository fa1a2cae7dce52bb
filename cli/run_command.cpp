// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// deadheat run: lets an instrumented program run freely and reports what goes wrong.
#include "cli/command.h"
#include "cli/runtime_report.h"
#include "report/user_error.h"
#include "runtime/launch/observe.h"
#include "runtime/launch/rules.h"

#include <CLI/CLI.hpp>
#include <csignal>
#include <fmt/format.h>
#include <map>
#include <memory>

namespace deadheat::cli {
namespace {

struct Options {
    launch::ObserveOptions run;
    ReportFiles files;
    unsigned stress = 0;
    std::string dumpOn;
    std::string suppressions;
};

/// Longest delay that --stress puts before an operation.
constexpr unsigned kStressMicroseconds = 2000;

const std::map<std::string, int> kDumpSignals = {
    {"SIGUSR1", SIGUSR1}, {"SIGUSR2", SIGUSR2}, {"SIGQUIT", SIGQUIT}, {"SIGHUP", SIGHUP}};

launch::ObserveOptions observeOptions(const Options& options) {
    launch::ObserveOptions result = options.run;
    if (options.stress > 0) {
        result.repetitions = options.stress;
        result.stressMicroseconds = kStressMicroseconds;
    }
    if (!options.dumpOn.empty())
        result.dumpSignal = kDumpSignals.at(options.dumpOn);
    result.onDump = [](const std::string& text) {
        fmt::print("{}", text);
        std::fflush(stdout);
    };
    if (!options.suppressions.empty()) // they match on functions and files, which need symbols inside the program
        result.tsanOptions = fmt::format("suppressions={}:symbolize=1", options.suppressions);
    return result;
}

int run(Options options, const Tail& tail) {
    const launch::Program program = launch::findProgram(tail.arguments);
    options.files.program = program.arguments.front();
    launch::Stacks stacks(sourceRoot());
    launch::ObserveResult result = launch::observe(program, observeOptions(options), stacks);
    std::vector<report::Rule> rules = launch::rulesOf(result.findings);
    return writeReport(std::move(result.findings), std::move(rules), options.files);
}

Action configure(CLI::App& app) {
    auto options = std::make_shared<Options>();
    options->files.addOptions(app);
    app.add_option("--stress", options->stress, "Run up to N times with random delays, until something is found")
        ->type_name("N");
    app.add_option("--seed", options->run.seed, "Seed of the random delays")->type_name("S");
    app.add_option("--dump-on", options->dumpOn,
                   "Print all threads with their locks and waits when this signal arrives")
        ->check(CLI::IsMember(kDumpSignals));
    app.add_option("--suppressions", options->suppressions, "Suppressions in ThreadSanitizer's format")
        ->check(CLI::ExistingFile);
    app.footer("deadheat run [OPTIONS] -- PROGRAM [ARGUMENTS]");
    return [options](const Tail& tail) { return run(*options, tail); };
}

const Registration registration({"run", "Run a program and report races, deadlocks and misused locks", configure});

} // namespace
} // namespace deadheat::cli
