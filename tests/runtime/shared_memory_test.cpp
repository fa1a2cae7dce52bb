// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which memory processes share, and races on it, against a reference that remembers everything.
#include "runtime/shm/mappings.h"
#include "runtime/shm/shadow.h"
#include "tests/runtime/simulated_program.h"

#include <gtest/gtest.h>
#include <random>
#include <set>
#include <vector>

namespace deadheat::test {
namespace {

shm::Access by(sched::ThreadId thread, std::uint16_t process, bool write, bool atomic = false) {
    shm::Access access;
    access.thread = thread;
    access.process = process;
    access.write = write;
    access.atomic = atomic;
    return access;
}

class SharedMemory : public testing::Test {
protected:
    SharedMemory() { useHeap(); }
    bool races(std::uint64_t key, std::uint64_t size, const shm::Access& access) {
        shm::Access other;
        return shadow.access(key, size, access, order, other);
    }
    shm::HappensBefore order;
    shm::Shadow shadow;
};

TEST_F(SharedMemory, TwoViewsOfAnObjectHaveEqualKeys) {
    shm::Mappings mappings;
    mappings.add({0x1000, 0x3000, 1, 0});
    mappings.add({0x8000, 0x9000, 1, 0x1000});
    EXPECT_EQ(mappings.keyOf(0x2010), mappings.keyOf(0x8010));
    EXPECT_NE(mappings.keyOf(0x1010), mappings.keyOf(0x8010));
    EXPECT_EQ(mappings.keyOf(0x3000), 0u);
    EXPECT_EQ(mappings.keyOf(0x500), 0u);
}

TEST_F(SharedMemory, UnmappingTheMiddleLeavesBothEnds) {
    shm::Mappings mappings;
    mappings.add({0x1000, 0x4000, 1, 0});
    const std::uint64_t last = mappings.keyOf(0x3010);
    mappings.remove(0x2000, 0x3000);
    EXPECT_NE(mappings.keyOf(0x1010), 0u);
    EXPECT_EQ(mappings.keyOf(0x2010), 0u);
    EXPECT_EQ(mappings.keyOf(0x3010), last);
}

TEST_F(SharedMemory, WhatMovesKeepsItsKeysAndWhatItGrowsByContinuesThem) {
    shm::Mappings mappings;
    mappings.add({0x1000, 0x3000, 1, 0x5000});
    mappings.add({0x8000, 0xc000, 2, 0});
    const std::uint64_t second = mappings.keyOf(0x2010);
    mappings.move(0x2000, 0x1000, 0x9000, 0x2000);
    EXPECT_NE(mappings.keyOf(0x1010), 0u);
    EXPECT_EQ(mappings.keyOf(0x2010), 0u);
    EXPECT_EQ(mappings.keyOf(0x9010), second);
    EXPECT_EQ(mappings.keyOf(0xa010), second + 0x1000);
    EXPECT_EQ(mappings.keyOf(0xb010), mappings.keyOf(0x8010) + 0x3000);
}

TEST_F(SharedMemory, RangesGrowAndShrinkInTheirPlace) {
    shm::Mappings mappings;
    mappings.add({0x1000, 0x2000, 1, 0x5000});
    const std::uint64_t first = mappings.keyOf(0x1010);
    mappings.move(0x1000, 0x1000, 0x1000, 0x3000);
    EXPECT_EQ(mappings.keyOf(0x1010), first);
    EXPECT_EQ(mappings.keyOf(0x3010), first + 0x2000);
    mappings.move(0x1000, 0x3000, 0x1000, 0x2000);
    EXPECT_EQ(mappings.keyOf(0x2010), first + 0x1000);
    EXPECT_EQ(mappings.keyOf(0x3010), 0u);
}

TEST_F(SharedMemory, ADuplicateIsAnotherViewAndMayBeLonger) {
    shm::Mappings mappings;
    mappings.add({0x1000, 0x2000, 1, 0});
    mappings.duplicate(0x1000, 0, 0x8000, 0x2000);
    EXPECT_EQ(mappings.keyOf(0x8010), mappings.keyOf(0x1010));
    EXPECT_EQ(mappings.keyOf(0x9010), mappings.keyOf(0x1010) + 0x1000);
    mappings.duplicate(0x1000, 0x1000, 0x4000, 0x1000);
    EXPECT_EQ(mappings.keyOf(0x4010), mappings.keyOf(0x1010));
}

TEST_F(SharedMemory, ARangeOfSeveralViewsMovesPieceByPiece) {
    shm::Mappings mappings;
    mappings.add({0x1000, 0x2000, 1, 0});
    mappings.add({0x3000, 0x4000, 2, 0});
    const std::uint64_t one = mappings.keyOf(0x1010), two = mappings.keyOf(0x3010);
    mappings.move(0x1000, 0x3000, 0x8000, 0x3000);
    EXPECT_EQ(mappings.keyOf(0x8010), one);
    EXPECT_EQ(mappings.keyOf(0x9010), 0u);
    EXPECT_EQ(mappings.keyOf(0xa010), two);
}

TEST_F(SharedMemory, PrivateMemoryCoversWhatItIsMovedTo) {
    shm::Mappings mappings;
    mappings.add({0x1000, 0x3000, 1, 0});
    mappings.move(0x8000, 0x1000, 0x1000, 0x1000);
    EXPECT_EQ(mappings.keyOf(0x1010), 0u);
    EXPECT_NE(mappings.keyOf(0x2010), 0u);
}

TEST_F(SharedMemory, UnorderedWritesOfTwoProcessesRace) {
    EXPECT_FALSE(races(64, 4, by(0, 0, true)));
    EXPECT_TRUE(races(64, 4, by(1, 1, true)));
}

TEST_F(SharedMemory, ReadsAtomicsNeighboursAndOneProcessDoNot) {
    EXPECT_FALSE(races(64, 4, by(0, 0, false)));
    EXPECT_FALSE(races(64, 4, by(1, 1, false)));
    EXPECT_FALSE(races(72, 4, by(0, 0, true, true)));
    EXPECT_FALSE(races(72, 4, by(1, 1, true, true)));
    EXPECT_FALSE(races(80, 4, by(0, 0, true)));
    EXPECT_FALSE(races(84, 4, by(1, 1, true)));
    EXPECT_FALSE(races(96, 4, by(0, 0, true)));
    EXPECT_FALSE(races(96, 4, by(2, 0, true)));
}

TEST_F(SharedMemory, AnAtomicAndAPlainAccessRace) {
    EXPECT_FALSE(races(64, 4, by(0, 0, true, true)));
    EXPECT_TRUE(races(64, 4, by(1, 1, false)));
}

TEST_F(SharedMemory, AnObjectOrdersReleaseBeforeAcquire) {
    EXPECT_FALSE(races(64, 8, by(0, 0, true)));
    order.release(0, 7);
    order.acquire(1, 7);
    EXPECT_FALSE(races(64, 8, by(1, 1, true)));
    EXPECT_TRUE(races(64, 8, by(0, 0, true)));
}

TEST_F(SharedMemory, AChildComesAfterItsForkOnly) {
    EXPECT_FALSE(races(64, 8, by(0, 0, true)));
    order.start(0, 1);
    EXPECT_FALSE(races(64, 8, by(1, 1, false)));
    EXPECT_FALSE(races(72, 8, by(0, 0, true)));
    EXPECT_TRUE(races(72, 8, by(1, 1, false)));
}

TEST_F(SharedMemory, ACopyOverCellsMeetsAByteInTheMiddle) {
    EXPECT_FALSE(races(64 + 19, 1, by(0, 0, true)));
    EXPECT_TRUE(races(60, 32, by(1, 1, false)));
    EXPECT_EQ(shadow.cells(), 5u);
}

/// Random accesses and edges by one thread each of three processes. The shadow forgets, so it may miss, but what it says
/// must be so; and with few enough accesses it must not miss.
TEST_F(SharedMemory, AgreesWithFullHistories) {
    std::mt19937 random(1);
    for (int round = 0; round < 500; ++round) {
        order.clear();
        shadow.clear();
        struct Event {
            unsigned thread;
            bool write;
        };
        std::vector<Event> events;
        std::set<std::size_t> knows[3], released[2];
        for (int step = 0; step < 12; ++step) {
            const unsigned thread = random() % 3, object = random() % 2;
            switch (random() % 3) {
            case 0:
                order.release(thread, object + 1);
                released[object].insert(knows[thread].begin(), knows[thread].end());
                break;
            case 1:
                order.acquire(thread, object + 1);
                knows[thread].insert(released[object].begin(), released[object].end());
                break;
            default: {
                const bool write = random() % 2;
                bool expected = false;
                for (std::size_t i = 0; i < events.size(); ++i)
                    expected |= events[i].thread != thread && (write || events[i].write) && !knows[thread].count(i);
                EXPECT_EQ(races(64, 4, by(thread, static_cast<std::uint16_t>(thread), write)), expected);
                knows[thread].insert(events.size());
                events.push_back({thread, write});
            }
            }
        }
    }
}

} // namespace
} // namespace deadheat::test
