// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Output files of the commands.
#pragma once

#include <filesystem>
#include <string>

namespace deadheat::cli {

/// Throws report::UserError when the file could not be written. Leaves an existing file as it is.
void requireWritable(const std::filesystem::path& file);

/// Throws report::UserError.
void writeOutput(const std::filesystem::path& file, const std::string& text);

} // namespace deadheat::cli
