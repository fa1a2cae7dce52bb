// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// deadheat::explore on unmodified std::thread code, from inside a test program.
#include <deadheat/explore.h>

#include <gtest/gtest.h>

#include <condition_variable>
#include <csignal>
#include <fstream>
#include <future>
#include <iterator>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace {

constexpr std::uint64_t kSchedules = 500;

int increment(bool locked) {
    int counter = 0;
    std::mutex mutex;
    const auto twice = [&] {
        for (int i = 0; i < 2; ++i) {
            int seen = 0;
            std::unique_lock<std::mutex> lock(mutex);
            seen = counter;
            if (!locked) {
                lock.unlock();
                lock.lock();
            }
            counter = seen + 1;
        }
    };
    std::thread other(twice);
    twice();
    other.join();
    return counter;
}

TEST(Explore, ACorrectBodyPassesEverySchedule) {
    for (const char* strategy : {"random", "pct", "pos", "surw", "round-robin"}) {
        const auto result =
            deadheat::explore({.schedules = kSchedules, .strategy = strategy}, [] { return increment(true) == 4; });
        EXPECT_TRUE(result.ok) << strategy << ": " << result.message;
        EXPECT_EQ(result.schedules, kSchedules) << strategy;
    }
}

TEST(Explore, FindsTheLostUpdateAndNamesTheSchedule) {
    for (const char* strategy : {"random", "pct", "pos", "surw", "exhaustive"}) {
        const auto result = deadheat::explore({.schedules = kSchedules, .strategy = strategy, .name = strategy},
                                              [] { return increment(false) == 4; });
        EXPECT_FALSE(result.ok) << strategy;
        EXPECT_LT(result.schedules, kSchedules) << strategy;
        EXPECT_NE(result.message.find("the body fails"), std::string::npos) << result.message;
        EXPECT_NE(result.message.find("replay: deadheat replay"), std::string::npos) << result.message;
    }
}

TEST(Explore, EqualSeedsFailAtTheSameSchedule) {
    const auto once = [](std::uint64_t seed) {
        return deadheat::explore({.schedules = kSchedules, .strategy = "random", .seed = seed},
                                 [] { return increment(false) == 4; })
            .message;
    };
    EXPECT_EQ(once(3), once(3));
}

TEST(Explore, ExhaustiveSearchEnds) {
    const auto result = deadheat::explore({.schedules = 1'000'000, .strategy = "exhaustive", .preemptions = 1}, [] {
        int value = 0;
        std::mutex mutex;
        std::thread other([&] {
            std::lock_guard<std::mutex> lock(mutex);
            ++value;
        });
        {
            std::lock_guard<std::mutex> lock(mutex);
            ++value;
        }
        other.join();
        return value == 2;
    });
    EXPECT_TRUE(result.ok) << result.message;
    EXPECT_GT(result.schedules, 1u);
    EXPECT_LT(result.schedules, 1000u);
}

TEST(Explore, ReportsADataRace) {
    const auto result = deadheat::explore({.schedules = kSchedules}, [] {
        int value = 0;
        std::thread other([&] { ++value; });
        ++value;
        other.join();
    });
    EXPECT_FALSE(result.ok);
}

TEST(Explore, ReportsADeadlockInsteadOfHanging) {
    const auto result = deadheat::explore({.schedules = kSchedules}, [] {
        std::mutex mutex;
        std::condition_variable changed;
        std::unique_lock<std::mutex> lock(mutex);
        changed.wait(lock, [] { return false; });
    });
    EXPECT_NE(result.message.find("deadlock"), std::string::npos) << result.message;
}

TEST(Explore, ReportsAnExceptionThatLeavesTheBody) {
    const auto result = deadheat::explore({.schedules = kSchedules}, [] { throw std::runtime_error("out"); });
    EXPECT_NE(result.message.find("the body fails"), std::string::npos) << result.message;
}

TEST(Explore, ABodyThatIsKilledLeavesItsSchedule) {
    const auto result = deadheat::explore({.schedules = kSchedules, .name = "killed"}, [] {
        std::thread other([] { std::raise(SIGKILL); });
        other.join();
    });
    EXPECT_NE(result.message.find("the program ends with signal 9"), std::string::npos) << result.message;
    std::ifstream file(result.message.substr(result.message.find("killed-")));
    std::string text{std::istreambuf_iterator<char>(file), {}};
    EXPECT_NE(text.find("\nrun "), std::string::npos) << text;
    EXPECT_TRUE(text.ends_with("end\n")) << text;
}

TEST(Explore, AThreadLeftRunningIsAFailure) {
    const auto result = deadheat::explore({.schedules = kSchedules, .strategy = "round-robin"}, [] {
        std::thread([] { std::this_thread::sleep_for(std::chrono::hours(1)); }).detach();
    });
    EXPECT_FALSE(result.ok);
}

TEST(Explore, TimeIsVirtual) {
    const auto start = std::chrono::steady_clock::now();
    const auto result = deadheat::explore({.schedules = 50}, [] {
        const auto before = std::chrono::steady_clock::now();
        std::this_thread::sleep_for(std::chrono::hours(5));
        return std::chrono::steady_clock::now() - before >= std::chrono::hours(5);
    });
    EXPECT_TRUE(result.ok) << result.message;
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::hours(1));
}

DEADHEAT_EXPLORE_TEST(ExploreMacro, FuturesAndManyThreads) {
    std::vector<std::future<int>> results;
    for (int i = 0; i < 5; ++i)
        results.push_back(std::async(std::launch::async, [i] { return i * i; }));
    int sum = 0;
    for (auto& result : results)
        sum += result.get();
    EXPECT_EQ(sum, 30);
}

} // namespace
