// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "report/text.h"
#include "tests/report/sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace deadheat::report;

namespace {

TEST(TextSink, ARaceIsAnArgument) {
    auto race = sampleRace();
    race.fingerprint = "0123456789abcdef";
    EXPECT_EQ(
        toText(race, sampleSources()),
        R"(src/bank.cpp:3:5: warning: 'Bank::total' is written without a lock while another thread reads it [deadheat-data-race]
    3 |     total += n;
      |     ^~~~~~~~~~
src/bank.h:2:3: note: declared here
src/bank.cpp:3:5: note: thread started at src/main.cpp:9; holds no lock
    src/main.cpp:9:5: in main: starts the thread
    src/bank.cpp:3:5: in Bank::deposit: writes 'total'
src/bank.cpp:6:8: note: main thread; holds 'Bank::mutex', 'g.lock'
    6 | 	print(total);
      | 	      ^~~~~
    src/bank.cpp:6:8: in Bank::audit: reads 'total'
      = high confidence: both places are reached from threads that may run at the same time
      = replay: deadheat replay race.schedule
      = more: deadheat explain 0123456789abcdef
)");
}

TEST(TextSink, PlacesMayBeIncomplete) {
    Finding finding;
    finding.message = "m";
    finding.rule = "r";
    finding.level = Level::error;
    const auto head = [&] {
        return toText(finding, sampleSources()).substr(0, toText(finding, sampleSources()).find('\n'));
    };
    EXPECT_EQ(head(), "<unknown>: error: m [deadheat-r]");
    finding.location.file = "src/bank.cpp";
    EXPECT_EQ(head(), "src/bank.cpp: error: m [deadheat-r]");
    finding.location.line = 3;
    EXPECT_EQ(head(), "src/bank.cpp:3: error: m [deadheat-r]");
    finding.location.column = 400;
    EXPECT_THAT(toText(finding, sampleSources()), testing::HasSubstr("    3 |     total += n;\n      ="));
}

TEST(TextSink, MarksTheFirstLineOfALongRange) {
    auto race = sampleRace();
    race.location = {"src/bank.cpp", 2, 6, 4, 2};
    EXPECT_THAT(toText(race, sampleSources()),
                testing::HasSubstr("    2 | void Bank::deposit(int n) {\n      |      ^~~~~~~~~~~~~~~~~~~~~~\n"));
}

TEST(TextSink, ColorsOnlyWhenAsked) {
    EXPECT_THAT(toText(sampleRace(), sampleSources()), testing::Not(testing::HasSubstr("\033")));
    EXPECT_THAT(toText(sampleRace(), sampleSources(), {true}), testing::HasSubstr("\033[35mwarning:\033[0m"));
}

TEST(TextSink, AnEmptyLineBetweenFindings) {
    const auto one = toText(sampleRace(), sampleSources());
    EXPECT_EQ(toText(Report{{sampleRace(), sampleRace()}, {}, {}}, sampleSources()), one + "\n" + one);
    EXPECT_EQ(toText(Report{}, sampleSources()), "");
}

} // namespace
