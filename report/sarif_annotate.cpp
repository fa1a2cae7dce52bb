// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "report/sarif.h"
#include "report/words.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace deadheat::report {

namespace {

using Json = nlohmann::ordered_json;

void annotate(Json& result, const Confirmation& confirmation) {
    if (!result.is_object())
        return;
    Json& properties = result["properties"];
    if (!properties.is_object())
        properties = Json::object();
    properties["deadheat/confirmation"] = wordOf(confirmation.state);
    properties["deadheat/confirmed"] = confirmation.state == Confirmation::State::confirmed;
    properties["deadheat/reason"] = confirmation.reason;
    properties["deadheat/schedulesTried"] = confirmation.schedules;
    if (!confirmation.schedule.empty()) {
        properties["deadheat/schedule"] = confirmation.schedule;
        properties["replay"] = fmt::format("deadheat replay {}", confirmation.schedule);
    }
}

} // namespace

std::string annotateSarif(std::string_view text, const std::vector<Confirmation>& confirmations) {
    Json log = Json::parse(text);
    std::size_t next = 0;
    for (Json& run : log["runs"])
        if (run.is_object() && run.contains("results") && run["results"].is_array())
            for (Json& result : run["results"])
                if (next < confirmations.size())
                    annotate(result, confirmations[next++]);
    return log.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace deadheat::report
