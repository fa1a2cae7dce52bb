// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/ir/text.h"
#include "analyzer/link/accesses.h"
#include "analyzer/link/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace deadheat::link {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// The locks held at the write of `data` in `user`.
std::vector<std::string> heldAtWrite(std::string_view text) {
    std::unique_ptr<WholeProgram> program = link(ir::parseModules(text));
    std::vector<std::string> names;
    for (FunctionId f = 0; f < program->facts.size(); ++f)
        for (const AccessFact& access : program->facts[f].accesses)
            if (access.write && program->function(f).name == "user")
                for (const Held& held : program->facts[f].points[access.point].held)
                    names.push_back(program->exprs->spell(held.lock, f));
    return names;
}

TEST(AssumedLocks, PairsOfFunctionsWithoutBodies) {
    EXPECT_THAT(heldAtWrite(R"(
global data : int
declare stats_lock()
declare stats_unlock()
func user()
  call stats_lock()
  write data 4
  call stats_unlock()
)"),
                ElementsAre("&stats_lock"));
    EXPECT_THAT(heldAtWrite(R"(
global data : int
global gate : Gate
record Gate
declare gate_lock(g : Gate*)
declare gate_unlock(g : Gate*)
func user()
  call gate_lock(&gate)
  write data 4
  call gate_unlock(&gate)
)"),
                ElementsAre("&gate"));
}

TEST(AssumedLocks, OneHalfAloneIsNoLock) {
    EXPECT_THAT(heldAtWrite(R"(
global data : int
declare stats_lock()
func user()
  call stats_lock()
  write data 4
)"),
                IsEmpty());
}

TEST(AssumedLocks, BodiesWin) {
    EXPECT_THAT(heldAtWrite(R"(
global data : int
func stats_lock()
  return
declare stats_unlock()
func user()
  call stats_lock()
  write data 4
  call stats_unlock()
)"),
                IsEmpty());
}

TEST(AssumedLocks, ClassesAndTheirGuards) {
    EXPECT_THAT(heldAtWrite(R"(
record Mutex
record Scoped
global data : int
global m : Mutex
declare Scoped::Scoped(this, m : Mutex&)
declare Scoped::~Scoped(this)
func user()
  local guard : Scoped
  call Scoped::Scoped(&guard, &m)
  write data 4
  call Scoped::~Scoped(&guard)
)"),
                ElementsAre("&m"));
}

constexpr const char* kTable = R"(
record Table
  field lock : void*
  field unlock : void*
record Base
  field lock : void*
global table : Table
func user(base : Base*)
  if base->Base::lock == null goto b2 else b1
b1:
  callIndirect table.Table::lock, #0, base->Base::lock
b2:
  write base->Base::lock 4
  callIndirect table.Table::unlock, #0, base->Base::lock
)";

TEST(AssumedLocks, TablesOfFunctionPointers) {
    EXPECT_THAT(heldAtWrite(kTable), ElementsAre("base->lock"));
    EXPECT_THAT(heldAtWrite(std::string(kTable) +
                            "func mine(p : void*)\n  return\nfunc set()\n  copy table.Table::lock = @mine\n"
                            "  copy table.Table::unlock = @mine\n"),
                IsEmpty())
        << "the program says what it calls";
}

} // namespace
} // namespace deadheat::link
