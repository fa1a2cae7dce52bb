// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Atomic operations as preemption points, and fences, which ThreadSanitizer itself ignores (it then reports code that
// publishes through a fence). C++ [atomics.fences]: a release fence makes the later relaxed stores of its thread release
// the fence's state, an acquire fence acquires what the earlier relaxed loads of its thread read. Approximation: such a
// store releases everything up to the store, and only the last few relaxed loads before a fence are remembered; both
// can hide a race that lies between fence and store, neither adds a report.
#include "runtime/tsan/access_hook.h"

#include <cstddef>

extern "C" {
void __tsan_acquire(void* address);
void __real___tsan_atomic_thread_fence(int order);
}

namespace deadheat::tsan {
namespace {

enum Order : int { relaxed = 0, consume = 1, acquire = 2, release = 3, acquireRelease = 4, sequential = 5 };

constexpr std::size_t kRememberedLoads = 16;

struct FenceState {
    bool released;
    unsigned next;
    const volatile void* loads[kRememberedLoads];
};

__attribute__((tls_model("initial-exec"))) thread_local constinit FenceState fences = {};

inline void noteLoad(const volatile void* address, int order) {
    if (order == relaxed)
        fences.loads[fences.next++ % kRememberedLoads] = address;
}

inline int storeOrder(int order) { return order == relaxed && fences.released ? release : order; }
inline int updateOrder(int order) {
    if (!fences.released)
        return order;
    return order == relaxed ? release : order == acquire ? acquireRelease : order;
}

/// For the hook: what an order orders.
inline unsigned bitsOf(int order) {
    switch (order) {
    case relaxed: return Access::relaxed;
    case consume:
    case acquire: return Access::relaxed | Access::acquire;
    case release: return Access::relaxed | Access::release;
    default: return Access::relaxed | Access::acquire | Access::release;
    }
}
inline unsigned loadBits(int order) { return bitsOf(order) & ~unsigned{Access::release}; }
inline unsigned storeBits(int order) { return bitsOf(order) & ~unsigned{Access::acquire}; }

} // namespace

// One width of the interface (sanitizer/tsan_interface_atomic.h).
#define DEADHEAT_ATOMICS(bits, type)                                                                                   \
    extern "C" type __real___tsan_atomic##bits##_load(const volatile type*, int);                                      \
    DEADHEAT_WRAPPER type __wrap___tsan_atomic##bits##_load(const volatile type* address, int order) {                 \
        announce(sched::OperationKind::atomicLoad, address, bits / 8, loadBits(order), __builtin_return_address(0));   \
        noteLoad(address, order);                                                                                      \
        return __real___tsan_atomic##bits##_load(address, order);                                                      \
    }                                                                                                                  \
    extern "C" void __real___tsan_atomic##bits##_store(volatile type*, type, int);                                     \
    DEADHEAT_WRAPPER void __wrap___tsan_atomic##bits##_store(volatile type* address, type value, int order) {          \
        announce(sched::OperationKind::atomicStore, address, bits / 8, storeBits(storeOrder(order)),                   \
                 __builtin_return_address(0));                                                                         \
        return __real___tsan_atomic##bits##_store(address, value, storeOrder(order));                                  \
    }                                                                                                                  \
    DEADHEAT_UPDATE(bits, type, exchange)                                                                              \
    DEADHEAT_UPDATE(bits, type, fetch_add)                                                                             \
    DEADHEAT_UPDATE(bits, type, fetch_sub)                                                                             \
    DEADHEAT_UPDATE(bits, type, fetch_and)                                                                             \
    DEADHEAT_UPDATE(bits, type, fetch_or)                                                                              \
    DEADHEAT_UPDATE(bits, type, fetch_xor)                                                                             \
    DEADHEAT_UPDATE(bits, type, fetch_nand)                                                                            \
    DEADHEAT_COMPARE(bits, type, compare_exchange_strong, int, type*)                                                  \
    DEADHEAT_COMPARE(bits, type, compare_exchange_weak, int, type*)                                                    \
    DEADHEAT_COMPARE(bits, type, compare_exchange_val, type, type)

#define DEADHEAT_UPDATE(bits, type, name)                                                                              \
    extern "C" type __real___tsan_atomic##bits##_##name(volatile type*, type, int);                                    \
    DEADHEAT_WRAPPER type __wrap___tsan_atomic##bits##_##name(volatile type* address, type value, int order) {         \
        announce(sched::OperationKind::atomicUpdate, address, bits / 8, bitsOf(updateOrder(order)),                    \
                 __builtin_return_address(0));                                                                         \
        noteLoad(address, order);                                                                                      \
        return __real___tsan_atomic##bits##_##name(address, value, updateOrder(order));                                \
    }

#define DEADHEAT_COMPARE(bits, type, name, result, expectedType)                                                       \
    extern "C" result __real___tsan_atomic##bits##_##name(volatile type*, expectedType, type, int, int);               \
    DEADHEAT_WRAPPER result __wrap___tsan_atomic##bits##_##name(volatile type* address, expectedType expected,         \
                                                                type desired, int order, int failureOrder) {           \
        announce(sched::OperationKind::atomicUpdate, address, bits / 8, bitsOf(updateOrder(order)),                    \
                 __builtin_return_address(0));                                                                         \
        noteLoad(address, order);                                                                                      \
        return __real___tsan_atomic##bits##_##name(address, expected, desired, updateOrder(order), failureOrder);      \
    }

DEADHEAT_ATOMICS(8, signed char)
DEADHEAT_ATOMICS(16, short)
DEADHEAT_ATOMICS(32, int)
DEADHEAT_ATOMICS(64, long)
__extension__ typedef __int128 Int128;
DEADHEAT_ATOMICS(128, Int128)

DEADHEAT_WRAPPER void __wrap___tsan_atomic_thread_fence(int order) {
    announce(sched::OperationKind::fence, nullptr, 0, Access::relaxed, __builtin_return_address(0));
    if (order != release)
        for (std::size_t i = 0; i < kRememberedLoads && fences.loads[i]; ++i)
            __tsan_acquire(const_cast<void*>(fences.loads[i]));
    fences.released |= order != acquire && order != consume;
    return __real___tsan_atomic_thread_fence(order);
}

} // namespace deadheat::tsan
