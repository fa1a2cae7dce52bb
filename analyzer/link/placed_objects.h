// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Objects made in memory that something else has allocated: `new (arena.allocate(sizeof(Node))) Node`.
#pragma once

#include "analyzer/ir/ir.h"

namespace deadheat::link {

/// Such an object is one of its own, whatever it lies in, so that what an arena gives to one is not what it gives to another. In a program
/// that maps memory for several processes the objects may be there: then each is the memory that it was made in.
void placeObjectsInSharedMemory(ir::Module& code);

} // namespace deadheat::link
