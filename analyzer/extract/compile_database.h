// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Finds and reads compile_commands.json.
#pragma once

#include "analyzer/extract/extract.h"

#include <optional>
#include <string>
#include <vector>

namespace deadheat::extract {

struct CompileDatabase {
    std::string path;                     ///< of compile_commands.json, absolute
    std::vector<CompileCommand> commands; ///< in the order of the file; `file` and `directory` absolute
    std::string error;                    ///< one line saying what is wrong and what to do; empty when there is a database
};

/// Reads `build`/compile_commands.json, or `build` itself when it is a file.
CompileDatabase loadCompileDatabase(const std::string& build);

/// As clang-tidy: `build` when given (-p), else the first folder upwards from `firstFile` (or the working directory) that has a
/// compile_commands.json, itself or in build/, out/ or a build folder of an IDE.
CompileDatabase findCompileDatabase(const std::optional<std::string>& build, const std::string& firstFile);

} // namespace deadheat::extract
