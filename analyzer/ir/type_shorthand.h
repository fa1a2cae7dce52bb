// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a type's spelling alone says about it, so that hand-written IR can name `int`, `Bank*` or `mutex` without a `type`
// line, and the printer can leave out what the spelling says already.
#pragma once

#include "analyzer/ir/ir.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace deadheat::ir::text {

/// The USR of the record that a spelling names, or nothing.
using RecordLookup = std::function<std::optional<std::string>(std::string_view)>;

std::optional<Type> typeFromSpelling(std::string_view spelling, const RecordLookup& records);

} // namespace deadheat::ir::text
