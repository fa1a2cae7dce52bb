// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The wrappers must end in a sibling call: ThreadSanitizer takes the return address as the place of the access.
#include "runtime/sched/memory.h"
#include "runtime/tsan/access_hook.h"

#include <cstddef>

namespace deadheat::tsan {

DEADHEAT_PER_PROCESS AccessHook accessHook = nullptr;

extern "C" void __tsan_read8_pc(void* address, void* place);
void readHere(const void* address) { __tsan_read8_pc(const_cast<void*>(address), __builtin_return_address(0)); }

void setAccessHook(AccessHook hook) { accessHook = hook; }

// Apart, so that without a hook an access costs a test and a jump: the wrapper itself needs no frame.
#define DEADHEAT_ACCESS(name, kind, bytes)                                                                             \
    extern "C" void __real___tsan_##name(void* address);                                                               \
    __attribute__((noinline, cold)) static void announced_##name(void* address) {                                      \
        if (announce(sched::OperationKind::kind, address, bytes, Access::plain, __builtin_return_address(0)))          \
            return __real___tsan_##name(address);                                                                      \
    }                                                                                                                  \
    DEADHEAT_WRAPPER void __wrap___tsan_##name(void* address) {                                                        \
        if (__builtin_expect(accessHook == nullptr, true))                                                             \
            return __real___tsan_##name(address);                                                                      \
        return announced_##name(address);                                                                              \
    }
#include "runtime/tsan/accesses.def"
#undef DEADHEAT_ACCESS

extern "C" void __real___tsan_vptr_update(void** address, void* value);
DEADHEAT_WRAPPER void __wrap___tsan_vptr_update(void** address, void* value) {
    if (announce(sched::OperationKind::store, address, sizeof(void*), Access::plain, __builtin_return_address(0)))
        return __real___tsan_vptr_update(address, value);
}

#define DEADHEAT_RANGE(name, kind)                                                                                     \
    extern "C" void __real___tsan_##name(void* address, std::size_t bytes);                                            \
    DEADHEAT_WRAPPER void __wrap___tsan_##name(void* address, std::size_t bytes) {                                     \
        if (announce(sched::OperationKind::kind, address, bytes, Access::plain, __builtin_return_address(0)))          \
            return __real___tsan_##name(address, bytes);                                                               \
    }
DEADHEAT_RANGE(read_range, load)
DEADHEAT_RANGE(write_range, store)

inline const volatile void* sourceOf(const void* from) { return from; }
inline const volatile void* sourceOf(int) { return nullptr; }

#define DEADHEAT_COPY(name, second)                                                                                    \
    extern "C" void* __real___tsan_##name(void* to, second value, std::size_t bytes);                                  \
    DEADHEAT_WRAPPER void* __wrap___tsan_##name(void* to, second value, std::size_t bytes) {                           \
        announce(sched::OperationKind::store, to, bytes, Access::plain, __builtin_return_address(0), sourceOf(value)); \
        return __real___tsan_##name(to, value, bytes);                                                                 \
    }
DEADHEAT_COPY(memcpy, const void*)
DEADHEAT_COPY(memmove, const void*)
DEADHEAT_COPY(memset, int)

} // namespace deadheat::tsan
