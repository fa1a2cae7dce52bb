// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The modelled objects of a run by key (an address, or what tells addresses of several processes apart), created when
// first used. Objects of different kinds at one place are different (memory is reused), so each kind has a registry.
#pragma once

#include "runtime/sched/hash_map.h"
#include "runtime/sched/memory.h"
#include "runtime/sched/resource.h"

namespace deadheat::model {

template <typename T>
class Registry {
public:
    /// `make(key)` returns a new object.
    template <typename Make>
    T& get(std::uint64_t key, Make make) {
        T*& slot = objects_[key];
        if (!slot) {
            slot = make(key);
            slot->setNumber(++created_);
        }
        return *slot;
    }
    T* find(std::uint64_t key) {
        T** slot = objects_.find(key);
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
