// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "report/json.h"
#include "report/sarif.h"
#include "report/sarif_uri.h"
#include "report/user_error.h"
#include "tests/report/sample.h"

#include <cstdlib>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

using namespace deadheat::report;
using testing::HasSubstr;

namespace {

Report sampleReport() {
    Finding bare;
    bare.rule = "unjoined-thread";
    bare.message = "m";
    Finding local = bare;
    local.level = Level::style;
    local.world = World::local;
    local.confidence = Confidence::low;
    local.location = {"/usr/include/a b.h", 1, 0, 0, 0};
    local.traces = {{"a trace without steps", {}, {}}};
    auto race = sampleRace();
    race.fingerprint = "0123456789abcdef";
    return {{race, bare, local},
            {{"data-race", "two accesses without order", "# data-race\ntext", Level::warning},
             {"unjoined-thread", "a thread that nobody joins", "", Level::error}},
            {{"src/broken.cpp: expected ';'", {"src/broken.cpp", 4, 2, 0, 0}}, {"no place", {}}}};
}

/// The validator's complaints; empty when the text matches the official schema.
std::string schemaProblems(const std::string& sarif) {
    std::string name = "/tmp/deadheat-sarif-XXXXXX";
    const int fd = ::mkstemp(name.data());
    const bool written = ::write(fd, sarif.data(), sarif.size()) == static_cast<ssize_t>(sarif.size());
    ::close(fd);
    const std::string folder = DEADHEAT_SOURCE_DIR "/tests/report/";
    const auto command =
        DEADHEAT_PYTHON " " + folder + "validate_sarif.py " + folder + "data/sarif-schema-2.1.0.json " + name + " 2>&1";
    std::string out = written ? "" : "cannot write";
    FILE* pipe = ::popen(command.c_str(), "r");
    for (char buffer[256]; std::fgets(buffer, sizeof buffer, pipe) != nullptr;)
        out += buffer;
    if (::pclose(pipe) != 0)
        out += "[validator failed]";
    ::unlink(name.c_str());
    return out;
}

std::string errorOf(const std::string& text) {
    try {
        fromSarif(text, "r.sarif");
    } catch (const UserError& error) {
        return error.what();
    }
    return "no error";
}

TEST(Sarif, MatchesTheOfficialSchema) {
    EXPECT_EQ(schemaProblems(toSarif(sampleReport())), "");
    EXPECT_EQ(schemaProblems(toSarif({})), "");
    const std::set<std::string> baseline = {"0123456789abcdef"};
    EXPECT_EQ(schemaProblems(toSarif(sampleReport(), {&baseline, nullptr, "/home/x y"})), "");
    EXPECT_NE(schemaProblems(R"({"version":"2.1.0","runs":[{"results":3}]})"), "");
}

TEST(Sarif, TellsWhatBecameOfEachResult) {
    const std::string plain = toSarif(sampleReport());
    const std::string text = annotateSarif(plain, {{Confirmation::State::confirmed, "seen", "a.schedule", 3},
                                                   {Confirmation::State::notTried, "no race", "", 0},
                                                   {Confirmation::State::unconfirmed, "far", "", 200}});
    EXPECT_EQ(schemaProblems(text), "");
    auto log = nlohmann::json::parse(text);
    auto& results = log["runs"][0]["results"];
    EXPECT_EQ(results[0]["properties"]["deadheat/confirmed"], true);
    EXPECT_EQ(results[0]["properties"]["deadheat/schedule"], "a.schedule");
    EXPECT_EQ(results[1]["properties"]["deadheat/confirmation"], "not tried");
    EXPECT_EQ(results[2]["properties"]["deadheat/confirmed"], false);
    EXPECT_EQ(results[2]["properties"]["deadheat/schedulesTried"], 200);
    EXPECT_EQ(fromSarif(text, "r.sarif").findings[0].replay, "deadheat replay a.schedule");
    EXPECT_EQ(fromSarif(text, "r.sarif").findings[1], fromSarif(plain, "r.sarif").findings[1]);
}

TEST(Sarif, GivesBackTheFindings) {
    const auto log = fromSarif(toSarif(sampleReport(), {nullptr, nullptr, "/home/x y"}), "r.sarif");
    EXPECT_EQ(log.findings, sampleReport().findings);
    EXPECT_EQ(log.sourceRoot, "/home/x y/");
    EXPECT_EQ(fromSarif(toSarif(sampleReport()), "r.sarif").sourceRoot, "");
}

TEST(Sarif, ARaceHasTwoThreadFlows) {
    const auto log = nlohmann::json::parse(toSarif(sampleReport()));
    const auto& result = log["runs"][0]["results"][0];
    EXPECT_EQ(result["ruleId"], "deadheat-data-race");
    ASSERT_EQ(result["codeFlows"][0]["threadFlows"].size(), 2u);
    EXPECT_EQ(result["codeFlows"][0]["threadFlows"][1]["properties"]["locksHeld"][0], "Bank::mutex");
    EXPECT_EQ(result["relatedLocations"].size(), 1u);
    EXPECT_EQ(result["locations"][0]["physicalLocation"]["artifactLocation"]["uriBaseId"], "%SRCROOT%");
    EXPECT_EQ(log["runs"][0]["tool"]["driver"]["rules"][0]["help"]["markdown"], "# data-race\ntext");
}

TEST(Sarif, BaselineTellsNewFromOld) {
    const std::set<std::string> baseline = {"0123456789abcdef"};
    const auto log = nlohmann::json::parse(toSarif(sampleReport(), {&baseline, nullptr, ""}));
    EXPECT_EQ(log["runs"][0]["results"][0]["baselineState"], "unchanged");
    EXPECT_EQ(log["runs"][0]["results"][1]["baselineState"], "new");
}

TEST(Sarif, CountsColumnsInUtf16) {
    Report report = sampleReport();
    report.findings.resize(1);
    report.findings[0].location = {"u.cpp", 1, 7, 1, 12};
    Sources sources("/nonexistent");
    sources.add("u.cpp",
                "\xc3\xa9\xf0\x9f\x8f\x81 = n + \xc3\xa9;"); // e acute: 2 bytes, 1 unit; flag: 4 bytes, 2 units
    const auto log = nlohmann::json::parse(toSarif(report, {nullptr, &sources, ""}));
    const auto& region = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    EXPECT_EQ(region["startColumn"], 4);
    EXPECT_EQ(region["endColumn"], 9);
}

TEST(Sarif, ReadsWhatOtherToolsWrite) {
    const auto findings = fromSarif(R"({"runs":[{"results":[{"ruleId":"x","message":{"text":"t"},"codeFlows":3,
        "locations":[{"physicalLocation":{"artifactLocation":{"uri":"a%20b.c"},"region":{"startLine":-1}}}]}]},{}]})",
                                    "r")
                              .findings;
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].location.file, "a b.c");
    EXPECT_EQ(findings[0].rule, "x");
}

TEST(Sarif, BadReportsAreOneClearError) {
    EXPECT_EQ(errorOf("{"), "r.sarif: not valid JSON: expected a SARIF report");
    EXPECT_EQ(errorOf(""), "r.sarif: not valid JSON: expected a SARIF report");
    EXPECT_EQ(errorOf("[]"), "r.sarif: no runs in it: expected a SARIF report");
    EXPECT_THROW(readSarif("/nonexistent/r.sarif"), UserError);
}

TEST(Sarif, UrisEncodeAndDecode) {
    for (const std::string file : {"src/a.cpp", "a b%c.h", "/usr/include/x.h", "caf\xc3\xa9.c", "100%", "a#b?c"})
        EXPECT_EQ(fileOfUri(uriOfFile(file)), file);
    EXPECT_EQ(uriOfFile("a b.h"), "a%20b.h");
    EXPECT_EQ(uriOfFile("/a.h"), "file:///a.h");
}

TEST(Json, HasEveryMember) {
    const auto json = nlohmann::json::parse(toJson(sampleReport()));
    EXPECT_EQ(json["version"], 1);
    ASSERT_EQ(json["findings"].size(), 3u);
    const auto& race = json["findings"][0];
    EXPECT_EQ(race["rule"], "data-race");
    EXPECT_EQ(race["world"], "closed");
    EXPECT_EQ(race["traces"][1]["locksHeld"].size(), 2u);
    EXPECT_EQ(race["traces"][0]["steps"][1]["function"], "Bank::deposit");
    EXPECT_EQ(json["notifications"][0]["location"]["line"], 4);
}

} // namespace
