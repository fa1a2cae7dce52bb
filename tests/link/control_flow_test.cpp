// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/control_flow.h"

#include "analyzer/ir/text.h"

#include <gtest/gtest.h>

using namespace deadheat;
using namespace deadheat::link;

namespace {

/// The first write to a global in function 0; empty when there is none.
InstrRef writeTo(const ir::Module& code, std::string_view global) {
    const ir::Function& function = code.functions[0];
    for (ir::Index block = 0; block < function.blocks.size(); ++block)
        for (ir::Index i = 0; i < function.blocks[block].instrs.size(); ++i) {
            const ir::Instr& instr = function.blocks[block].instrs[i];
            if (instr.op == ir::Op::write && code.globals[instr.operands[0].place.index].name == global)
                return {0, block, i};
        }
    ADD_FAILURE() << "nothing writes " << global;
    return {};
}

class MayAvoid : public testing::Test {
protected:
    bool avoids(std::string_view from, std::string_view to, std::initializer_list<std::string_view> through) const {
        auto find = [&](std::string_view name) { return name.empty() ? InstrRef{} : writeTo(code_, name); };
        std::vector<InstrRef> obstacles;
        for (const std::string_view name : through)
            obstacles.push_back(writeTo(code_, name));
        return mayAvoid(code_.functions[0], find(from), find(to), obstacles);
    }

    ir::Module code_ = ir::parse(R"(
global first : int
global left : int
global right : int
global round : int
global last : int
func f(way : int)
  write first
  if way goto one
  write left
  goto joined
one:
  write right
joined:
  write round
  if way goto joined
  write last
)");
};

TEST_F(MayAvoid, OneWayIsAvoidedByTheOther) {
    EXPECT_TRUE(avoids("", "", {"left"}));
    EXPECT_TRUE(avoids("first", "", {"right"}));
    EXPECT_FALSE(avoids("first", "", {"left", "right"}));
    EXPECT_FALSE(avoids("first", "last", {"round"}));
}

TEST_F(MayAvoid, OnlyWhatLiesBetweenCounts) {
    EXPECT_TRUE(avoids("round", "", {"first"})) << "it lies before";
    EXPECT_TRUE(avoids("", "left", {"last"})) << "it lies after";
    EXPECT_FALSE(avoids("", "last", {"first"}));
    EXPECT_TRUE(avoids("round", "last", {"round"})) << "not the instruction that one comes from";
    EXPECT_TRUE(avoids("round", "round", {"last"})) << "in the next round";
}

TEST_F(MayAvoid, WhatCannotBeReachedAvoidsNothing) {
    EXPECT_FALSE(avoids("last", "first", {}));
    EXPECT_FALSE(avoids("left", "right", {}));
}

TEST(MayAvoidOfALoop, ThatNeverEndsHasNoEnd) {
    const ir::Module code = ir::parse(R"(
global round : int
func f()
again:
  write round
  goto again
)");
    EXPECT_FALSE(mayAvoid(code.functions[0], {}, {}, {}));
}

} // namespace
