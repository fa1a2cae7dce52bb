// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/ir/text.h"
#include "analyzer/pipeline/analysis.h"
#include "report/user_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace deadheat;
using namespace deadheat::pipeline;

namespace {

/// Two threads increment a counter without a lock.
constexpr const char* kRace = R"(
module race.cpp
global counter : int @1:5
func worker() @2:6
  rw counter 4 @3:5
func main() @5:5
  local a : thread
  local b : thread
  spawn a, @worker @6:17
  spawn b, @worker @7:17
  join a @8:5
  join b @9:5
  handleDestroy b @10:1
  handleDestroy a @10:1
)";

report::Sources sources(const std::string& comment = "") {
    report::Sources result("/nonexistent");
    result.add("race.cpp", "int counter;\nvoid worker() {\n    ++counter; " + comment + "\n}\n");
    return result;
}

Analysis run(const AnalysisOptions& options = {}, const std::string& comment = "") {
    return analyse(ir::parseModules(kRace), sources(comment), options);
}

TEST(Analysis, FindsTheRaceWithoutClang) {
    const auto analysis = run();
    ASSERT_EQ(analysis.report.findings.size(), 1u);
    const auto& race = analysis.report.findings[0];
    EXPECT_EQ(race.rule, "data-race");
    EXPECT_EQ(race.location.file, "race.cpp");
    EXPECT_EQ(race.location.line, 3u);
    EXPECT_EQ(race.fingerprint.size(), 16u);
    EXPECT_FALSE(analysis.report.rules.empty());
}

TEST(Analysis, CommentsAndConfigurationSuppress) {
    EXPECT_EQ(run({}, "// NOLINT(deadheat-data-race)").suppressed, 1u);
    EXPECT_TRUE(run({}, "// NOLINT").report.findings.empty());
    AnalysisOptions options;
    options.suppressions = {{"", "race.*", ""}};
    EXPECT_EQ(run(options).suppressed, 1u);
}

TEST(Analysis, ChecksAreSelectedByGlobs) {
    AnalysisOptions options;
    for (const auto* globs : {"-data-race", "lock-*", "*,-deadheat-data-race"}) {
        options.checks = globs;
        EXPECT_TRUE(run(options).report.findings.empty()) << globs;
    }
    for (const auto* globs : {"", "data-race", "deadheat-data-*", "-*,data-race"}) {
        options.checks = globs;
        EXPECT_EQ(run(options).report.findings.size(), 1u) << globs;
    }
}

TEST(Analysis, WarningsBecomeErrors) {
    AnalysisOptions options;
    options.warningsAsErrors = "data-*";
    EXPECT_EQ(run(options).report.findings[0].level, report::Level::error);
}

TEST(Analysis, TheBaselineIsKeptForTheReport) {
    AnalysisOptions options;
    options.baseline = {run().report.findings[0].fingerprint};
    EXPECT_EQ(run(options).baseline, options.baseline);
    EXPECT_EQ(run(options).report.findings.size(), 1u);
}

TEST(Analysis, UnknownChecksAreRefused) {
    EXPECT_NO_THROW(requireKnownChecks("data-race,lock-*,-unjoined-thread,deadheat-data-race", "--checks"));
    EXPECT_THROW(requireKnownChecks("data-rice", "--checks"), report::UserError);
    EXPECT_THROW(requireKnownChecks("*,-nothing-*", "--checks"), report::UserError);
}

TEST(Analysis, NoModulesNoFindings) { EXPECT_TRUE(analyse({}, sources(), {}).report.findings.empty()); }

} // namespace
