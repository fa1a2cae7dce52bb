// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The programs of a run. Processes that exec each other run different code at the same addresses, so program counters that go
// into the state of a run carry the number of their program above the bits of an address. The first program is number 0.
#pragma once

#include <cstddef>
#include <cstdint>

namespace deadheat::tsan {

/// The counter with the number of the calling process's program.
std::uintptr_t withProgram(std::uintptr_t counter);
/// The same for a given program, for addresses too.
std::uintptr_t withProgram(std::uintptr_t address, std::uint32_t program);
/// The number of the calling process's program.
std::uint32_t ownProgram();

/// The calling process is about to exec another program: what is known of this one stays.
void describeProgram();
/// The calling process has been started by exec and takes part in a run.
void enterProgram();

/// Where `address`, with its program's number, lies. `path` is cut to `pathBytes`. False when in no module.
bool findModule(std::uintptr_t address, char* path, std::size_t pathBytes, std::uintptr_t& offset);

} // namespace deadheat::tsan
