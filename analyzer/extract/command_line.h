// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Turns a compile command written for any GCC-like compiler into one that this Clang's driver takes.
#pragma once

#include "analyzer/extract/extract.h"

namespace deadheat::extract {

struct CleanCommand {
    std::vector<std::string> arguments;
    unsigned dropped = 0; ///< flags this Clang does not know
};

/// Names this Clang as the compiler, keeps the language and target that the original name implied, drops unknown flags
/// (counted), outputs, dependency files, plugins and -Werror, and adds -fsyntax-only.
CleanCommand cleanCommand(const CompileCommand& command);

} // namespace deadheat::extract
