// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An ELF note by which the launcher recognises a program that carries this runtime, and its control block's version.
#include "runtime/sched/control_block.h"

namespace {

struct Note {
    unsigned nameBytes = sizeof(name);
    unsigned valueBytes = sizeof(version);
    unsigned type = 1;
    char name[12] = "Deadheat";
    unsigned version = deadheat::sched::ControlBlock::kVersion;
};

__attribute__((used, section(".note.deadheat"), aligned(4))) constinit const Note note;

} // namespace
