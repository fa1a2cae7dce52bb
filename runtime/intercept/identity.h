// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

namespace deadheat::intercept {

/// Is the file a program with this runtime, of this version?
bool carriesRuntime(const char* path);

} // namespace deadheat::intercept
