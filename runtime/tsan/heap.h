// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tells when the program frees memory: what lay in it is gone, though nobody destroyed it.
#pragma once

#include <cstddef>

namespace deadheat::tsan {

using FreeHook = void (*)(const void* memory, std::size_t bytes);
void setFreeHook(FreeHook hook);

} // namespace deadheat::tsan
