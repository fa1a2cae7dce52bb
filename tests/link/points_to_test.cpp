// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/points_to.h"

#include "analyzer/ir/text.h"
#include "analyzer/link/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace deadheat;
using namespace deadheat::link;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

namespace {

using Names = std::vector<std::string>;

/// A program from IR text with its points-to result. Locations are compared by what describe() calls them.
class Program {
public:
    explicit Program(std::string_view text) : code(merge(ir::parseModules(text))), pointsTo(code) {}

    FunctionId function(std::string_view name) const {
        for (FunctionId id = 0; id < code.functions.size(); ++id)
            if (code.functions[id].name == name)
                return id;
        ADD_FAILURE() << "no function " << name;
        return kNoId;
    }

    LocationId local(std::string_view functionName, std::string_view name) const {
        const FunctionId id = function(functionName);
        for (ir::Index i = 0; i < code.functions[id].locals.size(); ++i)
            if (code.functions[id].locals[i].name == name)
                return pointsTo.localLocation(id, i);
        ADD_FAILURE() << "no local " << name << " in " << functionName;
        return kNoId;
    }

    LocationId global(std::string_view name) const {
        for (ir::Index i = 0; i < code.globals.size(); ++i)
            if (code.globals[i].name == name)
                return pointsTo.globalLocation(i);
        ADD_FAILURE() << "no global " << name;
        return kNoId;
    }

    Names describe(std::span<const LocationId> locations) const {
        Names names;
        for (const LocationId location : locations)
            names.push_back(pointsTo.describe(location));
        return names;
    }

    /// What the local or global may point to.
    Names held(std::string_view functionName, std::string_view name) const {
        return describe(pointsTo.pointees(local(functionName, name)));
    }
    Names held(std::string_view name) const { return describe(pointsTo.pointees(global(name))); }

    InstrRef instr(std::string_view functionName, ir::Index at) const { return {function(functionName), 0, at}; }

    /// The locations that operand 0 of an instruction accesses.
    Names accessed(std::string_view functionName, ir::Index at) const {
        const ir::Instr& instruction = instrAt(code, instr(functionName, at));
        return describe(pointsTo.locationsOf(function(functionName), instruction.operands[0].place));
    }

    Names targets(std::string_view functionName, ir::Index at) const {
        Names names;
        for (const FunctionId id : pointsTo.targets(instr(functionName, at)))
            names.push_back(code.functions[id].name);
        return names;
    }

    ir::Module code;
    PointsTo pointsTo;
};

// ---- copies, loads, stores -----------------------------------------------------------------------------------------

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

// ---- arrays --------------------------------------------------------------------------------------------------------

TEST(PointsTo, ConstantElementsAreKeptApart) {
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

TEST(PointsTo, AStoreToAnyElementReachesEveryElementAndNotViceVersa) {
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

TEST(PointsTo, LargeConstantIndicesAreAnyElement) {
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

TEST(PointsTo, FieldsOfElements) {
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

TEST(PointsTo, TwoDimensions) {
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

TEST(PointsTo, OverlapInTwoPlacesIsFoundWhateverComesFirst) {
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

TEST(PointsTo, AnElementThatARecordWasCopiedToIsSeenThroughAnyElement) {
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

TEST(PointsTo, PointersIntoArraysMoveWithinThem) {
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

// ---- whole records -------------------------------------------------------------------------------------------------

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

// ---- classes -------------------------------------------------------------------------------------------------------

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

TEST(PointsTo, ACastKeepsOnlyWhatTheClassAllows) {
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

TEST(PointsTo, APointerToTheFirstMemberReachesTheWholeAndBack) {
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

TEST(PointsTo, AFieldOfAnotherClassLeadsNowhere) {
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

TEST(PointsTo, RecordsThatRepeatTheFieldsOfAnotherShareThem) {
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

TEST(PointsTo, ObjectsCanBeMadeInBytesThatAreCastAsBytes) {
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

TEST(PointsTo, BytesGetTheClassOfTheVariableTheyAreGivenTo) {
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

TEST(PointsTo, PointersToPointersAndToContainersAreNoPointersToTheRecord) {
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
    EXPECT_THAT(p.held("entry", "out"), IsEmpty());
    EXPECT_THAT(p.held("entry", "c"), ElementsAre("foreign Circle"));
}

// ---- calls ---------------------------------------------------------------------------------------------------------

TEST(PointsTo, DirectCallsBindParametersAndResults) {
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

TEST(PointsTo, CallsThroughTablesOfFunctions) {
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

TEST(PointsTo, AFunctionPointerBehindAPointer) {
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

TEST(PointsTo, VirtualCallsFollowTheReceiversClass) {
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

TEST(PointsTo, EachOverriderGetsOnlyTheReceiversOfItsClass) {
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

TEST(PointsTo, VirtualCallsOnUnknownReceiversRunEveryOverrider) {
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

TEST(PointsTo, CallableRecordsRunTheirCallOperator) {
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

TEST(PointsTo, BoundCallablesPutTheirOperandsInFront) {
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

TEST(PointsTo, OnceSubmitSignalAndPredicateRunTheirCallable) {
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

// ---- allocation ----------------------------------------------------------------------------------------------------

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

TEST(PointsTo, EveryCallOfAFunctionThatMakesAnObjectMakesItsOwn) {
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

TEST(PointsTo, WrappersOfWrappersMakeOneObjectPerOutermostCall) {
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

TEST(PointsTo, AWrapperThatUnknownCodeMayCallKeepsAnObjectOfItsOwn) {
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

TEST(PointsTo, AFunctionThatMayReturnAnOldObjectIsNoWrapper) {
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

// ---- threads -------------------------------------------------------------------------------------------------------

TEST(PointsTo, HandlesHoldTheThreadThroughMovesAndContainers) {
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

TEST(PointsTo, ThreadEntriesThatAreMethodsAndWrappers) {
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

TEST(PointsTo, GuardsHoldTheirLocksAndPassThemOn) {
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

// ---- unknown code --------------------------------------------------------------------------------------------------

TEST(PointsTo, ParametersOfUncalledFunctionsAreForeign) {
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

TEST(PointsTo, AFieldThatTheProgramSetsIsNotForeign) {
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

TEST(PointsTo, FunctionsThatSomebodyCallsAreNotEntries) {
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

TEST(PointsTo, UnknownFunctionsReturnForeignObjectsAndMayCallBack) {
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

TEST(PointsTo, ACallbackGetsWhatItIsRegisteredWith) {
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

TEST(PointsTo, AGlobalPointerThatNobodySetsIsForeign) {
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
