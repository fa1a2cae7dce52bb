// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The API table of a project: the built-in one with what the project's configuration adds.
#pragma once

#include "analyzer/extract/api_table.h"
#include "analyzer/pipeline/config.h"

#include <filesystem>
#include <string>

namespace deadheat::pipeline {

/// Throws report::UserError.
extract::ApiTable projectApi(const Config& config);

/// The configuration named, or when that is empty the nearest one at or above `root`; none is no error.
Config projectConfig(const std::string& configFile, const std::filesystem::path& root);

} // namespace deadheat::pipeline
