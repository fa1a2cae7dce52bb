// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/schedule_file.h"

#include "report/user_error.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace deadheat::launch {
namespace {

using report::UserError;

constexpr std::string_view kFirstLine = "deadheat-schedule 1";
constexpr std::size_t kTokensPerLine = 16;
/// One letter for each outcome but `proceed`.
constexpr char kOutcomeLetters[] = {'\0', 't', 's', 'i'};

std::string tokenOf(const sched::Run& run) {
    std::string token = fmt::format("{}", run.thread);
    if (run.outcome != 0)
        token += kOutcomeLetters[run.outcome];
    if (run.count != 1)
        token += fmt::format("x{}", static_cast<std::uint32_t>(run.count));
    return token;
}

template <typename Range, typename Write>
std::string lines(const char* keyword, const Range& range, Write write) {
    std::string text;
    std::size_t onLine = 0;
    for (const auto& item : range) {
        if (onLine == 0)
            text += keyword;
        text += " " + write(item);
        if (++onLine == kTokensPerLine) {
            text += "\n";
            onLine = 0;
        }
    }
    return onLine ? text + "\n" : text;
}

class Parser {
public:
    Parser(std::string_view text, std::string file) : input_(std::string(text)), file_(std::move(file)) {}

    Schedule parse() {
        std::string line;
        if (!next(line) || line != kFirstLine)
            fail(fmt::format("not a schedule file of version 1 (the first line must be '{}')", kFirstLine));
        while (next(line)) {
            if (line == "end")
                return schedule_;
            if (!line.empty() && line[0] != '#')
                parseLine(line);
        }
        fail("the last line must be 'end'; the file is cut off");
    }

private:
    bool next(std::string& line) {
        ++number_;
        return static_cast<bool>(std::getline(input_, line));
    }

    [[noreturn]] void fail(const std::string& what) const {
        throw UserError(fmt::format("{}:{}: {}", file_, number_, what));
    }

    void parseLine(const std::string& line) {
        const std::size_t space = std::min(line.find(' '), line.size());
        const std::string keyword = line.substr(0, space);
        const std::string rest = line.substr(std::min(space + 1, line.size()));
        if (keyword == "program")
            parseCommand(rest);
        else if (keyword == "scope")
            schedule_.wholeProgram = rest != "body";
        else if (keyword == "strategy")
            schedule_.strategy = rest;
        else if (keyword == "seed")
            schedule_.seed = parseNumber<std::uint64_t>(rest);
        else if (keyword == "number")
            schedule_.number = parseNumber<std::uint64_t>(rest);
        else if (keyword == "limit")
            schedule_.maxSteps = parseNumber<std::uint64_t>(rest);
        else if (keyword == "aim")
            schedule_.aim = rest;
        else if (keyword == "failure")
            schedule_.failure = rest;
        else if (keyword == "run")
            parseTokens(rest, [this](const std::string& token) { schedule_.runs.push_back(parseRun(token)); });
        else if (keyword == "pick")
            parseTokens(rest, [this](const std::string& token) {
                schedule_.picks.push_back(parseNumber<std::uint32_t>(token));
            });
        else
            fail(fmt::format("unknown keyword '{}'", keyword));
    }

    void parseCommand(const std::string& text) {
        const auto json = nlohmann::json::parse(text, nullptr, false);
        if (!json.is_array() ||
            !std::all_of(json.begin(), json.end(), [](const auto& item) { return item.is_string(); }))
            fail("'program' needs a JSON array of strings");
        schedule_.command = json.get<std::vector<std::string>>();
    }

    template <typename F>
    void parseTokens(const std::string& text, F take) {
        std::istringstream tokens(text);
        for (std::string token; tokens >> token;)
            take(token);
    }

    template <typename T>
    T parseNumber(std::string_view text) const {
        T value{};
        const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
        if (result.ec != std::errc() || result.ptr != text.data() + text.size())
            fail(fmt::format("'{}' is not a number that fits here", text));
        return value;
    }

    sched::Run parseRun(const std::string& token) const {
        sched::Run run{};
        const std::size_t times = token.find('x');
        std::string head = token.substr(0, times);
        run.outcome = 0;
        for (std::uint32_t i = 1; i < sched::kOutcomes; ++i)
            if (!head.empty() && head.back() == kOutcomeLetters[i]) {
                run.outcome = i & 3u;
                head.pop_back();
                break;
            }
        run.thread = parseNumber<sched::ThreadId>(head);
        const auto count =
            times == std::string::npos ? 1u : parseNumber<std::uint32_t>(std::string_view(token).substr(times + 1));
        if (count == 0 || count > sched::Run::kLongest)
            fail(fmt::format("'{}': a count must be from 1 to {}", token, sched::Run::kLongest));
        run.count = count & sched::Run::kLongest;
        return run;
    }

    std::istringstream input_;
    std::string file_;
    std::size_t number_ = 0;
    Schedule schedule_;
};

} // namespace

std::uint64_t Schedule::steps() const {
    std::uint64_t total = 0;
    for (const sched::Run& run : runs)
        total += run.count;
    return total;
}

std::uint64_t Schedule::switches() const {
    std::uint64_t total = 0;
    for (std::size_t i = 1; i < runs.size(); ++i)
        total += runs[i].thread != runs[i - 1].thread;
    return total;
}

std::string toText(const Schedule& schedule) {
    std::string text =
        fmt::format("{}\nprogram {}\nstrategy {}\nseed {}\nnumber {}\n", kFirstLine,
                    nlohmann::json(schedule.command).dump(), schedule.strategy, schedule.seed, schedule.number);
    if (schedule.maxSteps != sched::Orders().maxSteps)
        text += fmt::format("limit {}\n", schedule.maxSteps);
    if (!schedule.wholeProgram)
        text += "scope body\n";
    if (!schedule.aim.empty())
        text += fmt::format("aim {}\n", schedule.aim);
    if (!schedule.failure.empty())
        text += fmt::format("failure {}\n", schedule.failure);
    text += lines("run", schedule.runs, tokenOf);
    text += lines("pick", schedule.picks, [](std::uint32_t pick) { return fmt::format("{}", pick); });
    return text + "end\n";
}

Schedule parseSchedule(std::string_view text, const std::string& file) { return Parser(text, file).parse(); }

Schedule readSchedule(const std::string& file) {
    std::ifstream input(file, std::ios::binary);
    if (!input)
        throw UserError(fmt::format("{}: cannot read this schedule file", file));
    std::ostringstream text;
    text << input.rdbuf();
    return parseSchedule(text.str(), file);
}

void writeSchedule(const std::string& file, const Schedule& schedule) {
    std::ofstream output(file, std::ios::binary);
    output << toText(schedule);
    output.flush();
    if (!output)
        throw UserError(fmt::format("{}: cannot write this schedule file", file));
}

void takeRecording(const sched::ControlBlock& constBlock, Schedule& schedule) {
    auto& block = const_cast<sched::ControlBlock&>(constBlock);
    const std::uint64_t runs = std::min<std::uint64_t>(block.results.runs, sched::ControlBlock::kRuns);
    const std::uint64_t picks = std::min<std::uint64_t>(block.results.picks, sched::ControlBlock::kPicks);
    schedule.runs.assign(block.recordedRuns(), block.recordedRuns() + runs);
    schedule.picks.assign(block.recordedPicks(), block.recordedPicks() + picks);
}

void placeRecording(sched::ControlBlock& block, const Schedule& schedule) {
    std::copy(schedule.runs.begin(), schedule.runs.end(), block.runsToReplay());
    std::copy(schedule.picks.begin(), schedule.picks.end(), block.picksToReplay());
    block.replayRuns = schedule.runs.size();
    block.replayPicks = schedule.picks.size();
}

} // namespace deadheat::launch
