// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/link/points_to_program.h"

using namespace deadheat;
using namespace deadheat::link;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

TEST(PointsToArrays, ConstantElementsAreKeptApart) {
    const Program p(R"(
global a : int
global b : int
global table : int*[4]
func f()
  local x : int*
  local y : int*
  local all : int*
  table[0] = &a
  table[1] = &b
  x = table[0]
  y = table[1]
  all = table[*]
)");
    EXPECT_THAT(p.held("f", "x"), ElementsAre("a"));
    EXPECT_THAT(p.held("f", "y"), ElementsAre("b"));
    EXPECT_THAT(p.held("f", "all"), ElementsAre("a", "b"));
}

TEST(PointsToArrays, AStoreToAnyElementReachesEveryElementAndNotViceVersa) {
    const Program p(R"(
global a : int
global b : int
global table : int*[4]
func f(i : int)
  local x : int*
  local y : int*
  table[i] = &a
  table[0] = &b
  x = table[0]
  y = table[1]
)");
    EXPECT_THAT(p.held("f", "x"), ElementsAre("a", "b"));
    EXPECT_THAT(p.held("f", "y"), ElementsAre("a"));
}

TEST(PointsToArrays, LargeConstantIndicesAreAnyElement) {
    const Program p(R"(
global a : int
global table : int*[400]
func f()
  local x : int*
  local y : int*
  table[100] = &a
  x = table[200]
  y = table[3]
  write table[64]
  write table[63]
)");
    EXPECT_THAT(p.held("f", "x"), ElementsAre("a"));
    EXPECT_THAT(p.held("f", "y"), ElementsAre("a"));
    EXPECT_THAT(p.accessed("f", 3), ElementsAre("table[*]"));
    EXPECT_THAT(p.accessed("f", 4), ElementsAre("table[63]"));
}

TEST(PointsToArrays, FieldsOfElements) {
    const Program p(R"(
record Slot
  field owner : int*
  field other : int*
global a : int
global b : int
global c : int
global slots : Slot[8]
func f(i : int)
  local x : int*
  local y : int*
  local any : int*
  local other : int*
  slots[2].owner = &a
  slots[i].owner = &b
  slots[3].other = &c
  x = slots[2].owner
  y = slots[3].owner
  any = slots[i].owner
  other = slots[2].other
)");
    EXPECT_THAT(p.held("f", "x"), ElementsAre("a", "b"));
    EXPECT_THAT(p.held("f", "y"), ElementsAre("b"));
    EXPECT_THAT(p.held("f", "any"), ElementsAre("a", "b"));
    EXPECT_THAT(p.held("f", "other"), IsEmpty());
}

TEST(PointsToArrays, TwoDimensions) {
    const Program p(R"(
global a : int
global b : int
global grid : int*[4][4]
func f(i : int)
  local x : int*
  local y : int*
  local z : int*
  grid[i][1] = &a
  grid[2][i] = &b
  x = grid[2][1]
  y = grid[3][1]
  z = grid[i][3]
)");
    EXPECT_THAT(p.held("f", "x"), ElementsAre("a", "b"));
    EXPECT_THAT(p.held("f", "y"), ElementsAre("a"));
    EXPECT_THAT(p.held("f", "z"), ElementsAre("b"));
}

TEST(PointsToArrays, OverlapInTwoPlacesIsFoundWhateverComesFirst) {
    const Program p(R"(
record Slot
  field list : int*[4]
global a : int
global slots : Slot[8]
func f(i : int)
  local x : int*
  slots[i].list[0] = &a
  x = slots[2].list[i]
)");
    EXPECT_THAT(p.held("f", "x"), ElementsAre("a"));
}

TEST(PointsToArrays, AnElementThatARecordWasCopiedToIsSeenThroughAnyElement) {
    const Program p(R"(
record Slot
  field list : int*[4]
global a : int
global slots : Slot[8]
global other : Slot
func f(i : int)
  local x : int*
  x = slots[i].list[i]
  slots[2] = other
  other.list[1] = &a
)");
    EXPECT_THAT(p.held("f", "x"), ElementsAre("a"));
}

TEST(PointsToArrays, PointersIntoArraysMoveWithinThem) {
    const Program p(R"(
record Slot
  field m : mutex
global slots : Slot[8]
global single : Slot
func f(i : int)
  local p : Slot*
  local q : Slot*
  local s : Slot*
  p = &slots[2]
  acquire (*p)[3].m
  acquire (*p)[i].m
  q = &slots
  acquire (*q)[3].m
  acquire q->m
  s = &single
  acquire (*s)[0].m
)");
    EXPECT_THAT(p.accessed("f", 1), ElementsAre("slots[*].m"));
    EXPECT_THAT(p.accessed("f", 2), ElementsAre("slots[*].m"));
    EXPECT_THAT(p.accessed("f", 4), ElementsAre("slots[3].m"));
    EXPECT_THAT(p.accessed("f", 5), ElementsAre("slots[0].m"));
    EXPECT_THAT(p.accessed("f", 7), ElementsAre("single.m"));
}

} // namespace
