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
    std::string error; ///< one line saying what is wrong and what to do; empty when there is a database
};

/// Where the database is, without reading it: `path` or `error` is set. `build`/compile_commands.json or `build` itself when
/// given (-p); else, as clang-tidy, the first folder upwards from `firstFile` (or the working directory) that has one, itself or
/// in build/, out/ or a build folder of an IDE.
CompileDatabase locateCompileDatabase(const std::optional<std::string>& build, const std::string& firstFile);

/// Reads the file. It must be valid JSON: Clang's reader prints syntax errors over several lines instead of returning them.
CompileDatabase loadCompileDatabase(const std::string& file);

} // namespace deadheat::extract
