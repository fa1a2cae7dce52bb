// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The modelled objects of a program by address, created when first used. Objects of different kinds at one address are
// different (memory is reused), so each kind has a registry of its own.
#pragma once

#include "runtime/sched/hash_map.h"
#include "runtime/sched/memory.h"
#include "runtime/sched/resource.h"

namespace deadheat::model {

template <typename T>
class Registry {
public:
    /// `make(address)` returns a new object.
    template <typename Make>
    T& get(const void* object, Make make) {
        const auto address = reinterpret_cast<std::uint64_t>(object);
        T*& slot = objects_[address];
        if (!slot) {
            slot = make(address);
            slot->setNumber(++created_);
        }
        return *slot;
    }
    T* find(const void* object) {
        T** slot = objects_.find(reinterpret_cast<std::uint64_t>(object));
        return slot ? *slot : nullptr;
    }
    void clear() {
        objects_.forEach([](std::uint64_t, T*& object) { sched::destroy(object); });
        objects_.clear();
        created_ = 0;
    }
    template <typename F>
    void forEach(F visit) {
        objects_.forEach([&](std::uint64_t, T* object) { visit(*object); });
    }

private:
    sched::HashMap<T*> objects_;
    std::uint32_t created_ = 0;
};

} // namespace deadheat::model
