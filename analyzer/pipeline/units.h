// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which translation units a run is about, and where the project's root is.
#pragma once

#include "analyzer/extract/extract.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace deadheat::pipeline {

/// What the user said.
struct UnitRequest {
    std::optional<std::filesystem::path> buildFolder; ///< -p: the folder with compile_commands.json, or that file
    std::vector<std::string> paths;                   ///< files, folders or globs; empty: every unit
    std::optional<std::vector<std::string>> flags;    ///< behind `--`: no database, these flags for every path
};

struct Units {
    std::vector<extract::CompileCommand> commands; ///< in the order of the database, equal ones once
    std::filesystem::path projectRoot;             ///< absolute
    std::filesystem::path buildFolder;             ///< absolute; where the database lies, else the current folder
};

/// Without -p the database is looked for as clang-tidy does, in the first path's folder and above, and in a folder `build` or
/// `out` on the way. Throws report::UserError: no database, broken JSON, a path that names no unit.
Units selectUnits(const UnitRequest& request);

/// The nearest folder at or above the sources with .deadheat.yaml, else with .git, else the deepest one that has them all.
std::filesystem::path projectRootOf(const std::vector<extract::CompileCommand>& commands);

} // namespace deadheat::pipeline
