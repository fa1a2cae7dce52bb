// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/factory_copies.h"

#include "tests/link/points_to_program.h"

using namespace deadheat;
using namespace deadheat::link;

namespace {

ir::Module copied(const std::string& more) {
    ir::Module code = merge(ir::parseModules(R"(
type "Lock **" pointer of Lock 8
record Lock
global shared : Lock
func make(out : "Lock **") : int
  local made : Lock*
  made = alloc :Lock @l.c:1
  *out = made
func lend(out : "Lock **") : int
  *out = &shared
)" + more));
    copyFactories(code);
    return code;
}

std::string callsOf(const std::string& name) {
    return "func user()\n  local a : Lock*\n  local b : Lock*\n  call " + name + "(&a)\n  call " + name + "(&b)\n";
}

std::vector<std::string> calledBy(const ir::Module& code, std::string_view name) {
    std::vector<std::string> callees;
    for (const ir::Function& function : code.functions)
        if (function.name == name)
            for (const ir::Instr& instr : function.blocks[0].instrs)
                callees.push_back(code.symbols[instr.symbol]);
    return callees;
}

std::size_t bodiesOf(const ir::Module& code, std::string_view name) {
    return std::ranges::count_if(code.functions, [&](const ir::Function& function) {
        return function.name == name && !function.blocks.empty();
    });
}

TEST(FactoryCopies, EachCallGetsACopyAndTheFactoryGoes) {
    const ir::Module code = copied(callsOf("make"));
    const std::vector<std::string> callees = calledBy(code, "user");
    ASSERT_EQ(callees.size(), 2u);
    EXPECT_NE(callees[0], callees[1]);
    EXPECT_EQ(bodiesOf(code, "make"), 2u);
}

TEST(FactoryCopies, WhatLendsAnObjectIsNotCopied) {
    const ir::Module code = copied(callsOf("lend"));
    const std::vector<std::string> callees = calledBy(code, "user");
    ASSERT_EQ(callees.size(), 2u);
    EXPECT_EQ(callees[0], callees[1]);
    EXPECT_EQ(bodiesOf(code, "lend"), 1u);
}

TEST(FactoryCopies, WhoPassesTheParameterOnIsNoFactory) {
    const ir::Module code =
        copied("func makeBehind(out : \"Lock **\") : int\n  call make(out)\n" + callsOf("makeBehind"));
    EXPECT_EQ(bodiesOf(code, "makeBehind"), 1u) << "the object behind is one for all of its callers";
}

TEST(FactoryCopies, TheObjectsAreApart) {
    const ir::Module code =
        copied("global a : Lock*\nglobal b : Lock*\nfunc user()\n  call make(&a)\n  call make(&b)\n");
    const PointsTo pointsTo(code);
    std::vector<ObjectId> objects;
    for (ir::Index i = 0; i < code.globals.size(); ++i)
        for (const LocationId target : pointsTo.pointees(pointsTo.globalLocation(i)))
            objects.push_back(pointsTo.objectOf(target));
    ASSERT_EQ(objects.size(), 2u);
    EXPECT_NE(objects[0], objects[1]);
}

} // namespace
