// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random well-typed programs, solved by PointsTo and by the definition.
#include "analyzer/ir/text.h"
#include "analyzer/link/points_to.h"
#include "tests/link/reference_solver.h"

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <random>

using namespace deadheat;
using namespace deadheat::link;

namespace {

class RandomProgram {
public:
    explicit RandomProgram(unsigned seed) : random_(seed) {}

    std::string text() {
        std::string out = R"(
type ptr pointer 8
type ptr[3] array 24
record Inner
  field g : ptr
  field h : ptr
  field list : ptr[3]
record Outer
  field a : ptr
  field b : ptr
  field inner : Inner
  field table : ptr[3]
  field subs : Inner[2]
global o0 : Outer
global o1 : Outer
global i0 : Inner
global i1 : Inner
global c0 : ptr
)";
        for (unsigned id = 0; id < kFunctions; ++id)
            out += function(id);
        return out;
    }

private:
    static constexpr unsigned kFunctions = 3, kVariables = 4;

    unsigned pick(unsigned count) { return static_cast<unsigned>(random_() % count); }
    std::string variable() { return fmt::format("v{}", pick(kVariables)); }
    std::string index() { return pick(2) ? "[i]" : fmt::format("[{}]", pick(3)); }

    std::string innerCell() {
        const unsigned kind = pick(3);
        return kind == 0 ? ".g" : kind == 1 ? ".h" : ".list" + index();
    }

    /// A place that holds a pointer, in an Outer (`.`) or an Inner.
    std::string outerCell() {
        switch (pick(5)) {
        case 0: return ".a";
        case 1: return ".b";
        case 2: return ".inner" + innerCell();
        case 3: return ".table" + index();
        default: return ".subs" + index() + innerCell();
        }
    }

    std::string cell() {
        switch (pick(9)) {
        case 0: return "c0";
        case 7: return fmt::format("(*{}){}{}", variable(), index(), outerCell());
        case 8: return fmt::format("(*{}){}{}", variable(), index(), pick(2) ? innerCell() : "");
        case 1: return "*" + variable();
        case 2: return fmt::format("o{}{}", pick(2), outerCell());
        case 3: return fmt::format("i{}{}", pick(2), innerCell());
        case 4: return variable() + "->" + outerCell().substr(1);
        case 5: return variable() + "->" + innerCell().substr(1);
        default: return variable();
        }
    }

    std::string object() {
        switch (pick(8)) {
        case 7: return fmt::format("(*{}){}", variable(), index());
        case 0: return fmt::format("o{}", pick(2));
        case 1: return fmt::format("i{}", pick(2));
        case 2: return fmt::format("o{}.inner", pick(2));
        case 3: return fmt::format("o{}.subs{}", pick(2), index());
        case 4: return fmt::format("o{}.{}", pick(2), pick(2) ? "table" : "subs");
        case 5: return variable() + "->inner";
        default: break;
        }
        const std::string place = cell();
        return place.starts_with('*') ? variable()
                                      : place; // &*v is v, under the name of the array and not of its first element
    }

    std::string inner() {
        switch (pick(4)) {
        case 0: return fmt::format("i{}", pick(2));
        case 1: return variable() + "->inner";
        case 2: return variable() + "->subs" + index();
        default: return fmt::format("o{}.{}", pick(2), pick(2) ? "inner" : "subs" + index());
        }
    }

    std::string statement(unsigned line) {
        switch (pick(8)) {
        case 0: return fmt::format("  {} = &{}\n", variable(), object());
        case 1: return fmt::format("  {} = &{}\n", cell(), object());
        case 2: return fmt::format("  {} = {}\n", variable(), cell());
        case 3: return fmt::format("  {} = {}\n", cell(), variable());
        case 4: return fmt::format("  {} = alloc :{} @p.c:{}\n", variable(), pick(2) ? "Outer" : "Inner", line);
        case 5: return fmt::format("  {} = {}\n", inner(), inner());
        case 6: return fmt::format("  o{} = o{}\n", pick(2), pick(2));
        default: return fmt::format("  {} = call f{}({}, &{})\n", variable(), pick(kFunctions), variable(), object());
        }
    }

    std::string function(unsigned id) {
        std::string out = fmt::format("func f{}(p : ptr, q : ptr) : ptr\n  local i : int\n", id);
        for (unsigned at = 0; at < kVariables; ++at)
            out += fmt::format("  local v{} : ptr\n", at);
        out += "  v0 = p\n  v1 = q\n";
        for (unsigned at = 0; at < 8 + pick(12); ++at)
            out += statement(id * 100 + at + 1);
        // A parameter among the results: functions that only return fresh objects are told apart by call.
        const std::string result = variable();
        return out + fmt::format("  {0} = q\n  return {0}\n", result);
    }

    std::mt19937 random_;
};

using Names = std::vector<std::string>;

Names heldBy(const PointsTo& pointsTo, FunctionId function, ir::Index local) {
    Names names;
    for (const LocationId target : pointsTo.pointees(pointsTo.localLocation(function, local)))
        names.push_back(pointsTo.describe(target));
    std::sort(names.begin(), names.end());
    return names;
}

TEST(PointsToReference, RandomProgramsHaveTheSetsOfTheDefinition) {
    std::size_t members = 0, lost = 0;
    for (unsigned seed = 0; seed < 300; ++seed) {
        const std::string text = RandomProgram(seed).text();
        const ir::Module code = ir::parse(text);
        const PointsTo pointsTo(code);
        const ReferenceSolver exact(code, ReferenceSolver::Arrays::elementwise),
            loose(code, ReferenceSolver::Arrays::smeared);
        for (FunctionId id = 0; id < code.functions.size(); ++id)
            for (ir::Index local = 0; local < code.functions[id].locals.size(); ++local) {
                const Names actual = heldBy(pointsTo, id, local), least = exact.held(id, local),
                            most = loose.held(id, local);
                members += least.size();
                lost += actual.size() - std::min(actual.size(), least.size());
                const std::string where = fmt::format("seed {}, {}::{}{}", seed, code.functions[id].name,
                                                      code.functions[id].locals[local].name, text);
                ASSERT_TRUE(std::ranges::includes(actual, least))
                    << testing::PrintToString(actual) << testing::PrintToString(least) << where;
                ASSERT_TRUE(std::ranges::includes(most, actual))
                    << testing::PrintToString(actual) << testing::PrintToString(most) << where;
            }
    }
    EXPECT_GT(members, 10000u) << "the programs say too little";
    EXPECT_LT(lost * 50, members) << "arrays are rarely copied whole";
}

} // namespace
