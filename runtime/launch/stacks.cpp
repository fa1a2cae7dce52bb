// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/stacks.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace deadheat::launch {
namespace {

namespace fs = std::filesystem;

/// Code that the program's author did not write: nothing in it explains a finding.
bool isForeign(const SourceFrame& frame) {
    return frame.file.empty() || frame.function.rfind("deadheat::", 0) == 0 ||
           frame.file.find("compiler-rt/lib/") != std::string::npos ||
           frame.file.find("sysdeps/") != std::string::npos || frame.file.find("/csu/") != std::string::npos ||
           frame.file.find("/nptl/") != std::string::npos;
}

report::Location locationOf(const SourceFrame& frame, std::string file) {
    report::Location location;
    location.file = std::move(file);
    location.line = frame.line;
    location.column = frame.column;
    return location;
}

} // namespace

std::string Stacks::relative(const std::string& file) const {
    const fs::path path = fs::path(file).lexically_normal();
    const fs::path below = path.lexically_relative(root_);
    return below.empty() || *below.begin() == ".." ? path.string() : below.string();
}

std::vector<SourceFrame> Stacks::ownFrames(const nlohmann::json& stack) {
    std::vector<SourceFrame> known, own;
    for (const auto& place : stack)
        for (const SourceFrame& frame : symbolizer_.code(place.get<std::string>())) {
            if (isForeign(frame))
                continue;
            known.push_back(frame);
            if (!isSystem(frame.file))
                own.push_back(frame);
        }
    return own.empty() ? known : own;
}

std::vector<report::Step> Stacks::steps(const nlohmann::json& stack, const std::string& message) {
    std::vector<report::Step> result;
    for (const SourceFrame& frame : ownFrames(stack)) {
        report::Step step;
        step.location = locationOf(frame, relative(frame.file));
        step.function = frame.function;
        step.message = result.empty() ? message : "called from here";
        result.push_back(step);
    }
    std::reverse(result.begin(), result.end());
    return result;
}

report::Location Stacks::location(const nlohmann::json& stack) {
    const std::vector<SourceFrame> frames = ownFrames(stack);
    if (frames.empty())
        return {};
    // The compiler gives line 0 to what it has merged from several lines.
    const auto exact = std::find_if(frames.begin(), frames.end(), [](const auto& frame) { return frame.line != 0; });
    const SourceFrame& best = exact == frames.end() ? frames.front() : *exact;
    return locationOf(best, relative(best.file));
}

std::string Stacks::brief(const nlohmann::json& stack) {
    const report::Location place = location(stack);
    return place.file.empty() ? "an unknown place" : fmt::format("{}:{}", place.file, place.line);
}

std::string Stacks::objectName(const nlohmann::json& place) {
    return place.is_string() ? symbolizer_.data(place.get<std::string>()) : std::string();
}

SourceFrame Stacks::frame(const std::string& place) {
    SourceFrame frame = symbolizer_.code(place).front();
    if (!frame.file.empty())
        frame.file = relative(frame.file);
    return frame;
}

} // namespace deadheat::launch
