// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/replaceable_functions.h"

#include "analyzer/ir/text.h"

#include <gtest/gtest.h>

namespace deadheat::link {
namespace {

/// The first instruction of `user` when the program says besides what `more` does.
ir::Instr firstOf(const std::string& more) {
    ir::Module code = ir::parse(R"(
record Port
  field allocate : void*
global hook : void*
global port : Port
func malloc "api:malloc"() : void*
  local raw : void*
  raw = alloc :int
  return raw
func own() : void*
  return null
func user()
  local p : void*
  p = callIndirect hook, #8
)" + more);
    callReplaceableFunctions(code);
    for (const ir::Function& function : code.functions)
        if (function.name == "user")
            return function.blocks[0].instrs[0];
    return {};
}

TEST(ReplaceableFunctions, AHookForALibraryFunctionIsACallOfIt) {
    const ir::Instr call = firstOf("func init()\n  copy hook = @\"api:malloc\"\n");
    EXPECT_EQ(call.op, ir::Op::call);
    ASSERT_EQ(call.operands.size(), 1u);
    EXPECT_EQ(call.operands[0].number, 8);
}

TEST(ReplaceableFunctions, AHookThatAlsoHoldsAFunctionOfTheProgramIsLeft) {
    EXPECT_EQ(firstOf("func init()\n  copy hook = @\"api:malloc\"\n  copy hook = @own\n").op, ir::Op::callIndirect);
    EXPECT_EQ(firstOf("func init()\n  copy hook = @own\n").op, ir::Op::callIndirect);
}

TEST(ReplaceableFunctions, AHookThatIsSetToAFunctionOfTheProgramIsLeft) {
    const std::string setter = "func init()\n  copy hook = @\"api:malloc\"\nfunc set(to : void*)\n  copy hook = to\n";
    EXPECT_EQ(firstOf(setter).op, ir::Op::call);
    EXPECT_EQ(firstOf(setter + "func main()\n  call set(@\"api:malloc\")\n").op, ir::Op::call);
    EXPECT_EQ(firstOf(setter + "func main()\n  call set(@own)\n").op, ir::Op::callIndirect);
}

TEST(ReplaceableFunctions, AnotherHookSaysNothing) {
    EXPECT_EQ(firstOf("func init()\n  copy port.allocate = @\"api:malloc\"\n").op, ir::Op::callIndirect);
    EXPECT_EQ(firstOf("").op, ir::Op::callIndirect);
}

} // namespace
} // namespace deadheat::link
