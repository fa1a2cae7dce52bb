// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/link/points_to_program.h"

using namespace deadheat;
using namespace deadheat::link;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

namespace {

// ---- copies, loads, stores ------------------------------------------------------------------------------------------

TEST(PointsTo, CopiesFollowAddressesInOneDirectionOnly) {
    const Program p(R"(
global a : int
global b : int
func f()
  local p : int*
  local q : int*
  p = &a
  q = p
  q = &b
)");
    EXPECT_THAT(p.held("f", "p"), ElementsAre("a"));
    EXPECT_THAT(p.held("f", "q"), ElementsAre("a", "b"));
}

TEST(PointsTo, LoadsAndStoresThroughSeveralDereferences) {
    const Program p(R"(
global a : int
global b : int
func f()
  local p : int*
  local pp : int*
  local ppp : int*
  local q : int*
  local r : int*
  pp = &p
  ppp = &pp
  **ppp = &a
  q = **ppp
  r = *pp
  q = &b
)");
    EXPECT_THAT(p.held("f", "p"), ElementsAre("a"));
    EXPECT_THAT(p.held("f", "q"), ElementsAre("a", "b"));
    EXPECT_THAT(p.held("f", "r"), ElementsAre("a"));
    EXPECT_THAT(p.held("f", "pp"), ElementsAre("f::p"));
}

TEST(PointsTo, HeapObjectsAreOnePerAllocationSite) {
    const Program p(R"(
record Node
  field next : Node*
func f()
  local a : Node*
  local b : Node*
  local c : Node*
  a = alloc :Node @list.c:4
  b = alloc :Node @5
  a->next = b
  c = a->next
)");
    EXPECT_THAT(p.held("f", "a"), ElementsAre("heap@list.c:4"));
    EXPECT_THAT(p.held("f", "c"), ElementsAre("heap@list.c:5"));
}

TEST(PointsTo, FieldsAreKeptApart) {
    const Program p(R"(
record Pair
  field first : int*
  field second : int*
global a : int
global b : int
global pair : Pair
func f()
  local x : int*
  local y : int*
  local p : Pair*
  pair.first = &a
  p = &pair
  p->second = &b
  x = p->first
  y = pair.second
  write p->first
)");
    EXPECT_THAT(p.held("f", "x"), ElementsAre("a"));
    EXPECT_THAT(p.held("f", "y"), ElementsAre("b"));
    EXPECT_THAT(p.accessed("f", 5), ElementsAre("pair.first"));
}

TEST(PointsTo, AddressOfAFieldThroughAPointer) {
    const Program p(R"(
record Inner
  field m : mutex
record Outer
  field inner : Inner
global o : Outer
func f()
  local p : Outer*
  local q : mutex*
  p = &o
  q = &p->inner.m
  acquire *q
)");
    EXPECT_THAT(p.held("f", "q"), ElementsAre("o.inner.m"));
    EXPECT_THAT(p.accessed("f", 2), ElementsAre("o.inner.m"));
}

TEST(PointsTo, AFieldOfABaseIsAFieldOfTheDerivedObject) {
    const Program p(R"(
record Base
  field m : mutex
record Derived : Base
global d : Derived
func lock(b : Base*)
  acquire b->m
func f()
  call lock(&d)
)");
    EXPECT_THAT(p.accessed("lock", 0), ElementsAre("d.m"));
}

TEST(PointsTo, CyclesOfCopiesAgree) {
    const Program p(R"(
global a : int
global b : int
func f()
  local p : int*
  local q : int*
  local r : int*
  local s : int*
  p = q
  q = r
  r = p
  s = r
  q = &a
  r = &b
)");
    for (const char* name : {"p", "q", "r", "s"})
        EXPECT_THAT(p.held("f", name), ElementsAre("a", "b")) << name;
}

TEST(PointsTo, NumbersCarryPointersOnlyWhenTheyAreWideEnough) {
    const Program p(R"(
type "unsigned long" scalar 8
type char* pointer 8
global a : int
func f()
  local p : int*
  local wide : "unsigned long"
  local narrow : int
  local q : int*
  local r : int*
  local bytes : char*
  local s : int*
  p = &a
  wide = p
  q = wide
  narrow = p
  r = narrow
  bytes = alloc :char
  *bytes = p
  s = *bytes
)");
    EXPECT_THAT(p.held("f", "q"), ElementsAre("a"));
    EXPECT_THAT(p.held("f", "r"), IsEmpty());
    EXPECT_THAT(p.held("f", "s"), ElementsAre("a")) << "*(int**)bytes";
}

TEST(PointsTo, RecursiveStructuresEnd) {
    const Program p(R"(
record Tree
  field children : container<Tree>
  field m : mutex
func f(t : Tree*)
  local c : Tree*
  c = t
loop:
  c = &c->children[*]
  acquire c->m
  goto loop normal, exit normal
)");
    const Names nodes = p.held("f", "c");
    EXPECT_THAT(nodes, UnorderedElementsAre("foreign Tree", "foreign Tree.children[*]"));
}

// ---- whole records --------------------------------------------------------------------------------------------------

TEST(PointsTo, CopyingARecordCopiesItsParts) {
    const Program p(R"(
record Inner
  field p : int*
record Outer
  field inner : Inner
  field list : int*[2]
global a : int
global b : int
func f(i : int)
  local x : Outer
  local y : Outer
  local z : Outer
  local q : int*
  local r : int*
  local back : int*
  x.inner.p = &a
  x.list[1] = &b
  y = x
  z = y
  q = z.inner.p
  r = z.list[1]
  z.inner.p = &b
  back = x.inner.p
)");
    EXPECT_THAT(p.held("f", "q"), ElementsAre("a", "b"));
    EXPECT_THAT(p.held("f", "r"), ElementsAre("b"));
    EXPECT_THAT(p.held("f", "back"), ElementsAre("a"));
}

TEST(PointsTo, CopyingARecordThroughPointers) {
    const Program p(R"(
record Pair
  field first : int*
  field second : int*
global a : int
global b : int
func copyPair(to : Pair*, from : Pair*)
  *to = *from
func f()
  local x : Pair
  local y : Pair
  local q : int*
  local r : int*
  x.first = &a
  call copyPair(&y, &x)
  x.second = &b
  q = y.first
  r = y.second
)");
    EXPECT_THAT(p.held("f", "q"), ElementsAre("a"));
    EXPECT_THAT(p.held("f", "r"), ElementsAre("b"));
}

TEST(PointsTo, PartsThatOnlyAQueryMentionsHoldWhatTheyShould) {
    const Program p(R"(
record Pair
  field first : int*
  field second : int*
global a : int
global x : Pair
global y : Pair
global table : int*[4]
func f(i : int)
  x.first = &a
  y = x
  table[i] = &a
)");
    EXPECT_THAT(p.describe(p.pointsTo.pointees(p.pointsTo.field(p.global("y"), 0))), ElementsAre("a"));
    EXPECT_THAT(p.describe(p.pointsTo.pointees(p.pointsTo.field(p.global("y"), 1))), IsEmpty());
    const LocationId second = p.pointsTo.element(p.global("table"), 2);
    EXPECT_THAT(p.describe(p.pointsTo.pointees(second)), ElementsAre("a"));
    EXPECT_EQ(p.pointsTo.describe(second), "table[2]");
    EXPECT_EQ(p.pointsTo.parent(second), p.global("table"));
    EXPECT_EQ(p.pointsTo.step(second), (ir::Step{ir::StepKind::constant, 2}));
    EXPECT_EQ(p.pointsTo.element(p.global("table"), -1), p.pointsTo.anyElement(p.global("table")));
    EXPECT_EQ(p.pointsTo.objectOf(second), p.pointsTo.objectOf(p.global("table")));
    EXPECT_EQ(p.pointsTo.wholeObject(p.pointsTo.objectOf(second)), p.global("table"));
}

} // namespace
