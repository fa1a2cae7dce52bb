// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

namespace deadheat::intercept {

/// A signal has been sent to a process of the run: whoever waits there for one looks.
void noteSignalSent(std::uint32_t process);

} // namespace deadheat::intercept
