// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/link/points_to_program.h"

using namespace deadheat;
using namespace deadheat::link;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

namespace {

// ---- allocation -----------------------------------------------------------------------------------------------------

constexpr std::string_view kAccounts = R"(
record Account
  field m : mutex
  field next : Account*
global registry : Account*
func account_new() : Account*
  local a : Account*
  local raw : Account*
  raw = alloc :Account @account.c:3
  a = raw
  a->next = registry
  registry = a
  return a
)";

TEST(PointsToObjects, EveryCallOfAFunctionThatMakesAnObjectMakesItsOwn) {
    const Program p(std::string(kAccounts) + R"(
func f()
  local x : Account*
  local y : Account*
  x = call account_new() @main.c:7
  y = call account_new() @main.c:8
  acquire x->m
)");
    EXPECT_THAT(p.held("f", "x"), ElementsAre("heap@main.c:7"));
    EXPECT_THAT(p.held("f", "y"), ElementsAre("heap@main.c:8"));
    EXPECT_THAT(p.held("account_new", "a"), ElementsAre("heap@main.c:7", "heap@main.c:8"));
    EXPECT_THAT(p.held("registry"), UnorderedElementsAre("heap@main.c:7", "heap@main.c:8"));
    EXPECT_THAT(p.accessed("f", 2), ElementsAre("heap@main.c:7.m"));
}

TEST(PointsToObjects, WrappersOfWrappersMakeOneObjectPerOutermostCall) {
    const Program p(std::string(kAccounts) + R"(
func named_account() : Account*
  local a : Account*
  a = call account_new() @main.c:2
  return a
func f()
  local x : Account*
  local y : Account*
  x = call named_account() @main.c:7
  y = call named_account() @main.c:8
)");
    EXPECT_THAT(p.held("f", "x"), ElementsAre("heap@main.c:7"));
    EXPECT_THAT(p.held("f", "y"), ElementsAre("heap@main.c:8"));
    EXPECT_THAT(p.held("named_account", "a"), ElementsAre("heap@main.c:7", "heap@main.c:8"));
}

TEST(PointsToObjects, AWrapperMayReturnWhatLiesBehindAHeader) {
    const Program p(R"(
record Header
  field block : long*
func behind() : long*
  local raw : long*
  raw = alloc @raw.c:2
  return &(*raw)[1]
func kept() : long*
  local h : Header*
  local raw : long*
  h = alloc :Header @raw.c:6
  raw = alloc @raw.c:7
  h->block = raw
  return &(*h->block)[1]
func f()
  local x : long*
  local y : long*
  local z : long*
  x = call behind() @main.c:7
  y = call behind() @main.c:8
  z = call kept() @main.c:9
)");
    EXPECT_THAT(p.held("f", "x"), ElementsAre("heap@main.c:7[1]"));
    EXPECT_THAT(p.held("f", "y"), ElementsAre("heap@main.c:8[1]"));
    EXPECT_THAT(p.held("f", "z"), ElementsAre("heap@main.c:9[1]"));
}

TEST(PointsToObjects, AWrapperThatUnknownCodeMayCallKeepsAnObjectOfItsOwn) {
    const Program p(std::string(kAccounts) + R"(
global make : callable
func f()
  local x : Account*
  local y : Account*
  make = @account_new
  x = callIndirect make
  y = call account_new() @main.c:8
)");
    EXPECT_THAT(p.held("f", "x"), UnorderedElementsAre("heap@account.c:3", "heap@main.c:8"));
    EXPECT_THAT(p.held("f", "y"), ElementsAre("heap@main.c:8"));
}

TEST(PointsToObjects, AFunctionThatMayReturnAnOldObjectIsNoWrapper) {
    const Program p(R"(
record Account
  field m : mutex
global cached : Account*
func get() : Account*
  local a : Account*
  a = cached
  a = alloc :Account @account.c:3
  cached = a
  return a
func f()
  local x : Account*
  local y : Account*
  x = call get() @main.c:7
  y = call get() @main.c:8
)");
    EXPECT_THAT(p.held("f", "x"), ElementsAre("heap@account.c:3"));
    EXPECT_THAT(p.held("f", "y"), ElementsAre("heap@account.c:3"));
}

TEST(PointsToObjects, AWrapperThatIsCalledFromManyPlacesMakesOneObjectForTheLastOnes) {
    std::string program(kAccounts);
    program += "func f()\n  local x : Account*\n  local y : Account*\n  local z : Account*\n";
    for (int line = 101; line <= 132; ++line)
        program += "  x = call account_new() @main.c:" + std::to_string(line) + "\n";
    program += "  y = call account_new() @main.c:200\n  z = call account_new() @main.c:300\n";
    const Program p(program);
    EXPECT_EQ(p.held("f", "x").size(), 32U);
    EXPECT_THAT(p.held("f", "y"), ElementsAre("heap@main.c:132"));
    EXPECT_THAT(p.held("f", "z"), ElementsAre("heap@main.c:132"));
}

// ---- raw memory -----------------------------------------------------------------------------------------------------

constexpr std::string_view kMessages = R"(
type char* pointer 8
type void* pointer 8
record Node
  field next : Node*
global a : Node
)";

TEST(PointsToObjects, AHookThatNobodySetsAddsNothingToAWrapper) {
    const std::string code = R"(
record Account
  field m : mutex
global hook : void*
func account_new() : Account*
  local a : Account*
  if hook != null goto b1 else b2
b1:
  a = callIndirect hook
  goto b3
b2:
  a = alloc :Account @account.c:3
  goto b3
b3:
  return a
func f()
  local x : Account*
  x = call account_new() @main.c:7
)";
    const std::string setup = R"(
global one : Account
func old_account() : Account*
  return &one
func setup()
  copy hook = @old_account
)";
    EXPECT_THAT(Program(code).held("f", "x"), ElementsAre("heap@main.c:7"));
    EXPECT_THAT(Program(code + setup).held("f", "x"), UnorderedElementsAre("heap@account.c:3", "one"));
}

TEST(PointsToObjects, RecordsThatAreCopiedThroughRawMemoryLeaveTheirPointersBehind) {
    const Program p(std::string(kMessages) + R"(
func f()
  local from : Node
  local to : Node
  local direct : Node
  local page : void*
  local q : Node*
  local r : Node*
  from.next = &a
  page = alloc :void
  *page = from
  to = *page
  direct = from
  q = to.next
  r = direct.next
)");
    EXPECT_THAT(p.held("f", "q"), testing::IsEmpty());
    EXPECT_THAT(p.held("f", "r"), ElementsAre("a"));
}

TEST(PointsToObjects, ARecordInRawMemoryHoldsWhatIsStoredThereByName) {
    const Program p(std::string(kMessages) + R"(
func f()
  local page : void*
  local n : Node*
  local q : Node*
  page = alloc :void
  n = page
  n->next = &a
  q = n->next
)");
    EXPECT_THAT(p.held("f", "q"), ElementsAre("a"));
}

TEST(PointsToObjects, BytesThatAreMovedOneByOneCarryNoPointers) {
    const Program p(std::string(kMessages) + R"(
func f()
  local from : char*
  local to : char*
  local q : Node*
  local r : Node*
  from = alloc :char
  to = alloc :char
  *from = &a
  *to = *from
  q = *from
  r = *to
)");
    EXPECT_THAT(p.held("f", "q"), ElementsAre("a"));
    EXPECT_THAT(p.held("f", "r"), testing::IsEmpty());
}

// ---- threads --------------------------------------------------------------------------------------------------------

TEST(PointsToObjects, HandlesHoldTheThreadThroughMovesAndContainers) {
    const Program p(R"(
global a : int
global threads : container
func worker(x : int*)
func f()
  local t : thread
  local u : thread
  local other : thread
  spawn t, @worker, &a thread @t.cpp:5
  handleMove u, t
  handleMove threads[*], u
  spawn other, @worker, &a thread @t.cpp:8
  join threads[*]
)");
    EXPECT_THAT(p.held("f", "t"), ElementsAre("thread@t.cpp:5"));
    EXPECT_THAT(p.held("f", "u"), ElementsAre("thread@t.cpp:5"));
    EXPECT_THAT(p.held("f", "other"), ElementsAre("thread@t.cpp:8"));
    EXPECT_THAT(p.describe(p.pointsTo.pointees(p.pointsTo.anyElement(p.global("threads")))),
                ElementsAre("thread@t.cpp:5"));
    EXPECT_THAT(p.targets("f", 0), ElementsAre("worker"));
    EXPECT_THAT(p.held("worker", "x"), ElementsAre("a"));
}

TEST(PointsToObjects, ThreadEntriesThatAreMethodsAndWrappers) {
    const Program p(R"(
record Service
  field m : mutex
global service : Service
global t : threadHandle
func Service::loop(this)
func trampoline(arg : Service*)
  call Service::loop(arg)
func start(handle : threadHandle*, entry : callable, arg : Service*)
  spawn load handle, entry, arg pthread @w.c:3
func f()
  local h : thread
  spawn h, @*Service::loop, &service thread @w.c:9
func g()
  call start(&t, @trampoline, &service)
)");
    EXPECT_THAT(p.targets("f", 0), ElementsAre("Service::loop"));
    EXPECT_THAT(p.held("Service::loop", "this"), ElementsAre("service"));
    EXPECT_THAT(p.targets("start", 0), ElementsAre("trampoline"));
    EXPECT_THAT(p.held("trampoline", "arg"), ElementsAre("service"));
    EXPECT_THAT(p.held("t"), ElementsAre("thread@w.c:3"));
}

TEST(PointsToObjects, GuardsHoldTheirLocksAndPassThemOn) {
    const Program p(R"(
global m : mutex
func take() : guard
  temp return : guard
  guardInit return, m
func f()
  local g : guard
  local h : guard
  g = call take()
  guardMove h, g
)");
    EXPECT_THAT(p.held("f", "h"), ElementsAre("m"));
}

} // namespace
