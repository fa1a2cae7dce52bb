// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "analyzer/link/program.h"

namespace deadheat::link {

/// By ObjectId: whether more than one thread or process can reach the object. Wants `pointsTo` and `spawns` of the program.
std::vector<char> findSharedObjects(const WholeProgram& program);

} // namespace deadheat::link
