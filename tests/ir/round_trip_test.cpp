// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/ir/binary.h"
#include "analyzer/ir/text.h"
#include "analyzer/ir/verify.h"
#include "tests/ir/random_module.h"

#include <gtest/gtest.h>

using namespace deadheat::ir;

namespace {

TEST(IrRoundTrip, TextGivesBackEveryRandomModule) {
    for (unsigned seed = 0; seed < 4000; ++seed) {
        const Module module = randomModule(seed);
        ASSERT_EQ(verify(module), std::nullopt) << "seed " << seed;
        const auto text = print(module);
        try {
            ASSERT_EQ(parse(text), module) << "seed " << seed << "\n"
                                           << text << "\nread back as\n"
                                           << print(parse(text));
        } catch (const FormatError& error) {
            FAIL() << "seed " << seed << ": " << error.what() << "\n" << text;
        }
        ASSERT_EQ(print(parse(text)), text) << "seed " << seed;
    }
}

TEST(IrRoundTrip, BinaryGivesBackEveryRandomModule) {
    for (unsigned seed = 0; seed < 2000; ++seed)
        ASSERT_EQ(fromBytes(toBytes(randomModule(seed))), randomModule(seed)) << "seed " << seed;
}

/// Text cut anywhere, or with a character changed, is read or refused: nothing else.
TEST(IrRoundTrip, DamagedTextIsReadOrRefused) {
    unsigned refused = 0;
    for (unsigned seed = 0; seed < 300; ++seed) {
        const auto text = print(randomModule(seed));
        for (unsigned at = 0; at < text.size(); at += 1 + static_cast<unsigned>(text.size() / 40)) {
            auto damaged = text;
            damaged[at] = "\"@:;$%([x9"[(at + seed) % 10];
            for (const auto& candidate : {text.substr(0, at), damaged}) {
                try {
                    EXPECT_EQ(verify(parse(candidate)), std::nullopt);
                } catch (const FormatError&) {
                    ++refused;
                }
            }
        }
    }
    EXPECT_GT(refused, 1000u);
}

} // namespace
