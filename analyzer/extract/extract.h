// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From one translation unit to one IR module. The only door to Clang: nothing here names a Clang type.
#pragma once

#include "analyzer/ir/ir.h"

#include <string>
#include <utility>
#include <vector>

namespace deadheat::extract {

class ApiTable;

/// One entry of a compile database. `arguments[0]` is the compiler.
struct CompileCommand {
    std::string directory, file;
    std::vector<std::string> arguments;
};

struct Options {
    std::string projectRoot;          ///< files below it are named relative to it; absolute; may be empty
    const ApiTable* api = nullptr;    ///< null takes the built-in table
    bool recordSystemHeaders = false; ///< also lower what system headers define
    std::vector<std::pair<std::string, std::string>>
        overlay; ///< absolute path and text of files that exist in memory only
};

struct Result {
    ir::Module module;
    std::vector<std::string> filesRead; ///< absolute, sorted: what the module depends on
    unsigned droppedFlags = 0;          ///< flags of the command line that this Clang does not know
    bool parsed = false;                ///< the unit was read to its end without an error
    std::string fatal;                  ///< why there is no module at all; empty when there is one
};

/// Parses and lowers one unit. Thread safe: any number may run at once in one process.
/// Never throws for bad input: errors in the code become Module::diagnostics.
Result extract(const CompileCommand& command, const Options& options);

/// The Clang version extract was built with, for cache keys ("22.1.8").
std::string clangVersion();

} // namespace deadheat::extract
