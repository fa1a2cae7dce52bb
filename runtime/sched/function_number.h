// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions named by numbers. The state of a run is shared by processes that may run different programs, each with this
// code at another place: no address of code, so no virtual table either, may lie in it. Tables of functions lie in a section of
// their own; the runtime is linked whole, so the same offset there is the same table in each program.
#pragma once

#include <cstddef>
#include <cstdint>

// The linker defines these for a section whose name is an identifier.
extern "C" char __start_deadheat_functions[] __attribute__((visibility("hidden")));
extern "C" char __stop_deadheat_functions[] __attribute__((visibility("hidden")));

/// Marks a table of functions. Not for inline variables: GCC does not put both kinds into one section.
#define DEADHEAT_FUNCTIONS __attribute__((section("deadheat_functions"), used)) constinit

namespace deadheat::sched {

/// Stands for a table that is marked so.
template <typename Functions>
class FunctionsNumber {
public:
    explicit FunctionsNumber(const Functions& functions)
        : offset_(static_cast<std::uint32_t>(reinterpret_cast<const char*>(&functions) - __start_deadheat_functions)) {}
    const Functions* operator->() const {
        return reinterpret_cast<const Functions*>(__start_deadheat_functions + offset_);
    }

private:
    std::uint32_t offset_;
};

} // namespace deadheat::sched
