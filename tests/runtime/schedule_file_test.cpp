// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "report/user_error.h"
#include "runtime/launch/schedule_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

namespace deadheat::launch {
namespace {

using testing::HasSubstr;

sched::Run run(sched::ThreadId thread, sched::Outcome outcome, std::uint32_t count) {
    sched::Run result{};
    result.thread = thread;
    result.outcome = static_cast<std::uint32_t>(outcome) & 3u;
    result.count = count & sched::Run::kLongest;
    return result;
}

bool equal(const Schedule& a, const Schedule& b) { return toText(a) == toText(b); }

TEST(ScheduleFile, WritesWhatItReads) {
    Schedule schedule;
    schedule.command = {"./a \"b\"", "--x=\n", "\xc3\xa4"};
    schedule.strategy = "pct";
    schedule.seed = ~std::uint64_t{0};
    schedule.number = 12;
    schedule.failure = "deadlock lock-cycle";
    std::mt19937 random(1);
    for (unsigned i = 0; i < 100; ++i)
        schedule.runs.push_back(run(random() % 9, static_cast<sched::Outcome>(random() % 4), 1 + random() % 1000));
    schedule.runs.push_back(run(~0u - 1, sched::Outcome::proceed, sched::Run::kLongest));
    schedule.picks = {0, 3, 1};
    const Schedule again = parseSchedule(toText(schedule), "x");
    EXPECT_TRUE(equal(schedule, again));
    EXPECT_EQ(again.command, schedule.command);
    EXPECT_EQ(again.steps(), schedule.steps());
    EXPECT_EQ(again.picks, schedule.picks);
}

TEST(ScheduleFile, CountsStepsAndSwitches) {
    Schedule schedule;
    schedule.runs = {run(0, sched::Outcome::proceed, 5), run(1, sched::Outcome::proceed, 2),
                     run(1, sched::Outcome::timedOut, 1), run(0, sched::Outcome::proceed, 1)};
    EXPECT_EQ(schedule.steps(), 9u);
    EXPECT_EQ(schedule.switches(), 2u);
}

struct Broken {
    const char* text;
    const char* message;
};

class BrokenScheduleFile : public testing::TestWithParam<Broken> {};

TEST_P(BrokenScheduleFile, IsRefusedWithPlaceAndReason) {
    try {
        parseSchedule(GetParam().text, "s.schedule");
        FAIL() << "accepted";
    } catch (const report::UserError& error) {
        EXPECT_THAT(error.what(), HasSubstr("s.schedule:"));
        EXPECT_THAT(error.what(), HasSubstr(GetParam().message));
    }
}

INSTANTIATE_TEST_SUITE_P(
    All, BrokenScheduleFile,
    testing::Values(Broken{"", "not a schedule file"}, Broken{"deadheat-schedule 9\nend\n", "not a schedule file"},
                    Broken{"deadheat-schedule 1\nrun 0x3\n", "cut off"},
                    Broken{"deadheat-schedule 1\nrun 0y3\nend\n", "'0y3' is not a number"},
                    Broken{"deadheat-schedule 1\nrun 0x0\nend\n", "count"},
                    Broken{"deadheat-schedule 1\nrun 0x9999999999\nend\n", "not a number that fits"},
                    Broken{"deadheat-schedule 1\nseed -1\nend\n", "'-1' is not a number"},
                    Broken{"deadheat-schedule 1\nprogram ./a\nend\n", "JSON array"},
                    Broken{"deadheat-schedule 1\nhello\nend\n", "unknown keyword 'hello'"}));

} // namespace
} // namespace deadheat::launch
