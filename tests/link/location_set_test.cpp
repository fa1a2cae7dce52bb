// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/location_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>
#include <set>

using deadheat::link::LocationSet;
using testing::ElementsAre;
using testing::ElementsAreArray;

namespace {

LocationSet setOf(const std::set<std::uint32_t>& members) {
    LocationSet result;
    for (const std::uint32_t id : members)
        result.insert(id);
    return result;
}

TEST(LocationSet, InsertTellsWhatIsNewAndKeepsOrder) {
    LocationSet set;
    EXPECT_TRUE(set.insert(70));
    EXPECT_TRUE(set.insert(3));
    EXPECT_TRUE(set.insert(64));
    EXPECT_FALSE(set.insert(70));
    EXPECT_THAT(set.toVector(), ElementsAre(3u, 64u, 70u));
    EXPECT_EQ(set.size(), 3u);
    EXPECT_TRUE(set.contains(64));
    EXPECT_FALSE(set.contains(65));
    EXPECT_FALSE(set.contains(2000000));
}

TEST(LocationSet, UniteReportsWhatWasNew) {
    LocationSet set = setOf({1, 2, 100}), fresh = setOf({7});
    EXPECT_TRUE(set.unite(setOf({2, 33, 101}), fresh));
    EXPECT_THAT(set.toVector(), ElementsAre(1u, 2u, 33u, 100u, 101u));
    EXPECT_THAT(fresh.toVector(), ElementsAre(7u, 33u, 101u));
    EXPECT_FALSE(set.unite(setOf({1, 101}), fresh));
    EXPECT_THAT(fresh.toVector(), ElementsAre(7u, 33u, 101u));
    EXPECT_FALSE(set.unite(LocationSet()));
}

/// Sets of very different sizes and densities take different ways through the code.
TEST(LocationSet, AgreesWithStdSet) {
    std::mt19937 random(5);
    for (unsigned round = 0; round < 300; ++round) {
        std::set<std::uint32_t> a, b;
        const std::uint32_t range = round % 3 == 0 ? 100 : round % 3 == 1 ? 3000 : 4000000;
        for (unsigned i = random() % 400; i > 0; --i)
            a.insert(static_cast<std::uint32_t>(random() % range));
        for (unsigned i = random() % (round % 2 ? 6 : 400); i > 0; --i)
            b.insert(static_cast<std::uint32_t>(random() % range));
        std::set<std::uint32_t> both = a, onlyB;
        both.insert(b.begin(), b.end());
        std::ranges::set_difference(b, a, std::inserter(onlyB, onlyB.end()));
        LocationSet set = setOf(a), fresh;
        EXPECT_EQ(set.unite(setOf(b), fresh), !onlyB.empty());
        EXPECT_THAT(set.toVector(), ElementsAreArray(both));
        EXPECT_THAT(fresh.toVector(), ElementsAreArray(onlyB));
        EXPECT_THAT(setOf(b).minus(setOf(a)).toVector(), ElementsAreArray(onlyB));
        EXPECT_EQ(set, setOf(both));
        EXPECT_EQ(set.hash(), setOf(both).hash());
        EXPECT_EQ(set.size(), both.size());
    }
}

TEST(LocationSet, CopiesAreIndependent) {
    LocationSet set = setOf({1, 40});
    LocationSet copy = set;
    copy.insert(90);
    EXPECT_THAT(set.toVector(), ElementsAre(1u, 40u));
    EXPECT_NE(set, copy);
    set = std::move(copy);
    EXPECT_THAT(set.toVector(), ElementsAre(1u, 40u, 90u));
}

} // namespace
