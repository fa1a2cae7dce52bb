// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/model/lock_order.h"
#include "tests/runtime/simulated_program.h"

#include <gtest/gtest.h>

namespace deadheat::model {
namespace {

class LockOrderTest : public testing::Test {
protected:
    LockOrderTest() { test::useHeap(); }

    /// `thread` holds `held` and takes `wanted`; returns the length of the cycle this closes, or 0.
    std::size_t take(sched::ThreadId thread, std::initializer_list<LockUse> held, LockUse wanted) {
        sched::Vector<LockUse> uses;
        for (const LockUse& use : held)
            uses.push(use);
        sched::Vector<const LockEdge*> cycle;
        return order_.acquire(thread, wanted, uses, cycle) ? cycle.size() : 0;
    }

    LockOrder order_;
    const LockUse a{1}, b{2}, c{3}, gate{9};
    const LockUse readA{1, true}, readB{2, true};
};

TEST_F(LockOrderTest, OppositeOrdersInTwoThreadsAreACycleOnce) {
    order_.threadStarted(0, 1);
    EXPECT_EQ(take(0, {a}, b), 0u);
    EXPECT_EQ(take(1, {b}, a), 2u);
    EXPECT_EQ(take(1, {b}, a), 0u);
}

TEST_F(LockOrderTest, OneThreadCannotDeadlockWithItself) {
    EXPECT_EQ(take(0, {a}, b), 0u);
    EXPECT_EQ(take(0, {b}, a), 0u);
}

TEST_F(LockOrderTest, ThreeLocksInARing) {
    order_.threadStarted(0, 1);
    order_.threadStarted(0, 2);
    EXPECT_EQ(take(0, {a}, b), 0u);
    EXPECT_EQ(take(1, {b}, c), 0u);
    EXPECT_EQ(take(2, {c}, a), 3u);
}

TEST_F(LockOrderTest, ACommonGateMakesItImpossible) {
    order_.threadStarted(0, 1);
    EXPECT_EQ(take(0, {gate, a}, b), 0u);
    EXPECT_EQ(take(1, {gate, b}, a), 0u);
    EXPECT_EQ(take(0, {a}, b), 2u) << "a gate on one side alone keeps nobody out";
}

TEST_F(LockOrderTest, JoinOrdersTheThreads) {
    order_.threadStarted(0, 1);
    EXPECT_EQ(take(1, {a}, b), 0u);
    order_.threadJoined(0, 1);
    order_.threadStarted(0, 2);
    EXPECT_EQ(take(2, {b}, a), 0u);
    EXPECT_EQ(take(0, {b}, a), 0u);
}

TEST_F(LockOrderTest, WhatAParentDidBeforeTheStartIsOrdered) {
    EXPECT_EQ(take(0, {a}, b), 0u);
    order_.threadStarted(0, 1);
    EXPECT_EQ(take(1, {b}, a), 0u);
    EXPECT_EQ(take(0, {a}, b), 2u) << "after the start it is not";
}

TEST_F(LockOrderTest, ReadersDoNotBlockReaders) {
    order_.threadStarted(0, 1);
    EXPECT_EQ(take(0, {readA}, readB), 0u);
    EXPECT_EQ(take(1, {readB}, readA), 0u);
    EXPECT_EQ(take(1, {readB}, a), 0u) << "thread 0 waits for b only to read, which thread 1's reading allows";
    EXPECT_EQ(take(0, {readA}, b), 2u);
}

TEST_F(LockOrderTest, FreedMemoryForgets) {
    order_.threadStarted(0, 1);
    EXPECT_EQ(take(0, {a}, b), 0u);
    order_.forget(2, 3);
    EXPECT_EQ(take(1, {b}, a), 0u);
}

} // namespace
} // namespace deadheat::model
