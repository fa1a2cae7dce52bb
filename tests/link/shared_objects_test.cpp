// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/shared_objects.h"

#include "analyzer/ir/text.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

using namespace deadheat;
using namespace deadheat::link;

namespace {

TEST(SharedObjects, AThreadIsGivenMoreThanAPointerMayLeadToForOtherQuestions) {
    const std::size_t count = kMostTargets + 1;
    std::string locals;
    std::string assignments;
    for (std::size_t i = 0; i < count; ++i) {
        locals += fmt::format("  local l{} : int\n", i);
        assignments += fmt::format("  p = &l{}\n", i);
    }
    const auto program = link::link(ir::parseModules(R"(module many.c
func worker(x : int*)
func main()
)" + locals + "  local kept : int\n  local p : int*\n  local t : thread\n" +
                                                     assignments + "  spawn t, @worker, p\n  write kept\n"));
    const auto main = static_cast<FunctionId>(program->code.functions.front().name == "main" ? 0 : 1);
    const auto isShared = [&](ir::Index local) {
        const PointsTo& pointsTo = *program->pointsTo;
        return program->sharedObject[pointsTo.objectOf(pointsTo.localLocation(main, local))] != 0;
    };
    for (ir::Index i = 0; i < count; ++i)
        EXPECT_TRUE(isShared(i)) << "l" << i;
    EXPECT_FALSE(isShared(count)) << "nobody else knows `kept`";
}

} // namespace
