// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The readable form of a module; docs/formats/ir-text.md has the grammar. For every module that verify.h accepts,
// parse(print(module)) == module. Text written by hand may leave out nearly everything: see the grammar's defaults.
#pragma once

#include "analyzer/ir/format_error.h"
#include "analyzer/ir/ir.h"

#include <string>
#include <string_view>
#include <vector>

namespace deadheat::ir {

std::string print(const Module& module);

/// Reads one module. Throws FormatError with the line.
Module parse(std::string_view text);

/// Reads a text with several modules, each begun by a `module` line.
std::vector<Module> parseModules(std::string_view text);

} // namespace deadheat::ir
