// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/call_graph.h"

#include "analyzer/ir/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace deadheat;
using namespace deadheat::link;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

/// Functions are numbered in the order of the text.
CallGraph graphOf(std::string_view text) {
    const ir::Module code = ir::parse(text);
    return CallGraph(code, PointsTo(code));
}

TEST(CallGraph, CalleesComeBeforeTheirCallers) {
    const CallGraph graph = graphOf(R"(
func top()
  call middle()
  call leaf()
func middle()
  call leaf()
  call leaf()
func leaf()
)");
    EXPECT_THAT(graph.components, ElementsAre(ElementsAre(2u), ElementsAre(1u), ElementsAre(0u)));
    EXPECT_THAT(graph.componentOf, ElementsAre(2u, 1u, 0u));
    EXPECT_THAT(graph.callees[1], ElementsAre(2u));
}

TEST(CallGraph, MutualRecursionIsOneComponent) {
    const CallGraph graph = graphOf(R"(
func start()
  call even()
func even()
  call odd()
func odd()
  call even()
  call self()
func self()
  call self()
)");
    EXPECT_THAT(graph.components, ElementsAre(ElementsAre(3u), ElementsAre(1u, 2u), ElementsAre(0u)));
    EXPECT_TRUE(graph.isRecursive(1));
    EXPECT_TRUE(graph.isRecursive(3));
    EXPECT_FALSE(graph.isRecursive(0));
}

TEST(CallGraph, OnlyCallsThatRunInTheCallerCount) {
    const CallGraph graph = graphOf(R"(
global t : threadHandle
global flag : once
global pool : opaque
global c : condition
global m : mutex
func f()
  spawn t, @threadEntry
  submit pool, @task
  signalHandler #2, @handler
  once flag, @initialise
  callIndirect @indirect
  wait c, m, @predicate predicate
func threadEntry()
func task()
func handler()
func initialise()
func indirect()
func predicate()
)");
    EXPECT_THAT(graph.callees[0], ElementsAre(4u, 5u, 6u));
    EXPECT_THAT(graph.callees[1], IsEmpty());
}

} // namespace
