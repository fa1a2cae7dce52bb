// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

/// Calls `function`; when an exception or the end of the thread passes through it, `unwound`.
void deadheatCallGuarded(void (*function)(void), void (*unwound)(void*), void* argument);

#ifdef __cplusplus
}
#endif
