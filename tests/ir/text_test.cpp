// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/ir/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace deadheat::ir;

namespace {

std::string errorOf(std::string_view text) {
    try {
        parse(text);
    } catch (const FormatError& error) {
        return error.what();
    }
    return "no error";
}

TEST(IrText, ShortFunctionHasEntryAndExit) {
    const Module m = parse(R"(
global m : mutex
global counter : int
func worker()
  acquire m @3:5
  write counter 4
  release m
)");
    ASSERT_EQ(m.functions.size(), 1u);
    const Function& f = m.functions[0];
    ASSERT_EQ(f.blocks.size(), 2u);
    EXPECT_EQ(f.exitBlock, 1u);
    EXPECT_EQ(f.blocks[0].successors, std::vector<Edge>{{1}});
    ASSERT_EQ(f.blocks[0].instrs.size(), 3u);
    const Instr& acquire = f.blocks[0].instrs[0];
    EXPECT_EQ(acquire.op, Op::acquire);
    EXPECT_EQ(acquire.operands[0].kind, ValueKind::address);
    EXPECT_EQ(acquire.operands[0].place, (Place{RootKind::global, 0, {}}));
    EXPECT_EQ(acquire.range.line, 3u);
    EXPECT_EQ(f.blocks[0].instrs[1].size, 4u);
    EXPECT_EQ(m.types[m.globals[0].type].kind, TypeKind::mutex);
    EXPECT_EQ(m.types[m.globals[1].type].size, 4u);
}

TEST(IrText, DesignSketchOfAGuardClass) {
    const Module m = parse(R"(
module ledger.cpp
field Hold::m_ : mutex*
record Ledger
  field mutex_ : mutex
  field cents_ : long[8]
  field operations_ : long
func Hold::Hold(this, m : mutex*)
  copy this->m_ = m                        @hold.cpp:4:33
  acquire *this->m_                        @4:38
func Hold::~Hold(this)
  release *this->m_                        @5:17
func Ledger::deposit(this, who : int, cents : long)
  local hold : Hold
  call Hold::Hold(&hold, &this->mutex_)    @ledger.cpp:8:10
  rw this->cents_[*] 8                     @9:5
  rw this->operations_ 8                   @10:7
  call Hold::~Hold(&hold)                  @11:1
)");
    EXPECT_EQ(m.functions[0].record, "Hold");
    EXPECT_TRUE(m.functions[0].isConstructor);
    EXPECT_TRUE(m.functions[1].isDestructor);
    EXPECT_EQ(m.functions[2].parameters, 2u);
    EXPECT_EQ(m.files, (std::vector<std::string>{"hold.cpp", "ledger.cpp"}));
    EXPECT_EQ(m.types[m.functions[0].locals[0].type].record, "Hold");
    const auto& body = m.functions[2].blocks[0].instrs;
    EXPECT_EQ(m.symbols[body[0].symbol], "Hold::Hold");
    EXPECT_EQ(body[1].operands[0].place.steps,
              (std::vector<Step>{{StepKind::deref, 0}, {StepKind::field, 2}, {StepKind::element, 0}}));
    EXPECT_EQ(m.functions[0].blocks[0].instrs[1].operands[0].place.steps,
              (std::vector<Step>{{StepKind::deref, 0}, {StepKind::field, 0}, {StepKind::deref, 0}}));
    EXPECT_EQ(parse(print(m)), m);
}

TEST(IrText, BranchesReturnsAndUnwinding) {
    const Module m = parse(R"(
global m : mutex
func f(n : int) : int
  local ok : int
  ok = acquire m try nonzero
  if ok goto held
  return #0
held:
  call g(n) throws
  goto done, unwind exceptional
done:
  release m
  return n
)");
    const Function& f = m.functions[0];
    ASSERT_EQ(f.blocks.size(), 6u);
    EXPECT_EQ(f.exitBlock, 4u);
    EXPECT_EQ(f.unwindBlock, 5u);
    EXPECT_EQ(f.blocks[0].successors, (std::vector<Edge>{{2, EdgeKind::true_}, {1, EdgeKind::false_}}));
    EXPECT_EQ(f.blocks[0].condition.compare, Compare::notEqual);
    EXPECT_EQ(f.blocks[2].successors, (std::vector<Edge>{{3}, {5, EdgeKind::exceptional}}));
    ASSERT_NE(f.returnLocal, kNone);
    EXPECT_EQ(f.locals[f.returnLocal].name, "return");
    EXPECT_EQ(f.blocks[1].instrs[0].result, (Place{RootKind::local, f.returnLocal, {}}));
    EXPECT_EQ(f.blocks[0].instrs[0].success, Success::nonZero);
    EXPECT_EQ(parse(print(m)), m);
}

TEST(IrText, AddressesAndLoads) {
    const Module m = parse(R"(
global t : threadHandle
global p : mutex*
func f()
  spawn t, @worker, &p pthread
  acquire load p
  acquire *p
  join load t
)");
    const auto& body = m.functions[0].blocks[0].instrs;
    EXPECT_EQ(body[0].operands[0].kind, ValueKind::address);
    EXPECT_EQ(body[0].operands[1].kind, ValueKind::function);
    EXPECT_EQ(body[0].operands[2].kind, ValueKind::address);
    EXPECT_EQ(body[0].spawn, SpawnKind::pthread);
    EXPECT_EQ(body[1].operands[0].kind, ValueKind::load);
    EXPECT_EQ(body[2].operands[0].kind, ValueKind::address);
    EXPECT_EQ(body[2].operands[0].place.steps, std::vector<Step>{{StepKind::deref}});
    EXPECT_EQ(body[3].operands[0].kind, ValueKind::load);
    EXPECT_EQ(parse(print(m)), m);
}

TEST(IrText, PrintsWhatAReaderWouldWrite) {
    const std::string text = R"(module bank.cpp
record Bank
  field m : mutex private
  field cents : int[4] guarded_by m
global bank : Bank

func Bank::deposit(this, n : int) @8:6-13
  acquire this->m @9:5
  rw this->cents[n] 4 @10:5
  release this->m @11:5
)";
    EXPECT_EQ(print(parse(text)), text);
}

TEST(IrText, SeveralModules) {
    const auto modules = parseModules("module a.cpp\nfunc f()\nmodule b.cpp\nfunc g()\n  call f()\n");
    ASSERT_EQ(modules.size(), 2u);
    EXPECT_EQ(modules[1].source, "b.cpp");
    EXPECT_EQ(modules[1].functions[0].name, "g");
}

TEST(IrText, NamesDifferFromUsrs) {
    const Module m = parse(R"(
global counter "c:a.cpp@counter" : int
func f "c:@F@f#I#"(n : int)
func f "c:@F@f#"()
  call "c:@F@f#I#"(counter)
)");
    EXPECT_EQ(m.symbols[0], "c:@F@f#I#");
    EXPECT_EQ(m.globals[0].usr, "c:a.cpp@counter");
    EXPECT_EQ(parse(print(m)), m);
}

TEST(IrText, ErrorsNameTheLine) {
    EXPECT_EQ(errorOf("func f()\n  write x\n"), "line 2: unknown name 'x': declare it with a local or global line");
    EXPECT_EQ(errorOf("global x : widget\n"), "line 1: unknown type 'widget': declare it with a type or record line");
    EXPECT_EQ(errorOf("global x : int\nfunc f()\n  write x sideways\n"), "line 3: did not expect 'sideways'");
    EXPECT_EQ(errorOf("func f()\n  goto nowhere\n"), "line 2: no block is called 'nowhere'");
    EXPECT_EQ(errorOf("func f()\nl:\nl:\n"), "line 3: two blocks are called 'l'");
    EXPECT_EQ(errorOf("global x : \"int\n"), "line 1: string without closing quote");
    EXPECT_EQ(errorOf("acquire m\n"), "line 1: did not expect 'acquire m' outside a function");
    EXPECT_EQ(errorOf("global g : int\nfunc f()\n  write g.x\n"),
              "line 3: no field 'x', or several of that name: write Record::x");
    EXPECT_EQ(errorOf("func f()\n  copy %3 = null\n"), "line 2: no local %3");
    EXPECT_EQ(errorOf("global g : $7\n"), "no type with index 7 in g");
}

} // namespace
