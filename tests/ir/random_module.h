// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random modules that verify() accepts, with every enumerator, flag and kind of index, and with names that need quoting.
#pragma once

#include "analyzer/ir/ir.h"

namespace deadheat::ir {

Module randomModule(unsigned seed);

} // namespace deadheat::ir
