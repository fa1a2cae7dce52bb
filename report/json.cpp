// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "report/json.h"

#include "report/words.h"

#include <nlohmann/json.hpp>

namespace deadheat::report {

namespace {

using Json = nlohmann::ordered_json;

Json location(const Location& place) {
    Json json = {{"file", place.file}, {"line", place.line}, {"column", place.column}};
    if (place.endLine != 0) {
        json["endLine"] = place.endLine;
        json["endColumn"] = place.endColumn;
    }
    return json;
}

Json steps(const std::vector<Step>& list) {
    Json json = Json::array();
    for (const auto& step : list) {
        Json item = {{"message", step.message}, {"location", location(step.location)}};
        if (!step.function.empty())
            item["function"] = step.function;
        json.push_back(std::move(item));
    }
    return json;
}

Json confirmation(const Confirmation& confirmation) {
    Json json = {{"state", wordOf(confirmation.state)},
                 {"reason", confirmation.reason},
                 {"schedulesTried", confirmation.schedules}};
    if (!confirmation.schedule.empty())
        json["schedule"] = confirmation.schedule;
    return json;
}

Json finding(const Finding& finding) {
    Json json = {{"rule", finding.rule},
                 {"variant", finding.variant},
                 {"level", wordOf(finding.level)},
                 {"confidence", wordOf(finding.confidence)},
                 {"world", wordOf(finding.world)},
                 {"message", finding.message},
                 {"subject", finding.subject},
                 {"fingerprint", finding.fingerprint},
                 {"location", location(finding.location)},
                 {"notes", steps(finding.notes)},
                 {"traces", Json::array()}};
    for (const auto& trace : finding.traces)
        json["traces"].push_back(
            {{"title", trace.title}, {"locksHeld", trace.locksHeld}, {"steps", steps(trace.steps)}});
    if (!finding.replay.empty())
        json["replay"] = finding.replay;
    if (finding.confirmation.state != Confirmation::State::none)
        json["confirmation"] = confirmation(finding.confirmation);
    return json;
}

} // namespace

std::string toJson(const Report& report) {
    Json json = {
        {"format", "deadheat-findings"}, {"version", 1}, {"findings", Json::array()}, {"notifications", Json::array()}};
    for (const auto& item : report.findings)
        json["findings"].push_back(finding(item));
    for (const auto& note : report.notifications) {
        Json item = {{"message", note.message}};
        if (!note.location.file.empty())
            item["location"] = location(note.location);
        json["notifications"].push_back(std::move(item));
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace deadheat::report
