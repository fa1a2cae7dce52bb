// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "analyzer/link/call_resolver.h"

namespace deadheat::link {

/// Adds the constraints of every instruction of the program.
void addConstraints(const ir::Module& code, ValueFlow& values, HeapObjects& heap, CallResolver& calls);

} // namespace deadheat::link
