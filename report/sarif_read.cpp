// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "report/sarif.h"
#include "report/sarif_uri.h"
#include "report/user_error.h"
#include "report/words.h"

#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>

namespace deadheat::report {

namespace {

using Json = nlohmann::json;

constexpr std::string_view kRulePrefix = "deadheat-";

/// The member `path[0].path[1]...`, or null when any part of the way is missing.
template <typename... Keys>
Json at(const Json& json, Keys... keys) {
    const Json* current = &json;
    const auto descend = [&](const char* key) {
        static const Json kNull;
        const bool has = current->is_object() && current->contains(key);
        current = has ? &current->at(key) : &kNull;
    };
    (descend(keys), ...);
    return *current;
}

std::string text(const Json& json) { return json.is_string() ? json.get<std::string>() : std::string(); }

unsigned number(const Json& json) { return json.is_number_unsigned() ? json.get<unsigned>() : 0; }

/// Only arrays have elements here; anything else is as good as absent.
Json elements(const Json& json) { return json.is_array() ? json : Json::array(); }

Location location(const Json& json) {
    const Json physical = at(json, "physicalLocation"), region = at(physical, "region");
    return {fileOfUri(text(at(physical, "artifactLocation", "uri"))), number(at(region, "startLine")),
            number(at(region, "startColumn")), number(at(region, "endLine")), number(at(region, "endColumn"))};
}

Step step(const Json& json) {
    Step step{location(json), text(at(json, "message", "text")), ""};
    for (const auto& logical : elements(at(json, "logicalLocations")))
        step.function = text(at(logical, "fullyQualifiedName"));
    return step;
}

Trace trace(const Json& flow) {
    Trace trace{text(at(flow, "message", "text")), {}, {}};
    for (const auto& place : elements(at(flow, "locations")))
        if (text(at(place, "importance")) != "unimportant")
            trace.steps.push_back(step(at(place, "location")));
    for (const auto& lock : elements(at(flow, "properties", "locksHeld")))
        trace.locksHeld.push_back(text(lock));
    return trace;
}

Level level(const std::string& word) {
    return word == "note" ? Level::style : levelFromWord(word).value_or(Level::warning);
}

Finding finding(const Json& result) {
    Finding finding;
    finding.rule = text(at(result, "ruleId"));
    if (finding.rule.starts_with(kRulePrefix))
        finding.rule.erase(0, kRulePrefix.size());
    finding.level = level(text(at(result, "level")));
    finding.message = text(at(result, "message", "text"));
    finding.fingerprint = text(at(result, "partialFingerprints", "deadheat/v1"));
    const Json properties = at(result, "properties");
    finding.confidence = confidenceFromWord(text(at(properties, "confidence"))).value_or(Confidence::medium);
    finding.world = worldFromWord(text(at(properties, "world"))).value_or(World::closed);
    finding.subject = text(at(properties, "subject"));
    finding.variant = text(at(properties, "variant"));
    finding.replay = text(at(properties, "replay"));
    const Json places = elements(at(result, "locations"));
    if (!places.empty())
        finding.location = location(places.front());
    for (const auto& note : elements(at(result, "relatedLocations")))
        finding.notes.push_back(step(note));
    for (const auto& flow : elements(at(result, "codeFlows")))
        for (const auto& thread : elements(at(flow, "threadFlows")))
            finding.traces.push_back(trace(thread));
    return finding;
}

} // namespace

SarifLog fromSarif(std::string_view content, const std::string& file) {
    const Json log = Json::parse(content, nullptr, false);
    if (log.is_discarded())
        throw UserError(fmt::format("{}: not valid JSON: expected a SARIF report", file));
    if (!at(log, "runs").is_array())
        throw UserError(fmt::format("{}: no runs in it: expected a SARIF report", file));
    SarifLog read;
    for (const auto& run : log["runs"]) {
        if (const auto root = text(at(run, "originalUriBaseIds", "%SRCROOT%", "uri")); !root.empty())
            read.sourceRoot = fileOfUri(root);
        for (const auto& result : elements(at(run, "results")))
            read.findings.push_back(finding(result));
    }
    return read;
}

SarifLog readSarif(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    in.peek(); // opening a folder succeeds, reading it does not
    if (!in.is_open() || in.bad())
        throw UserError(fmt::format("{}: cannot read this report", file.string()));
    const std::string content{std::istreambuf_iterator<char>(in), {}};
    return fromSarif(content, file.string());
}

} // namespace deadheat::report
