// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "report/sarif.h"
#include "report/sarif_uri.h"
#include "report/words.h"

#include "deadheat_version.h"

#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>

namespace deadheat::report {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

std::string_view sarifLevel(Level level) { return level == Level::style ? "note" : wordOf(level); }

Json message(const std::string& text) { return {{"text", text}}; }

/// The column in UTF-16 units of a column in bytes.
unsigned utf16Column(std::string_view line, unsigned column) {
    unsigned units = 1;
    for (unsigned at = 0; at + 1 < column; ++at) {
        const auto byte = at < line.size() ? static_cast<unsigned char>(line[at]) : 0u;
        const bool continues = (byte & 0xc0) == 0x80, isSurrogatePair = byte >= 0xf0;
        units += continues ? 0 : isSurrogatePair ? 2 : 1;
    }
    return units;
}

/// Findings as SARIF objects.
class ResultWriter {
public:
    ResultWriter(const Report& report, const SarifOptions& options) : options_(options) {
        for (std::size_t i = 0; i < report.rules.size(); ++i)
            ruleIndex_.emplace(report.rules[i].id, i);
    }

    Json result(const Finding& finding) const {
        Json json = {{"ruleId", "deadheat-" + finding.rule}};
        if (const auto rule = ruleIndex_.find(finding.rule); rule != ruleIndex_.end())
            json["ruleIndex"] = rule->second;
        json["level"] = sarifLevel(finding.level);
        json["message"] = message(finding.message);
        json["locations"] = Json::array({location(finding.location)});
        if (!finding.notes.empty())
            json["relatedLocations"] = relatedLocations(finding.notes);
        if (!finding.traces.empty())
            json["codeFlows"] = Json::array({{{"threadFlows", threadFlows(finding.traces)}}});
        if (!finding.fingerprint.empty())
            json["partialFingerprints"] = {{"deadheat/v1", finding.fingerprint}};
        if (options_.baseline)
            json["baselineState"] = options_.baseline->contains(finding.fingerprint) ? "unchanged" : "new";
        json["properties"] = properties(finding);
        return json;
    }

    Json notification(const Notification& note) const {
        Json json = {{"level", "warning"}, {"message", message(note.message)}};
        if (!note.location.file.empty())
            json["locations"] = Json::array({location(note.location)});
        return json;
    }

private:
    unsigned column(const Location& place, unsigned line, unsigned bytes) const {
        return options_.sources ? utf16Column(options_.sources->line(place.file, line), bytes) : bytes;
    }

    Json region(const Location& place) const {
        Json region = {{"startLine", place.line}};
        if (place.column != 0)
            region["startColumn"] = column(place, place.line, place.column);
        if (place.endLine != 0)
            region["endLine"] = place.endLine;
        if (place.endColumn != 0)
            region["endColumn"] = column(place, place.endLine, place.endColumn);
        return region;
    }

    Json location(const Location& place) const {
        if (place.file.empty())
            return Json::object();
        Json artifact = {{"uri", uriOfFile(place.file)}};
        if (!place.file.starts_with('/'))
            artifact["uriBaseId"] = kSourceRoot;
        Json physical = {{"artifactLocation", std::move(artifact)}};
        if (place.line != 0)
            physical["region"] = region(place);
        return {{"physicalLocation", std::move(physical)}};
    }

    Json location(const Step& step) const {
        Json json = location(step.location);
        if (!step.function.empty())
            json["logicalLocations"] = Json::array({{{"fullyQualifiedName", step.function}, {"kind", "function"}}});
        json["message"] = message(step.message);
        return json;
    }

    Json relatedLocations(const std::vector<Step>& notes) const {
        Json list = Json::array();
        for (std::size_t i = 0; i < notes.size(); ++i) {
            Json note = {{"id", i + 1}};
            note.update(location(notes[i]));
            list.push_back(std::move(note));
        }
        return list;
    }

    Json threadFlows(const std::vector<Trace>& traces) const {
        Json flows = Json::array();
        for (std::size_t i = 0; i < traces.size(); ++i)
            flows.push_back({{"id", fmt::format("thread {}", i + 1)},
                             {"message", message(traces[i].title)},
                             {"locations", flowLocations(traces[i])},
                             {"properties", {{"locksHeld", traces[i].locksHeld}}}});
        return flows;
    }

    Json flowLocations(const Trace& trace) const {
        Json locations = Json::array();
        for (std::size_t i = 0; i < trace.steps.size(); ++i)
            locations.push_back({{"location", location(trace.steps[i])},
                                 {"importance", i + 1 == trace.steps.size() ? "essential" : "important"}});
        if (locations.empty()) // the schema asks for one
            locations.push_back({{"location", {{"message", message(trace.title)}}}, {"importance", "unimportant"}});
        return locations;
    }

    static Json properties(const Finding& finding) {
        Json json = {
            {"confidence", wordOf(finding.confidence)}, {"world", wordOf(finding.world)}, {"subject", finding.subject}};
        if (!finding.variant.empty())
            json["variant"] = finding.variant;
        if (!finding.replay.empty())
            json["replay"] = finding.replay;
        return json;
    }

    const SarifOptions& options_;
    std::map<std::string, std::size_t> ruleIndex_;
};

Json ruleDescriptor(const Rule& rule) {
    Json json = {{"id", "deadheat-" + rule.id},
                 {"shortDescription", message(rule.summary)},
                 {"defaultConfiguration", {{"level", sarifLevel(rule.level)}}},
                 {"properties", {{"tags", {"concurrency", "correctness"}}}}};
    if (!rule.help.empty())
        json["help"] = {{"text", rule.help}, {"markdown", rule.help}};
    return json;
}

Json driver(const Report& report) {
    Json rules = Json::array();
    for (const auto& rule : report.rules)
        rules.push_back(ruleDescriptor(rule));
    return {{"name", "Deadheat"}, {"version", kVersion}, {"semanticVersion", kVersion}, {"rules", std::move(rules)}};
}

Json sourceRoot(const std::string& folder) {
    Json json = {{"description", message("The root of the project's sources")}};
    if (!folder.empty())
        json["uri"] = uriOfFile(folder) + "/";
    return json;
}

} // namespace

std::string toSarif(const Report& report, const SarifOptions& options) {
    const ResultWriter writer(report, options);
    Json results = Json::array(), notifications = Json::array();
    for (const auto& finding : report.findings)
        results.push_back(writer.result(finding));
    for (const auto& note : report.notifications)
        notifications.push_back(writer.notification(note));
    Json run = {{"tool", {{"driver", driver(report)}}},
                {"originalUriBaseIds", {{kSourceRoot, sourceRoot(options.sourceRoot)}}},
                {"invocations", Json::array({{{"executionSuccessful", true},
                                              {"toolExecutionNotifications", std::move(notifications)}}})},
                {"columnKind", "utf16CodeUnits"},
                {"results", std::move(results)}};
    const Json log = {{"$schema", kSchema}, {"version", "2.1.0"}, {"runs", Json::array({std::move(run)})}};
    return log.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace deadheat::report
