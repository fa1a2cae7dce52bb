// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "analyzer/link/program.h"

namespace deadheat::link {

/// By ObjectId: whether more than one thread or process can reach the object. Wants `pointsTo` and `spawns` of the program.
std::vector<char> findSharedObjects(const WholeProgram& program);

/// By ObjectId: whether a thread of `root` can reach the object from what it was given or from what everybody can reach. Any other object
/// that it uses it has made itself, or a thread that it has started has: two threads of the root have one each.
std::vector<char> findObjectsFromOutside(const WholeProgram& program, RootId root);

} // namespace deadheat::link
