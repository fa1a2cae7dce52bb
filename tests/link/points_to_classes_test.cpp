// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/link/points_to_program.h"

using namespace deadheat;
using namespace deadheat::link;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

constexpr std::string_view kClasses = R"(
record Base
  field id : int
record Circle : Base
  field radius : int
record Square : Base
  field side : int
record Other
  field o : int
)";

TEST(PointsToClasses, ACastKeepsOnlyWhatTheClassAllows) {
    const Program p(std::string(kClasses) + R"(
type void* pointer 8
global any : void*
global c : Circle
global s : Square
global o : Other
func f()
  local circle : Circle*
  local base : Base*
  local anything : void*
  any = &c
  any = &s
  any = &o
  circle = any
  base = any
  anything = any
)");
    EXPECT_THAT(p.held("f", "anything"), ElementsAre("c", "s", "o"));
    EXPECT_THAT(p.held("f", "circle"), ElementsAre("c"));
    EXPECT_THAT(p.held("f", "base"), ElementsAre("c", "s"));
}

TEST(PointsToClasses, APointerToTheFirstMemberReachesTheWholeAndBack) {
    const Program p(R"(
record Node
  field next : Node*
record Job
  field node : Node
  field work : int
record Timer
  field deadline : int
  field node : Node
global job : Job
global timer : Timer
func outward(n : Node*)
  local j : Job*
  j = n
  write j->work
func inward(j : Job*)
  local n : Node*
  n = j
  write n->Node::next
func f()
  call outward(&job.Job::node)
  call inward(&job)
func g()
  local t : Timer*
  local n : Node*
  n = &timer.Timer::node
  t = n
  write t->deadline
)");
    EXPECT_THAT(p.accessed("outward", 1), ElementsAre("job.work"));
    EXPECT_THAT(p.accessed("inward", 1), ElementsAre("job.node.next"));
    EXPECT_THAT(p.accessed("g", 2), ElementsAre("timer.deadline")) << "container_of";
}

TEST(PointsToClasses, AFieldOfAnotherClassLeadsNowhere) {
    const Program p(std::string(kClasses) + R"(
global c : Circle
global s : Square
func f()
  local p : Base*
  p = &c
  p = &s
  write p->radius
  write p->id
)");
    EXPECT_THAT(p.accessed("f", 2), ElementsAre("c.radius"));
    EXPECT_THAT(p.accessed("f", 3), ElementsAre("c.id", "s.id"));
    EXPECT_EQ(p.pointsTo.field(p.global("s"), 1), kNoId);
    EXPECT_EQ(p.pointsTo.describe(p.pointsTo.field(p.global("s"), 0)), "s.id");
}

TEST(PointsToClasses, RecordsThatRepeatTheFieldsOfAnotherShareThem) {
    const Program p(R"(
record Pending
  field type : int
  field owner : int*
  field callback : int*
record Storage
  field type : int
  field owner : int*
  field page : int*
record Lookalike
  field type : int
  field page : int*
global a : int
global b : int
global pending : Pending
global lookalike : Lookalike
func f()
  local s : Storage*
  local x : int*
  pending.Pending::owner = &a
  pending.callback = &b
  s = &pending
  s = &lookalike
  x = s->Storage::owner
  write s->Storage::owner
)");
    EXPECT_THAT(p.held("f", "x"), ElementsAre("a"));
    EXPECT_THAT(p.accessed("f", 5), ElementsAre("pending.owner"));
}

TEST(PointsToClasses, ObjectsCanBeMadeInBytesThatAreCastAsBytes) {
    const Program p(std::string(kClasses) + R"(
type void* pointer 8
record Slab
  field header : int
  field data : char[64]
  field numbers : int[4]
global slab : Slab
func f()
  local bytes : char*
  local c : Circle*
  bytes = &slab.data
  bytes = &slab.numbers
  c = bytes
  write c->radius
func g()
  local any : void*
  local c : Circle*
  local circle : Circle
  any = &slab.data
  any = &circle
  c = any
  write c->radius
  write any->radius
)");
    EXPECT_THAT(p.accessed("f", 3), ElementsAre("slab.data[0].radius"));
    EXPECT_THAT(p.accessed("g", 3), ElementsAre("g::circle.radius")) << "void* carries strings and objects alike";
    EXPECT_THAT(p.accessed("g", 4), ElementsAre("g::circle.radius"));
}

TEST(PointsToClasses, BytesGetTheClassOfTheVariableTheyAreGivenTo) {
    const Program p(std::string(kClasses) + R"(
type void* pointer 8
func f()
  local raw : void*
  local c : Circle*
  local back : void*
  local s : Square*
  raw = alloc @a.c:1
  c = raw
  back = c
  s = back
)");
    EXPECT_THAT(p.held("f", "c"), ElementsAre("heap@a.c:1"));
    EXPECT_THAT(p.held("f", "s"), IsEmpty());
}

TEST(PointsToClasses, PointersToPointersAndToContainersAreNoPointersToTheRecord) {
    const Program p(std::string(kClasses) + R"(
type "std::vector<Circle>" container of Circle 24
type "std::vector<Circle> &" reference of Circle 8
type "Circle **" pointer of Circle 8
global circles : "std::vector<Circle>"
func fill(v : "std::vector<Circle> &", out : "Circle **")
  *out = &(*v)[*]
func f()
  local c : Circle*
  call fill(&circles, &c)
func entry(v : "std::vector<Circle> &", out : "Circle **", c : Circle*)
)");
    EXPECT_THAT(p.held("f", "c"), ElementsAre("circles[*]"));
    EXPECT_THAT(p.held("entry", "v"), IsEmpty());
    EXPECT_THAT(p.held("entry", "out"), ElementsAre("delivery of Circle"));
    EXPECT_THAT(p.held("entry", "c"), ElementsAre("foreign Circle"));
}

} // namespace
