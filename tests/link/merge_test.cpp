// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/merge.h"

#include "analyzer/ir/text.h"
#include "analyzer/ir/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace deadheat;
using testing::ElementsAre;

namespace {

ir::Module mergeText(std::string_view text) { return link::merge(ir::parseModules(text)); }

template <typename T>
std::vector<std::string> namesOf(const std::vector<T>& entities) {
    std::vector<std::string> names;
    for (const T& entity : entities)
        names.push_back(entity.name);
    return names;
}

TEST(Merge, SameUsrIsOneEntityWhateverItsIndex) {
    const ir::Module m = mergeText(R"(
module a.cpp
record R
  field x : int
  field y : R*
global g : R
func first()
  write g.x
  call second()
module b.cpp
global other : int
record S
  field x : long
record R
  field y : R*
  field x : int
global g : R
func second()
  write g.R::x
  write g.R::y
  write other
)");
    EXPECT_THAT(namesOf(m.records), ElementsAre("R", "S"));
    EXPECT_THAT(namesOf(m.globals), ElementsAre("g", "other"));
    EXPECT_THAT(namesOf(m.functions), ElementsAre("first", "second"));
    ASSERT_EQ(m.fields.size(), 3u);
    EXPECT_EQ(m.source, "a.cpp");
    EXPECT_EQ(ir::verify(m), std::nullopt);
    const auto& body = m.functions[1].blocks[0].instrs;
    const auto stepOf = [&](std::size_t at) { return m.fields[body[at].operands[0].place.steps[0].index]; };
    EXPECT_EQ(body[0].operands[0].place.index, 0u);
    EXPECT_EQ(stepOf(0).name, "x");
    EXPECT_EQ(stepOf(0).record, "R");
    EXPECT_EQ(stepOf(1).name, "y");
    EXPECT_EQ(body[2].operands[0].place.index, 1u);
    EXPECT_EQ(m.types[m.globals[1].type].spelling, "int");
}

TEST(Merge, EveryIndexIsTranslated) {
    const ir::Module m = mergeText(R"(
module a.cpp
macro @a.h:1:1
func a() @a.cpp:1:1
module b.cpp
macro @b.h:7:3
global lock : mutex @b.h:2:1
field Box::item : long @b.h:3:1
diagnostic "lost" lost @b.cpp:9:9
func b(p : Box*) : long @b.cpp:4:1
  local n : long @b.cpp:5:1
  p = alloc :Box @b.cpp:6:1^0
  acquire lock @b.cpp:7:1
  n = p->item
  call extern(n)
  if n == p->item goto exit
)");
    ASSERT_EQ(ir::verify(m), std::nullopt);
    EXPECT_THAT(m.files, ElementsAre("a.h", "a.cpp", "b.h", "b.cpp"));
    const ir::Function& f = m.functions[1];
    EXPECT_EQ(m.files[f.range.file], "b.cpp");
    EXPECT_EQ(m.files[f.locals[1].range.file], "b.cpp");
    EXPECT_EQ(m.types[f.locals[1].type].spelling, "long");
    EXPECT_EQ(m.types[f.result].spelling, "long");
    const auto& body = f.blocks[0].instrs;
    EXPECT_EQ(m.types[body[0].type].spelling, "Box");
    EXPECT_EQ(m.files[m.macroPlaces[body[0].range.macro].file], "b.h");
    EXPECT_EQ(m.macroPlaces[body[0].range.macro].line, 7u);
    EXPECT_EQ(m.globals[body[1].operands[0].place.index].name, "lock");
    EXPECT_EQ(m.fields[body[2].operands[0].place.steps[1].index].name, "item");
    EXPECT_EQ(m.symbols[body[3].symbol], "extern");
    EXPECT_EQ(m.fields[f.blocks[0].condition.right.place.steps[1].index].name, "item");
    EXPECT_EQ(m.files[m.globals[0].range.file], "b.h");
    EXPECT_EQ(m.files[m.fields[0].range.file], "b.h");
    ASSERT_EQ(m.diagnostics.size(), 1u);
    EXPECT_EQ(m.files[m.diagnostics[0].range.file], "b.cpp");
}

TEST(Merge, ABodyWinsOverADeclarationAndKeepsItsContract) {
    constexpr std::string_view kDeclares = R"(
module user.cpp
record Base
declare Derived::run(this) virtual noreturn
  overrides Base::run
  requires "mu_"
func user()
)";
    constexpr std::string_view kDefines = R"(
module derived.cpp
record Derived
  field mu_ : mutex
func Derived::run(this)
  acquire this->mu_
)";
    for (const bool declarationFirst : {true, false}) {
        const std::string text = declarationFirst ? std::string(kDeclares) + std::string(kDefines)
                                                  : std::string(kDefines) + std::string(kDeclares);
        const ir::Module m = mergeText(text);
        ASSERT_EQ(m.functions.size(), 2u);
        const auto symbols = namesOf(m.functions);
        const auto& run = m.functions[symbols[0] == "user" ? 1 : 0];
        EXPECT_FALSE(run.isDeclaration);
        EXPECT_EQ(run.blocks[0].instrs.size(), 1u);
        EXPECT_THAT(run.contract.requiresLocks, ElementsAre("mu_"));
        EXPECT_THAT(run.overrides, ElementsAre("Base::run"));
        EXPECT_TRUE(run.isNoReturn);
    }
}

TEST(Merge, TheFirstOfEqualBodiesStays) {
    const ir::Module m = mergeText(R"(
module a.cpp
global x : int
func inlined()
  write x
module b.cpp
global y : int
func inlined()
  read y
  read y
)");
    ASSERT_EQ(m.functions.size(), 1u);
    ASSERT_EQ(m.functions[0].blocks[0].instrs.size(), 1u);
    EXPECT_EQ(m.functions[0].blocks[0].instrs[0].op, ir::Op::write);
}

TEST(Merge, ADefinedRecordWinsOverADeclaredOne) {
    const ir::Module m = mergeText(R"(
module a.cpp
record Opaque
module b.cpp
record Opaque
  field x : int
)");
    ASSERT_EQ(m.records.size(), 1u);
    EXPECT_EQ(m.records[0].fields, std::vector<ir::Index>{0});
}

TEST(Merge, AnExternArrayTakesTheTypeOfItsDefinition) {
    const ir::Module m = mergeText(R"(
module a.cpp
type table[] array 0
global table : $0 @a.h:1
module b.cpp
global table : int[8] constinit @b.c:5
)");
    ASSERT_EQ(m.globals.size(), 1u);
    EXPECT_EQ(m.types[m.globals[0].type].size, 32u);
    EXPECT_TRUE(m.globals[0].isConstantInit);
    EXPECT_EQ(m.files[m.globals[0].range.file], "b.c");
}

TEST(Merge, InitializersStayOnePerModule) {
    const ir::Module m = mergeText(R"(
module a.cpp
func "<init>"()
  call first()
module b.cpp
func "<init>"()
  call second()
func first()
)");
    ASSERT_EQ(m.functions.size(), 3u);
    EXPECT_EQ(m.functions[0].usr, "<init>");
    EXPECT_EQ(m.functions[1].usr, "<init>");
    EXPECT_EQ(m.symbols[m.functions[1].blocks[0].instrs[0].symbol], "second");
    EXPECT_THAT(link::functionsBySymbol(m), ElementsAre(2u, ir::kNone));
}

TEST(Merge, TheOrderOfModulesDecidesTheIdsAndNothingElse) {
    const auto modules = ir::parseModules(R"(
module a.cpp
func f()
  call g()
module b.cpp
func g()
)");
    const ir::Module ab = link::merge(modules);
    const ir::Module ba = link::merge({modules[1], modules[0]});
    EXPECT_EQ(ab, link::merge(modules));
    EXPECT_THAT(namesOf(ab.functions), ElementsAre("f", "g"));
    EXPECT_THAT(namesOf(ba.functions), ElementsAre("g", "f"));
    EXPECT_EQ(ab.functions[0], ba.functions[1]);
}

TEST(Merge, NothingIsAnEmptyModule) { EXPECT_EQ(link::merge({}), ir::Module{}); }

} // namespace
