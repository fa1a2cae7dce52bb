// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Controlled schedules inside a test: runs a piece of threaded code under many schedules and says which one fails. The code
// needs no change; the program must be built with deadheat-c++ or deadheat_instrument().
//
//     #include <deadheat/explore.h>
//
//     TEST(Queue, KeepsEveryItem) {
//         auto result = deadheat::explore({.schedules = 1000, .strategy = "pct"}, [] {
//             Queue queue;
//             std::thread producer([&] { queue.push(1); });
//             queue.push(2);
//             producer.join();
//             assert(queue.size() == 2);
//         });
//         EXPECT_TRUE(result.ok) << result.message;
//     }
//
// or, with GoogleTest, DEADHEAT_EXPLORE_TEST(Queue, KeepsEveryItem) { ... } in whose body EXPECT and ASSERT count as
// well. The body runs many times in one child process: it must join its threads and leave no state behind that changes what
// the next run does. Call it while the program has no other thread.
#pragma once

#include <deadheat/explore_options.h>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>

namespace deadheat {

struct ExploreOptions {
    std::uint64_t schedules = 1000;
    const char* strategy = "pct"; ///< random, pct, pos, surw, round-robin, exhaustive
    std::uint64_t seed = 1;
    unsigned depth = 3;       ///< pct: depth of the bugs to look for
    unsigned preemptions = 2; ///< exhaustive: most preemptions in one schedule
    bool rareEvents = true;   ///< timeouts may fire early, condition variables may wake spuriously
    std::uint64_t maxSteps = 10'000'000;
    const char* name = ""; ///< of the test, for the schedule file
};

struct ExploreResult {
    bool ok = true;
    std::uint64_t schedules = 0; ///< that were run
    std::string message;         ///< what failed, the schedule and how to replay it; empty when ok
};

} // namespace deadheat

namespace deadheat {

/// 0 when the callable ran well. An exception must not leave: it would unwind into the test framework of a child process.
template <typename Body>
int runBody(Body& body) {
    try {
        if constexpr (requires { static_cast<bool>(body()); })
            return body() ? 0 : 1;
        else
            return body(), 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "deadheat: an exception leaves the explored body: %s\n", error.what());
    } catch (...) {
        std::fprintf(stderr, "deadheat: an exception leaves the explored body\n");
    }
    return 1;
}

/// `body` is any callable; when it returns bool, false is a failure. An exception that leaves it is one.
template <typename Body>
ExploreResult explore(const ExploreOptions& options, Body body) {
    const deadheat_explore_options plain{options.schedules, options.seed,  options.maxSteps,    options.strategy,
                                         options.name,      options.depth, options.preemptions, options.rareEvents};
    const auto call = [](void* argument) -> int { return runBody(*static_cast<Body*>(argument)); };
    std::string message(std::size_t{1} << 16, '\0');
    ExploreResult result;
    result.schedules = deadheat_explore(&plain, call, &body, message.data(), message.size());
    message.resize(message.find('\0'));
    result.message = message;
    result.ok = message.empty();
    return result;
}

} // namespace deadheat

/// A GoogleTest case whose body is explored. The options are those of deadheat::ExploreOptions' defaults, or what
/// DEADHEAT_EXPLORE_SCHEDULES and DEADHEAT_EXPLORE_STRATEGY are defined to (deadheat_add_explore_test does).
#ifndef DEADHEAT_EXPLORE_SCHEDULES
#define DEADHEAT_EXPLORE_SCHEDULES 1000
#endif
#ifndef DEADHEAT_EXPLORE_STRATEGY
#define DEADHEAT_EXPLORE_STRATEGY "pct"
#endif
#define DEADHEAT_EXPLORE_TEST(suite, test)                                                                             \
    static void deadheatExplored##suite##test();                                                                       \
    TEST(suite, test) {                                                                                                \
        ::deadheat::ExploreOptions options;                                                                            \
        options.schedules = DEADHEAT_EXPLORE_SCHEDULES;                                                                \
        options.strategy = DEADHEAT_EXPLORE_STRATEGY;                                                                  \
        options.name = #suite "." #test;                                                                               \
        const auto result = ::deadheat::explore(options, [] {                                                          \
            deadheatExplored##suite##test();                                                                           \
            return !::testing::Test::HasFailure();                                                                     \
        });                                                                                                            \
        EXPECT_TRUE(result.ok) << result.message;                                                                      \
    }                                                                                                                  \
    static void deadheatExplored##suite##test()
