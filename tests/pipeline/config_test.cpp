// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/pipeline/config.h"
#include "report/user_error.h"
#include "tests/pipeline/temporary_folder.h"

#include <gtest/gtest.h>

using namespace deadheat;
using namespace deadheat::pipeline;

namespace {

std::string errorOf(const std::string& text) {
    try {
        parseConfig(text, "c.yaml");
    } catch (const report::UserError& error) {
        return error.what();
    }
    return "no error";
}

TEST(Config, ReadsEveryKey) {
    const auto config = parseConfig("checks: '*,-lock-order'\n"
                                    "confidence: high\n"
                                    "suppressions:\n"
                                    "  - check: data-race\n"
                                    "    file: third_party/*\n"
                                    "    reason: not ours\n"
                                    "  - subject: 'Bank::*'\n"
                                    "api:\n"
                                    "  functions:\n"
                                    "    - names: [f]\n",
                                    "c.yaml");
    EXPECT_EQ(config.checks, "*,-lock-order");
    EXPECT_EQ(config.confidence, report::Confidence::high);
    ASSERT_EQ(config.suppressions.size(), 2u);
    EXPECT_EQ(config.suppressions[0].file, "third_party/*");
    EXPECT_EQ(config.suppressions[1].subject, "Bank::*");
    EXPECT_NE(config.api.find("functions"), std::string::npos);
}

TEST(Config, EmptyIsFine) {
    EXPECT_FALSE(parseConfig("", "c.yaml").checks);
    EXPECT_FALSE(parseConfig("# only a comment\n", "c.yaml").checks);
}

TEST(Config, ErrorsNameFileAndLine) {
    EXPECT_EQ(errorOf("checks: [\n").substr(0, 9), "c.yaml:2:");
    EXPECT_EQ(errorOf("\nchekcs: x\n").substr(0, 36), "c.yaml:2: unknown key 'chekcs': know");
    EXPECT_EQ(errorOf("confidence: certain\n"), "c.yaml:1: 'confidence' is low, medium or high");
    EXPECT_EQ(errorOf("- a\n"), "c.yaml:1: expected a mapping such as 'checks: data-race'");
    EXPECT_EQ(errorOf("checks: {a: b}\n"), "c.yaml:1: 'checks' takes one text");
    EXPECT_EQ(errorOf("suppressions: x\n"), "c.yaml:1: 'suppressions' is a list");
    EXPECT_EQ(errorOf("suppressions:\n  - reason: none\n"),
              "c.yaml:2: a suppression needs check, file or subject; this one would hide everything");
    EXPECT_EQ(errorOf("suppressions:\n  - rule: x\n"),
              "c.yaml:2: unknown key 'rule': known are check, file, subject, reason");
}

TEST(Config, TheNearestUpwardsCounts) {
    const TemporaryFolder folder;
    folder.write("a/b/c/x.cpp", "");
    EXPECT_EQ(findConfig(folder.path / "a/b/c"), std::nullopt);
    const auto outer = folder.write(kConfigName, "");
    EXPECT_EQ(findConfig(folder.path / "a/b/c"), outer);
    const auto inner = folder.write("a/b/" + std::string(kConfigName), "");
    EXPECT_EQ(findConfig(folder.path / "a/b/c"), inner);
    EXPECT_THROW(readConfig(folder.path / "none.yaml"), report::UserError);
}

} // namespace
