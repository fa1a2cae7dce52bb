// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/pipeline/workers.h"
#include "tests/pipeline/temporary_folder.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <stdexcept>
#include <unistd.h>
#include <vector>

using namespace deadheat::pipeline;

namespace {

std::map<std::size_t, Outcome> runAll(std::size_t count, unsigned jobs, const std::function<After(std::size_t)>& job) {
    std::map<std::size_t, Outcome> outcomes;
    runForked(count, {jobs, false}, job, [&](std::size_t index, Outcome outcome) { outcomes[index] = outcome; });
    return outcomes;
}

TEST(Workers, EveryJobRunsOnceInAnotherProcess) {
    const TemporaryFolder folder;
    int counter = 0;
    const auto outcomes = runAll(20, 3, [&](std::size_t index) {
        ++counter;
        const auto name = std::to_string(index);
        folder.write(name, std::filesystem::exists(folder.path / name) ? "again" : "once");
        return After::anotherJob;
    });
    EXPECT_EQ(outcomes.size(), 20u);
    EXPECT_EQ(counter, 0);
    for (std::size_t i = 0; i < 20; ++i) {
        EXPECT_TRUE(outcomes.at(i).finished);
        std::string seen;
        std::ifstream(folder.path / std::to_string(i)) >> seen;
        EXPECT_EQ(seen, "once") << "job " << i;
    }
}

/// Three jobs on one worker; the second asks for its end.
TEST(Workers, AProcessRunsManyJobsUntilOneAsksForAnother) {
    const TemporaryFolder folder;
    runAll(3, 1, [&](std::size_t index) {
        folder.write(std::to_string(index), std::to_string(::getpid()));
        return index == 1 ? After::newProcess : After::anotherJob;
    });
    std::vector<int> processes(3);
    for (std::size_t i = 0; i < 3; ++i)
        std::ifstream(folder.path / std::to_string(i)) >> processes[i];
    EXPECT_EQ(processes[0], processes[1]);
    EXPECT_NE(processes[1], processes[2]);
}

TEST(Workers, ACrashCostsOneJob) {
    const auto outcomes = runAll(5, 2, [](std::size_t index) {
        if (index == 1)
            std::raise(SIGKILL);
        if (index == 2)
            throw std::runtime_error("refused");
        if (index == 3)
            ::_exit(7);
        return After::anotherJob;
    });
    EXPECT_TRUE(outcomes.at(0).finished);
    EXPECT_FALSE(outcomes.at(1).finished);
    EXPECT_EQ(outcomes.at(1).signal, SIGKILL);
    EXPECT_FALSE(outcomes.at(2).finished);
    EXPECT_EQ(outcomes.at(2).signal, 0);
    EXPECT_FALSE(outcomes.at(3).finished);
    EXPECT_TRUE(outcomes.at(4).finished);
}

/// Two jobs that each wait for the other end only when they run at the same time.
TEST(Workers, JobsRunAtTheSameTime) {
    int toFirst[2], toSecond[2];
    ASSERT_EQ(::pipe(toFirst), 0);
    ASSERT_EQ(::pipe(toSecond), 0);
    const auto outcomes = runAll(2, 2, [&](std::size_t index) {
        const int* out = index == 0 ? toSecond : toFirst;
        const int* in = index == 0 ? toFirst : toSecond;
        char byte = 'x';
        if (::write(out[1], &byte, 1) != 1 || ::read(in[0], &byte, 1) != 1)
            throw std::runtime_error("no partner");
        return After::anotherJob;
    });
    EXPECT_TRUE(outcomes.at(0).finished);
    EXPECT_TRUE(outcomes.at(1).finished);
    for (const int fd : {toFirst[0], toFirst[1], toSecond[0], toSecond[1]})
        ::close(fd);
}

TEST(Workers, NoJobsNoWork) {
    const auto never = [](std::size_t index) -> After { throw std::out_of_range(std::to_string(index)); };
    EXPECT_TRUE(runAll(0, 4, never).empty());
}

} // namespace
