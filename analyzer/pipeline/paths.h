// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Paths as reports show them: relative to the project root below it, absolute elsewhere.
#pragma once

#include "analyzer/extract/extract.h"

#include <filesystem>
#include <string>

namespace deadheat::pipeline {

/// The unit's main file, absolute and without `.` and `..`.
std::filesystem::path mainFile(const extract::CompileCommand& command);

std::string shownPath(const std::filesystem::path& file, const std::filesystem::path& root);

} // namespace deadheat::pipeline
