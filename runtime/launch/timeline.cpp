// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/timeline.h"

#include "report/sources.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

namespace deadheat::launch {
namespace {

using nlohmann::json;

bool isPlain(const std::string& what) { return what == "read" || what == "write"; }
bool takes(const std::string& what) {
    return what == "lock mutex" || what == "lock for reading" || what == "lock for writing" || what == "lock spinlock";
}
bool releases(const std::string& what) {
    return what == "unlock mutex" || what == "unlock rwlock" || what == "unlock spinlock";
}

class Builder {
public:
    Builder(const ScheduleResult& result, Stacks& stacks)
        : result_(result), stacks_(stacks), sources_(std::filesystem::current_path()) {}

    Timeline build() {
        for (const report::Finding& finding : result_.findings)
            collectMarks(finding);
        for (const json& step : parseRecords(result_.log))
            add(step);
        markFailure();
        for (std::size_t i = 0; i < held_.size(); ++i)
            timeline_.lanes.push_back(i == 0 ? "main thread" : fmt::format("thread T{}", i));
        for (TimelineRow& row : timeline_.rows)
            row.held.resize(held_.size());
        timeline_.title = fmt::format("{}: schedule {} of seed {} by {}", fmt::join(result_.schedule.command, " "),
                                      result_.schedule.number, result_.schedule.seed, result_.schedule.strategy);
        if (!result_.findings.empty())
            timeline_.failure = result_.findings.front().message;
        return timeline_;
    }

private:
    void add(const json& step);
    void collectMarks(const report::Finding& finding);
    void markFailure();
    std::string objectOf(const json& step);

    const ScheduleResult& result_;
    Stacks& stacks_;
    report::Sources sources_;
    Timeline timeline_;
    std::vector<std::vector<std::string>> held_;
    std::set<std::string> marks_; ///< places at which a thread of the failure is
};

std::string Builder::objectOf(const json& step) {
    if (!step.contains("kind"))
        return "";
    const std::string name = stacks_.objectName(step.value("data", json()));
    if (!name.empty())
        return fmt::format(" '{}'", name);
    return step.contains("object") ? fmt::format(" #{}", step.value("object", 0u)) : std::string();
}

void Builder::add(const json& step) {
    const unsigned thread = step.value("thread", 0u);
    const std::string what = step.value("does", "");
    if (held_.size() <= thread)
        held_.resize(thread + 1);
    TimelineRow row;
    row.firstStep = step.value("step", std::uint64_t{0});
    row.thread = thread;
    row.outcome = step.value("outcome", "");
    const report::Location place = stacks_.location(json::array({step.value("at", "")}));
    if (!place.file.empty()) {
        row.place = fmt::format("{}:{}", place.file, place.line);
        row.source = sources_.line(place.file, place.line);
    }
    const std::string object = objectOf(step);
    row.what = what + object;
    auto& locks = held_[thread];
    if (takes(what) && row.outcome.empty())
        locks.push_back(object.empty() ? what : object.substr(1));
    if (releases(what))
        if (const auto at = std::find(locks.begin(), locks.end(), object.empty() ? what : object.substr(1));
            at != locks.end())
            locks.erase(at);
    row.held = held_;
    TimelineRow* last = timeline_.rows.empty() ? nullptr : &timeline_.rows.back();
    if (last && isPlain(what) && isPlain(last->what) && last->thread == thread && last->place == row.place &&
        last->what == row.what)
        ++last->steps;
    else
        timeline_.rows.push_back(std::move(row));
}

void Builder::collectMarks(const report::Finding& finding) {
    for (const report::Trace& trace : finding.traces)
        if (!trace.steps.empty())
            marks_.insert(fmt::format("{}:{}", trace.steps.back().location.file, trace.steps.back().location.line));
}

/// In each lane the last step at a place that the findings name.
void Builder::markFailure() {
    std::set<unsigned> done;
    for (auto row = timeline_.rows.rbegin(); row != timeline_.rows.rend(); ++row)
        if (marks_.count(row->place) && done.insert(row->thread).second)
            row->marked = true;
}

std::string stepsOf(const TimelineRow& row) {
    return row.steps > 1 ? fmt::format(" ({} times)", row.steps) : std::string();
}

std::string escape(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (c == '<')
            result += "&lt;";
        else if (c == '>')
            result += "&gt;";
        else if (c == '&')
            result += "&amp;";
        else if (c == '"')
            result += "&quot;";
        else
            result += c;
    }
    return result;
}

constexpr char kStyle[] = R"(body{font:14px system-ui,sans-serif;margin:1.5em;color:#1b1b1b;background:#fff}
h1{font-size:1.1em}p.failure{color:#b00020;font-weight:600}
table{border-collapse:collapse}th{position:sticky;top:0;background:#fff;text-align:left;padding:.3em .8em;border-bottom:2px solid #888}
td{padding:.1em .8em;vertical-align:top;border-left:1px solid #ddd}td.step{color:#888;text-align:right;border-left:0}
td.runs{background:#eef4ff}td.marked{background:#ffd9de;outline:2px solid #b00020}
tr.switch td{border-top:1px solid #888}
.place{color:#666;font-size:.85em}code{display:block;color:#333;font-size:.85em;white-space:pre-wrap}
.held{display:inline-block;background:#f5d67b;border-radius:3px;padding:0 .35em;margin-right:.25em;font-size:.8em}
.outcome{color:#9a5b00;font-weight:600}
@media(prefers-color-scheme:dark){body,th{background:#16181c;color:#e6e6e6}td{border-color:#333}td.runs{background:#1d2a40}
td.marked{background:#4a1720}.place,code{color:#aaa}.held{background:#6d5a1c;color:#fff}p.failure{color:#ff8a98}}
)";

std::string cell(const TimelineRow& row, std::size_t lane) {
    std::string locks;
    for (const std::string& lock : row.held[lane])
        locks += fmt::format("<span class=\"held\">{}</span>", escape(lock));
    if (row.thread != lane)
        return fmt::format("<td>{}</td>", locks);
    std::string text = escape(row.what + stepsOf(row));
    if (!row.outcome.empty())
        text += fmt::format(" <span class=\"outcome\">{}</span>", escape(row.outcome));
    if (!row.place.empty())
        text += fmt::format(" <span class=\"place\">{}</span>", escape(row.place));
    if (!row.source.empty())
        text += fmt::format("<code>{}</code>", escape(row.source));
    return fmt::format("<td class=\"runs{}\">{}{}</td>", row.marked ? " marked" : "", locks, text);
}

} // namespace

Timeline makeTimeline(const ScheduleResult& result, Stacks& stacks) { return Builder(result, stacks).build(); }

std::string toText(const Timeline& timeline) {
    std::string text = timeline.title + "\n";
    unsigned running = ~0u;
    for (const TimelineRow& row : timeline.rows) {
        if (row.thread != running)
            text += fmt::format("--- {}\n", timeline.lanes[row.thread]);
        running = row.thread;
        const std::string held =
            row.held[row.thread].empty() ? "" : fmt::format("  [holds {}]", fmt::join(row.held[row.thread], ", "));
        text +=
            fmt::format("{}{:6}  {}{}{}{}{}\n", row.marked ? ">" : " ", row.firstStep, row.what, stepsOf(row),
                        row.outcome.empty() ? "" : ", " + row.outcome, row.place.empty() ? "" : "  " + row.place, held);
    }
    if (!timeline.failure.empty())
        text += fmt::format("=== {}\n", timeline.failure);
    return text;
}

std::string toHtml(const Timeline& timeline) {
    std::string page = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title><style>{}</style>"
        "</head>\n<body><h1>{}</h1>\n",
        escape(timeline.title), kStyle, escape(timeline.title));
    if (!timeline.failure.empty())
        page += fmt::format("<p class=\"failure\">{}</p>\n", escape(timeline.failure));
    page += "<table><thead><tr><th>step</th>";
    for (const std::string& lane : timeline.lanes)
        page += fmt::format("<th>{}</th>", escape(lane));
    page += "</tr></thead>\n<tbody>\n";
    unsigned running = ~0u;
    for (const TimelineRow& row : timeline.rows) {
        page += fmt::format("<tr{}><td class=\"step\">{}</td>", row.thread != running ? " class=\"switch\"" : "",
                            row.firstStep);
        running = row.thread;
        for (std::size_t lane = 0; lane < timeline.lanes.size(); ++lane)
            page += cell(row, lane);
        page += "</tr>\n";
    }
    return page + "</tbody></table></body></html>\n";
}

} // namespace deadheat::launch
