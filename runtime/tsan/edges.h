// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Happens-before edges given to ThreadSanitizer by hand, for synchronisation that it cannot see.
#pragma once

namespace deadheat::tsan {

void releaseTo(void* object);
void acquireFrom(void* object);

} // namespace deadheat::tsan
