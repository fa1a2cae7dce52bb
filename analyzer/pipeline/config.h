// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// .deadheat.yaml: what a project wants checked and what it wants not to hear. docs/configuration.md describes it.
#pragma once

#include "report/finding.h"
#include "report/suppression.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace deadheat::pipeline {

inline constexpr const char* kConfigName = ".deadheat.yaml";

struct Config {
    std::filesystem::path file; ///< empty: there is none
    std::optional<std::string> checks;
    std::optional<report::Confidence> confidence;
    std::optional<report::Level> level;
    std::vector<report::SuppressionRule> suppressions;
    std::string api; ///< additions to the API table, in its own syntax; empty: none
};

/// The nearest configuration file in `folder` or above it.
std::optional<std::filesystem::path> findConfig(const std::filesystem::path& folder);

/// Throws report::UserError with file, line and what is wrong.
Config readConfig(const std::filesystem::path& file);
Config parseConfig(const std::string& text, const std::filesystem::path& file);

} // namespace deadheat::pipeline
