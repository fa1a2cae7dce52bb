// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The structural rules of a module: every index points into its table. Readers check it, so that no later phase has to.
#pragma once

#include "analyzer/ir/ir.h"

#include <optional>
#include <string>

namespace deadheat::ir {

/// The first broken rule in words, or nothing. Linear in the module's size.
std::optional<std::string> verify(const Module& module);

} // namespace deadheat::ir
