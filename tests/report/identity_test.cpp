// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "report/fingerprint.h"
#include "report/glob.h"
#include "report/order.h"
#include "report/suppression.h"
#include "tests/report/sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace deadheat::report;

namespace {

std::string fingerprintOf(Finding finding, const std::string& text) {
    Sources sources("/nonexistent");
    sources.add(finding.location.file, text);
    std::vector<Finding> findings = {std::move(finding)};
    assignFingerprints(findings, sources);
    return findings[0].fingerprint;
}

TEST(Fingerprint, SurvivesLineShiftsIndentationAndMoves) {
    const auto race = sampleRace();
    const auto original = fingerprintOf(race, kBank);
    auto shifted = race;
    shifted.location.line += 2;
    EXPECT_EQ(fingerprintOf(shifted, "// one\n// two\n" + std::string(kBank)), original);
    auto indented = std::string(kBank);
    indented.replace(indented.find("    total += n"), 4, "\t");
    EXPECT_EQ(fingerprintOf(race, indented), original);
    auto moved = race;
    moved.location.file = "lib/money/bank.cpp";
    EXPECT_EQ(fingerprintOf(moved, kBank), original);
}

TEST(Copies, OfAFileGiveOneFinding) {
    const auto race = sampleRace();
    auto copied = race, changed = race, elsewhere = race;
    copied.location.file = "include/bank.cpp";
    changed.location.file = "old/bank.cpp";
    elsewhere.location.file = "include/money.cpp";
    Sources sources("/nonexistent");
    sources.add(race.location.file, kBank);
    sources.add("include/bank.cpp", kBank);
    sources.add("old/bank.cpp", std::string(kBank) + "// two");
    sources.add("include/money.cpp", kBank);
    std::vector<Finding> findings = {race, copied, changed, elsewhere, race};
    canonicalize(findings);
    dropCopies(findings, sources);
    std::vector<std::string> files;
    for (const Finding& finding : findings)
        files.push_back(finding.location.file);
    EXPECT_EQ(files, (std::vector<std::string>{"include/bank.cpp", "include/money.cpp", "old/bank.cpp"}));
}

TEST(Fingerprint, DiffersWhereTheDefectDoes) {
    const auto race = sampleRace();
    const auto original = fingerprintOf(race, kBank);
    for (auto member : {&Finding::rule, &Finding::variant, &Finding::subject}) {
        auto other = race;
        other.*member = "other";
        EXPECT_NE(fingerprintOf(other, kBank), original);
    }
    EXPECT_NE(fingerprintOf(race, "a\nb\n    total -= n;\n"), original);
    auto renamed = race;
    renamed.location.file = "src/other.cpp";
    EXPECT_NE(fingerprintOf(renamed, kBank), original);
}

TEST(Fingerprint, EqualFindingsAreNumbered) {
    std::vector<Finding> twice = {sampleRace(), sampleRace()};
    assignFingerprints(twice, sampleSources());
    EXPECT_NE(twice[0].fingerprint, twice[1].fingerprint);
    EXPECT_EQ(twice[0].fingerprint, fingerprintOf(sampleRace(), kBank));
    EXPECT_THAT(twice[0].fingerprint, testing::MatchesRegex("[0-9a-f]{16}"));
}

TEST(Order, SortsByPlaceAndKeepsTheMostCertain) {
    auto early = sampleRace(), late = sampleRace(), unsure = sampleRace(), other = sampleRace();
    late.location.line = 20;
    unsure.confidence = Confidence::low;
    other.subject = "Bank::other";
    std::vector<Finding> findings = {late, unsure, other, early};
    canonicalize(findings);
    EXPECT_EQ(findings, (std::vector<Finding>{other, early, late}));
}

TEST(Glob, Matches) {
    EXPECT_TRUE(matchesGlob("*", ""));
    EXPECT_TRUE(matchesGlob("src/*.cpp", "src/a/b.cpp"));
    EXPECT_TRUE(matchesGlob("*a*b*c", "xxaxxbxxcxc"));
    EXPECT_TRUE(matchesGlob("a?c", "abc"));
    EXPECT_FALSE(matchesGlob("a?c", "ac"));
    EXPECT_FALSE(matchesGlob("*.cpp", "a.cppx"));
    EXPECT_FALSE(matchesGlob("", "a"));
}

TEST(Glob, ListsTakeOutWithMinus) {
    EXPECT_TRUE(GlobList().matches("data-race"));
    EXPECT_TRUE(GlobList("data-*").matches("data-race"));
    EXPECT_FALSE(GlobList("data-*").matches("lock-order"));
    EXPECT_FALSE(GlobList("*, -lock-*").matches("lock-order"));
    EXPECT_TRUE(GlobList("-lock-*").matches("data-race"));
    EXPECT_FALSE(GlobList("-lock-*").matches("lock-order"));
    EXPECT_TRUE(GlobList("-*,data-race").matches("data-race"));
    EXPECT_FALSE(GlobList("-*,data-race").matches("lock-order"));
}

/// Whether a finding of `rule` on `line` of `text` is covered.
bool covered(const std::string& text, unsigned line, const std::string& rule = "data-race") {
    Sources sources("/nonexistent");
    sources.add("a.cpp", text);
    Finding finding;
    finding.rule = rule;
    finding.location = {"a.cpp", line, 1, 0, 0};
    return Suppressions(sources).cover(finding);
}

TEST(Suppression, OnTheLine) {
    EXPECT_TRUE(covered("x(); // NOLINT", 1));
    EXPECT_TRUE(covered("x(); // NOLINT(deadheat-data-race)", 1));
    EXPECT_TRUE(covered("x(); // NOLINT(bugprone-*, deadheat-*): why", 1));
    EXPECT_TRUE(covered("x(); /* NOLINT(deadheat-lock-order) NOLINT(deadheat-data-race) */", 1));
    EXPECT_FALSE(covered("x(); // NOLINT(deadheat-lock-order)", 1));
    EXPECT_FALSE(covered("x(); // NOLINT(data-race)", 1));
    EXPECT_FALSE(covered("x(); // NOLINT()", 1));
    EXPECT_FALSE(covered("x(); // MYNOLINT", 1));
    EXPECT_FALSE(covered("x(); // NOLINT\ny();", 2));
    EXPECT_FALSE(covered("x();", 1));
}

TEST(Suppression, OnTheNextLine) {
    EXPECT_TRUE(covered("// NOLINTNEXTLINE(deadheat-data-race)\nx();", 2));
    EXPECT_FALSE(covered("x(); // NOLINTNEXTLINE", 1));
    EXPECT_FALSE(covered("// NOLINTNEXTLINE\nx();\ny();", 3));
}

TEST(Suppression, Regions) {
    const std::string text = "a();\n// NOLINTBEGIN(deadheat-*)\nb();\n// NOLINTBEGIN\nc();\n// NOLINTEND\nd();\n"
                             "// NOLINTEND(deadheat-*)\ne();\n";
    EXPECT_FALSE(covered(text, 1));
    EXPECT_TRUE(covered(text, 3));
    EXPECT_TRUE(covered(text, 5));
    EXPECT_TRUE(covered(text, 7));
    EXPECT_FALSE(covered(text, 9));
    EXPECT_TRUE(covered("// NOLINTBEGIN(deadheat-data-race)\n// NOLINTEND(deadheat-lock-order)\nx();", 3));
}

TEST(Suppression, AtEitherAccessOfARace) {
    Sources sources = sampleSources();
    auto text = std::string(kBank);
    text.insert(text.find("print(total);") + 13, " // NOLINT(deadheat-data-race)");
    EXPECT_FALSE(Suppressions(sources).cover(sampleRace()));
    sources.add("src/bank.cpp", text);
    EXPECT_TRUE(Suppressions(sources).cover(sampleRace()));
}

TEST(Suppression, ByConfiguration) {
    const auto sources = sampleSources();
    const auto covers = [&](SuppressionRule rule) {
        return Suppressions(sources, {std::move(rule)}).cover(sampleRace());
    };
    EXPECT_TRUE(covers({"data-race", "src/*", "Bank::*"}));
    EXPECT_TRUE(covers({"deadheat-data-race", "", ""}));
    EXPECT_TRUE(covers({"", "*/bank.cpp", ""}));
    EXPECT_FALSE(covers({"lock-*", "", ""}));
    EXPECT_FALSE(covers({"", "", "Shop::*"}));
}

} // namespace
