// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/tsan/edges.h"

extern "C" {
void __tsan_acquire(void* address);
void __tsan_release(void* address);
}

namespace deadheat::tsan {

void releaseTo(void* object) { __tsan_release(object); }
void acquireFrom(void* object) { __tsan_acquire(object); }

} // namespace deadheat::tsan
