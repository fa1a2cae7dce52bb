// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The names under which the analyzer, llvm-symbolizer and debug information know one function must become one.
#include "runtime/launch/debug_lines.h"

#include <gtest/gtest.h>

namespace deadheat::launch {
namespace {

TEST(ShortName, IsTheSameForAllSources) {
    for (const char* name : {"Bank::deposit", "deposit", "Bank::deposit(int, std::vector<int>&)",
                             "ns::Bank<int>::deposit", "(anonymous namespace)::Bank::deposit(int) const",
                             "deposit<ns::Money>", "std::future<void> Bank::deposit<main::$_1>(main::$_1)"})
        EXPECT_EQ(shortName(name), "deposit") << name;
    for (const char* name :
         {"main::(lambda)", "operator()", "main::$_0::operator()() const", "main::(lambda)::operator()"})
        EXPECT_EQ(shortName(name), "operator()") << name;
    EXPECT_EQ(shortName("Pool::~Pool()"), "~Pool");
    EXPECT_EQ(shortName("Pool::Pool(int)"), "Pool");
    EXPECT_EQ(shortName("Cell::operator<(Cell const&) const"), "operator<");
    EXPECT_EQ(shortName("Cell::operator<"), "operator<");
    EXPECT_EQ(shortName(""), "");
}

} // namespace
} // namespace deadheat::launch
