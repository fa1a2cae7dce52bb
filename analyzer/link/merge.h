// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "analyzer/ir/ir.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace deadheat::link {

/// Joins modules into one: the same USR (record and field name) becomes one entity, a function's body wins over its
/// declaration, the first module in order wins between equals. Order of `modules` decides the ids; same input, same output.
/// Functions named `<init>` stay one per module.
ir::Module merge(std::vector<ir::Module> modules);

/// From a symbol (Module::symbols) to the function with that USR, kNone when the program has none.
std::vector<ir::Index> functionsBySymbol(const ir::Module& code);

} // namespace deadheat::link
