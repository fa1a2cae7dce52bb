// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Recorded stacks as the steps of a finding: outermost call first, frames of the runtime, of ThreadSanitizer and of system
// libraries left out.
#pragma once

#include "report/finding.h"
#include "runtime/launch/symbolizer.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace deadheat::launch {

class Stacks {
public:
    /// Files below `root` are named relative to it.
    explicit Stacks(std::string root) : root_(std::move(root)) {}

    /// `stack` is a JSON array of places, innermost first. The last step gets `message`, the others "called from here".
    std::vector<report::Step> steps(const nlohmann::json& stack, const std::string& message);
    /// The innermost place in the program's own sources; the innermost known one when there is none.
    report::Location location(const nlohmann::json& stack);
    /// The name of the global object at a place, or "".
    std::string objectName(const nlohmann::json& place);
    /// "file:line" of the innermost own place, or "an unknown place".
    std::string brief(const nlohmann::json& stack);
    /// One place, for logs.
    SourceFrame frame(const std::string& place);
    /// The frames in the program's own sources, innermost first, files as the symbolizer names them; all known ones when there
    /// is none.
    std::vector<SourceFrame> ownFrames(const nlohmann::json& stack);
    static bool isSystem(const std::string& file) { return file.rfind("/usr/", 0) == 0; }

private:
    std::string relative(const std::string& file) const;

    std::string root_;
    Symbolizer symbolizer_;
};

} // namespace deadheat::launch
