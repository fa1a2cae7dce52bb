// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/link/points_to_program.h"

using namespace deadheat;
using namespace deadheat::link;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

TEST(PointsToCalls, DirectCallsBindParametersAndResults) {
    const Program p(R"(
global a : int
func identity(x : int*) : int*
  return x
func f()
  local p : int*
  p = call identity(&a)
)");
    EXPECT_THAT(p.held("identity", "x"), ElementsAre("a"));
    EXPECT_THAT(p.held("f", "p"), ElementsAre("a"));
    EXPECT_THAT(p.targets("f", 0), ElementsAre("identity"));
    EXPECT_THAT(p.pointsTo.callersOf(p.function("identity")), ElementsAre(p.instr("f", 0)));
    EXPECT_THAT(p.pointsTo.callersOf(p.function("f")), IsEmpty());
}

TEST(PointsToCalls, CallsThroughTablesOfFunctions) {
    const Program p(R"(
type handler function
record Entry
  field code : int
  field run : handler
global table : Entry[3]
global a : int
func first(x : int*)
func second(x : int*)
func never(x : int*)
func "<init>"()
  table[0].run = @first
  table[1].run = @second
func dispatch(i : int)
  callIndirect table[i].run, &a
func only()
  callIndirect table[1].run, &a
)");
    EXPECT_THAT(p.targets("dispatch", 0), ElementsAre("first", "second"));
    EXPECT_THAT(p.targets("only", 0), ElementsAre("second"));
    EXPECT_THAT(p.held("first", "x"), ElementsAre("a"));
    EXPECT_THAT(p.held("never", "x"), IsEmpty());
    EXPECT_THAT(p.pointsTo.callersOf(p.function("second")), ElementsAre(p.instr("dispatch", 0), p.instr("only", 0)));
}

TEST(PointsToCalls, AFunctionPointerBehindAPointer) {
    const Program p(R"(
func target()
func f()
  local fn : callable
  local ref : callable*
  fn = @target
  ref = &fn
  callIndirect ref
  callIndirect &fn
)");
    EXPECT_THAT(p.targets("f", 2), ElementsAre("target"));
    EXPECT_THAT(p.targets("f", 3), ElementsAre("target"));
}

constexpr std::string_view kShapes = R"(
record Shape polymorphic
record Circle : Shape
record Disc : Circle
record Square : Shape
func Shape::draw(this) virtual
func Circle::draw(this) virtual
  overrides Shape::draw
func Square::draw(this) virtual
  overrides Shape::draw
)";

TEST(PointsToCalls, VirtualCallsFollowTheReceiversClass) {
    const Program p(std::string(kShapes) + R"(
func f()
  local s : Shape*
  local d : Shape*
  s = alloc :Circle @1
  call Shape::draw(s) virtual
  d = alloc :Disc @3
  call Shape::draw(d) virtual
  call Shape::draw(d)
)");
    EXPECT_THAT(p.targets("f", 1), ElementsAre("Circle::draw"));
    EXPECT_THAT(p.targets("f", 3), ElementsAre("Circle::draw")) << "inherited by Disc";
    EXPECT_THAT(p.targets("f", 4), ElementsAre("Shape::draw")) << "a qualified call does not dispatch";
    EXPECT_EQ(p.held("Circle::draw", "this").size(), 2u);
    EXPECT_THAT(p.held("Shape::draw", "this"), testing::SizeIs(1));
}

TEST(PointsToCalls, EachOverriderGetsOnlyTheReceiversOfItsClass) {
    const Program p(std::string(kShapes) + R"(
func f()
  local s : Shape*
  s = alloc :Circle @a.cpp:1
  s = alloc :Square @a.cpp:2
  call Shape::draw(s) virtual
)");
    EXPECT_THAT(p.targets("f", 2), ElementsAre("Circle::draw", "Square::draw"));
    EXPECT_THAT(p.held("Circle::draw", "this"), ElementsAre("heap@a.cpp:1"));
    EXPECT_THAT(p.held("Square::draw", "this"), ElementsAre("heap@a.cpp:2"));
}

TEST(PointsToCalls, VirtualCallsOnUnknownReceiversRunEveryOverrider) {
    const Program p(std::string(kShapes) + R"(
func f(s : Shape*)
  call Shape::draw(s) virtual
func g(c : Circle*)
  call Shape::draw(c) virtual
func h()
  local s : Shape*
  call Shape::draw(s) virtual
)");
    EXPECT_THAT(p.targets("f", 0), ElementsAre("Shape::draw", "Circle::draw", "Square::draw"));
    EXPECT_THAT(p.targets("g", 0), ElementsAre("Circle::draw"));
    EXPECT_THAT(p.targets("h", 0), ElementsAre("Shape::draw", "Circle::draw", "Square::draw"));
}

constexpr std::string_view kLambda = R"(
record "lambda" calls "lambda::call" lambda
  field n : int*
global a : int
func "lambda::call"(this : "lambda*", x : int*) of "lambda"
  local c : int*
  c = this->n
)";

TEST(PointsToCalls, CallableRecordsRunTheirCallOperator) {
    const Program p(std::string(kLambda) + R"(
global b : int
func f()
  local l : "lambda"
  local fn : callable
  l.n = &a
  fn = &l
  callIndirect fn, &b
)");
    EXPECT_THAT(p.targets("f", 2), ElementsAre("lambda::call"));
    EXPECT_THAT(p.held("lambda::call", "this"), ElementsAre("f::l"));
    EXPECT_THAT(p.held("lambda::call", "c"), ElementsAre("a"));
    EXPECT_THAT(p.held("lambda::call", "x"), ElementsAre("b"));
}

TEST(PointsToCalls, BoundCallablesPutTheirOperandsInFront) {
    const Program p(R"(
record Task
  field m : mutex
global a : int
global b : int
global task : Task
func plain(x : int*, y : int*)
func Task::run(this, x : int*)
func f()
  local one : callable
  local two : callable
  local nested : callable
  one = bind @plain, &a
  callIndirect one, &b
  two = bind @*Task::run, &task
  nested = bind two, &a
  callIndirect nested
)");
    EXPECT_THAT(p.targets("f", 1), ElementsAre("plain"));
    EXPECT_THAT(p.held("plain", "x"), ElementsAre("a"));
    EXPECT_THAT(p.held("plain", "y"), ElementsAre("b"));
    EXPECT_THAT(p.targets("f", 4), ElementsAre("Task::run"));
    EXPECT_THAT(p.held("Task::run", "this"), ElementsAre("task"));
    EXPECT_THAT(p.held("Task::run", "x"), ElementsAre("a"));
    EXPECT_THAT(p.targets("f", 0), ElementsAre("plain")) << "the bind instruction itself names what may run";
}

TEST(PointsToCalls, OnceSubmitSignalAndPredicateRunTheirCallable) {
    const Program p(std::string(kLambda) + R"(
global flag : once
global pool : opaque
global c : condition
global m : mutex
global pred : "lambda"
func once1(x : int*)
func task1(x : int*)
func handler1(n : int)
func f()
  once flag, @once1, &a
  submit pool, @task1, &a
  signalHandler #2, @handler1
  wait c, m, &pred predicate
)");
    EXPECT_THAT(p.targets("f", 0), ElementsAre("once1"));
    EXPECT_THAT(p.targets("f", 1), ElementsAre("task1"));
    EXPECT_THAT(p.targets("f", 2), ElementsAre("handler1"));
    EXPECT_THAT(p.targets("f", 3), ElementsAre("lambda::call"));
    EXPECT_THAT(p.held("once1", "x"), ElementsAre("a"));
    EXPECT_THAT(p.held("task1", "x"), ElementsAre("a"));
}

} // namespace
