// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The identity of an object or place in memory over all processes of a run: the same for all views of shared memory,
// different for private memory at one address in two processes. In the first process the key of private memory is its address.
#pragma once

#include <cstdint>

namespace deadheat::intercept {

std::uint64_t keyOf(const volatile void* address);
/// Of the same private memory in a process forked from this one.
std::uint64_t keyInProcess(std::uint64_t key, std::uint32_t process);
bool isSharedKey(std::uint64_t key);
/// The address of private memory; 0 for shared memory, which may lie at a different one in each process.
std::uint64_t addressOfKey(std::uint64_t key);
/// The same as tsan::writeFrame wants an address of data; of nothing for shared memory.
std::uint64_t frameOfKey(std::uint64_t key);

} // namespace deadheat::intercept
