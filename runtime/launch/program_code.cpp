// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/program_code.h"

#include "report/user_error.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <regex>

namespace deadheat::launch {
namespace {

namespace fs = std::filesystem;
using report::UserError;

/// The libraries that the loader would take, by asking the loader itself. Those of the system have no code of interest.
std::vector<std::string> librariesOf(const std::string& program) {
    std::string quoted;
    for (const char c : program)
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    std::FILE* answers = popen(fmt::format("LD_TRACE_LOADED_OBJECTS=1 '{}' 2>/dev/null", quoted).c_str(), "r");
    std::vector<std::string> result;
    if (!answers)
        return result;
    static const std::regex line(R"(\s*\S+ => (/.*) \(0x[0-9a-f]+\)\s*)");
    char* text = nullptr;
    std::size_t capacity = 0;
    while (getline(&text, &capacity, answers) > 0) {
        std::cmatch match;
        if (std::regex_match(text, match, line) && !Stacks::isSystem(match[1]) && !match[1].str().starts_with("/lib"))
            result.push_back(match[1]);
    }
    std::free(text);
    pclose(answers);
    return result;
}

/// How many parts of the paths are equal, from the end.
std::size_t commonEnd(const fs::path& a, const fs::path& b) {
    std::size_t count = 0;
    auto x = a.end(), y = b.end();
    while (x != a.begin() && y != b.begin() && *--x == *--y)
        ++count;
    return count;
}

/// Ranges that may overlap, as bits, to sorted ones that do not.
void flatten(std::vector<sched::TargetRange> ranges, std::vector<sched::TargetRange>& out) {
    std::map<std::uint64_t, std::map<std::uint32_t, int>> changes;
    for (const sched::TargetRange& range : ranges) {
        ++changes[range.begin][range.places];
        --changes[range.end][range.places];
    }
    std::map<std::uint32_t, int> open;
    std::uint64_t from = 0;
    for (const auto& [at, difference] : changes) {
        std::uint32_t places = 0;
        for (const auto& [bits, count] : open)
            places |= count > 0 ? bits : 0;
        if (places != 0)
            out.push_back({from, at, ranges.front().module, places});
        for (const auto& [bits, change] : difference)
            open[bits] += change;
        from = at;
    }
}

} // namespace

ProgramCode::ProgramCode(const Program& program) {
    std::error_code error;
    const std::string path = fs::canonical(program.file, error).string();
    modules_.push_back({path, DebugLines(path)});
    if (modules_.front().lines.empty())
        throw UserError(fmt::format("{}: no debug information in it; build it with -g, which deadheat-c++ does, and do "
                                    "not strip it",
                                    program.file));
    for (const std::string& library : librariesOf(path))
        if (Module module{library, DebugLines(library)}; !module.lines.empty())
            modules_.push_back(std::move(module));
    if (modules_.size() > sched::Targets::kModules)
        modules_.erase(modules_.begin() + sched::Targets::kModules, modules_.end());
}

std::string CodePlace::name() const { return fmt::format("{}:{}", file, first); }

bool CodePlace::contains(const SourceFrame& frame) const {
    if (!files.contains(frame.file) || (!function.empty() && shortName(frame.function) != function))
        return false;
    const bool merged = frame.line == 0 && !function.empty(); // by the compiler, from several lines
    return merged || (frame.line >= first && frame.line <= last);
}

CodePlace ProgramCode::find(const report::Step& step) const {
    const report::Location& location = step.location;
    CodePlace place;
    place.file = location.file;
    place.first = location.line;
    place.last = std::max(location.line, location.endLine);
    const fs::path wanted = fs::path(location.file).lexically_normal();
    std::size_t best = 1;
    for (const Module& module : modules_)
        for (const std::string& file : module.lines.files()) {
            const std::size_t common = commonEnd(wanted, fs::path(file).lexically_normal());
            if (common > best)
                place.files.clear();
            if (common >= best)
                place.files.insert(file);
            best = std::max(best, common);
        }
    place.function = shortName(step.function);
    if (!hasCode(place))
        place.function.clear();
    return place;
}

std::vector<CodeRange> ProgramCode::codeOf(const Module& module, const CodePlace& place) const {
    std::vector<CodeRange> result;
    const std::vector<std::string>& files = module.lines.files();
    for (std::size_t i = 0; i < files.size(); ++i)
        if (place.files.contains(files[i]))
            for (const CodeRange& range : module.lines.code(i, place.first, place.last, place.function))
                result.push_back(range);
    return result;
}

bool ProgramCode::hasCode(const CodePlace& place) const {
    return std::any_of(modules_.begin(), modules_.end(),
                       [&](const Module& module) { return !codeOf(module, place).empty(); });
}

void ProgramCode::aimAt(const std::vector<std::pair<CodePlace, std::uint32_t>>& places,
                        sched::ControlBlock& block) const {
    std::vector<sched::TargetRange> all;
    for (std::uint32_t i = 0; i < modules_.size(); ++i) {
        std::vector<sched::TargetRange> ranges;
        for (const auto& [place, bits] : places)
            for (const CodeRange& range : codeOf(modules_[i], place))
                ranges.push_back({range.begin, range.end, i, bits});
        for (const CodeRange& range : modules_[i].lines.foreignCode())
            ranges.push_back({range.begin, range.end, i, sched::Targets::kForeignCode});
        flatten(std::move(ranges), all);
        modules_[i].path.copy(block.targets.paths[i], sched::Targets::kPathBytes - 1);
    }
    if (all.size() > sched::ControlBlock::kTargetRanges)
        throw UserError("the program is too large to be steered at lines");
    std::copy(all.begin(), all.end(), block.targetRanges());
    block.targets.modules = static_cast<std::uint32_t>(modules_.size());
    block.targets.ranges = all.size();
}

} // namespace deadheat::launch
