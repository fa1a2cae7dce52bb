// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads compile_commands.json with Clang's own reader: quoting, response files and compiler launchers are its business.
#pragma once

#include "analyzer/extract/extract.h"

#include <string>
#include <vector>

namespace deadheat::extract {

struct CompileDatabase {
    std::vector<CompileCommand> commands; ///< in the order of the file
    std::string error;                    ///< one line; empty when it was read
};

/// The text must be valid JSON already: Clang's reader prints syntax errors instead of returning them.
CompileDatabase readCompileDatabase(const std::string& file);

} // namespace deadheat::extract
