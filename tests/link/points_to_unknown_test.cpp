// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/link/points_to_program.h"

using namespace deadheat;
using namespace deadheat::link;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

namespace {

constexpr std::string_view kLambda = R"(
record "lambda" calls "lambda::call" lambda
  field n : int*
global a : int
func "lambda::call"(this : "lambda*", x : int*) of "lambda"
  local c : int*
  c = this->n
)";

TEST(PointsToUnknownCode, ParametersOfUncalledFunctionsAreForeign) {
    const Program p(R"(
record Node
  field next : Node*
  field count : int
func entry(n : Node*)
  local m : Node*
  m = n->next
  call inner(m)
  write m->count
func inner(x : Node*)
func Node::touch(this)
)");
    EXPECT_THAT(p.held("entry", "n"), ElementsAre("foreign Node"));
    EXPECT_THAT(p.held("entry", "m"), ElementsAre("foreign Node")) << "one foreign object per record";
    EXPECT_THAT(p.accessed("entry", 2), ElementsAre("foreign Node.count"));
    EXPECT_THAT(p.held("inner", "x"), ElementsAre("foreign Node"));
    EXPECT_THAT(p.held("Node::touch", "this"), ElementsAre("foreign Node"));
}

TEST(PointsToUnknownCode, WhatEntriesHandOutIsWhatOtherEntriesAreGiven) {
    const Program p(R"(
type "Node **" pointer of Node 8
record Node
  field next : Node*
record Other
global shared : Other
func create(out : "Node **") : int
  local made : Node*
  made = alloc :Node @n.c:2
  *out = made
func use(n : Node*)
func defaults() : Other*
  temp return : Other*
  return = &shared
func change(o : Other*)
)");
    EXPECT_THAT(p.held("create", "out"), ElementsAre("delivery of Node"));
    EXPECT_THAT(p.held("use", "n"), ElementsAre("heap@n.c:2"));
    EXPECT_THAT(p.held("change", "o"), ElementsAre("foreign Other")) << "callers have others beside the default";
}

TEST(PointsToUnknownCode, AFieldThatTheProgramSetsIsNotForeign) {
    const Program p(R"(
record Buffer
  field size : int
record Owner
  field buffer : Buffer*
  field peer : Buffer*
func Owner::Owner(this)
  this->buffer = alloc :Buffer @o.cpp:2
func Owner::use(this)
  local b : Buffer*
  local q : Buffer*
  b = this->buffer
  q = this->peer
)");
    EXPECT_THAT(p.held("Owner::use", "b"), ElementsAre("heap@o.cpp:2"));
    EXPECT_THAT(p.held("Owner::use", "q"), ElementsAre("foreign Buffer"));
}

TEST(PointsToUnknownCode, FunctionsThatSomebodyCallsAreNotEntries) {
    const Program p(R"(
record R
  field x : int
global r : R
func main()
  call callee(&r)
func callee(p : R*)
func recursive(p : R*)
  call recursive(p)
)");
    EXPECT_THAT(p.held("callee", "p"), ElementsAre("r"));
    EXPECT_THAT(p.held("recursive", "p"), ElementsAre("foreign R")) << "only called by itself";
}

TEST(PointsToUnknownCode, UnknownFunctionsReturnForeignObjectsAndMayCallBack) {
    const Program p(std::string(kLambda) + R"(
record File
  field pos : int
func callback(f : File*)
func f()
  local f1 : File*
  local f2 : File*
  local l : "lambda"
  f1 = call open_file()
  f2 = call other_file()
  call register_callback(@callback)
  call sort(&l)
  write f1->pos
)");
    EXPECT_THAT(p.held("f", "f1"), ElementsAre("foreign File"));
    EXPECT_EQ(p.held("f", "f1"), p.held("f", "f2"));
    EXPECT_THAT(p.accessed("f", 4), ElementsAre("foreign File.pos"));
    const auto callbacks = p.pointsTo.callbacksToUnknown();
    ASSERT_EQ(callbacks.size(), 2u);
    EXPECT_EQ(callbacks[0], (UnknownCallback{p.function("lambda::call"), p.instr("f", 3)}));
    EXPECT_EQ(callbacks[1], (UnknownCallback{p.function("callback"), p.instr("f", 2)}));
    EXPECT_THAT(p.held("callback", "f"), ElementsAre("foreign File"));
    EXPECT_THAT(p.held("lambda::call", "this"), testing::Contains("f::l"));
    EXPECT_THAT(p.targets("f", 2), IsEmpty());
}

TEST(PointsToUnknownCode, ACallbackGetsWhatItIsRegisteredWith) {
    const Program p(R"(
type void* pointer 8
record Event
  field fd : int
record State
  field events : int
record Unrelated
  field u : int
global event : Event
global state : State
global unrelated : Unrelated
func on_event(e : Event*, arg : void*)
  local s : State*
  s = arg
  rw s->events
func never_registered(arg : void*)
  local s : State*
  s = arg
  rw s->events
func f()
  call event_set(&event, @on_event, &state, &unrelated)
)");
    EXPECT_THAT(p.held("on_event", "e"), ElementsAre("event"));
    EXPECT_THAT(p.held("on_event", "arg"), UnorderedElementsAre("event", "state", "unrelated"));
    EXPECT_THAT(p.held("on_event", "s"), ElementsAre("state"));
    EXPECT_THAT(p.held("never_registered", "s"), ElementsAre("foreign State"))
        << "the cast says what unknown code passes";
    EXPECT_THAT(p.held("never_registered", "arg"), IsEmpty());
    EXPECT_THAT(p.accessed("never_registered", 1), ElementsAre("foreign State.events"));
}

TEST(PointsToUnknownCode, AGlobalPointerThatNobodySetsIsForeign) {
    const Program p(R"(
record Config
  field level : int
global config : Config*
global known : Config*
global real : Config
func f()
  known = &real
  write config->level
  write known->level
)");
    EXPECT_THAT(p.accessed("f", 1), ElementsAre("foreign Config.level"));
    EXPECT_THAT(p.accessed("f", 2), ElementsAre("real.level"));
}

} // namespace
