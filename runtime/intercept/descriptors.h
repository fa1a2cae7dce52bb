// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

namespace deadheat::intercept {

/// Does any thread wait for descriptors?
bool anyDescriptorWaits();
/// Asks the kernel again for all that are waited for.
void refreshDescriptors();
/// Can only this process make ready what is waited for?
bool onlyInternalDescriptors();
/// Really waits until one of them is ready, or so long.
void awaitAnyDescriptor(int milliseconds);
/// Another process has a copy of every descriptor now.
void forgetInternalDescriptors();
void resetDescriptors();

} // namespace deadheat::intercept
