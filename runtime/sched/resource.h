// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Something threads wait for. The models of the primitives (runtime/model) derive from ResourceOf and say when a pending
// operation can proceed; the engine keeps the waiters and re-asks after every change (Engine::refresh).
#pragma once

#include "runtime/sched/function_number.h"
#include "runtime/sched/operation.h"
#include "runtime/sched/vector.h"

namespace deadheat::sched {

enum class ResourceKind : std::uint8_t {
    mutex,
    rwlock,
    spinlock,
    condition,
    semaphore,
    barrier,
    once,
    thread,
    futex,
    descriptor,
    signal,
    outside,
    process,
    kernelObject
};
const char* describe(ResourceKind kind);
/// The letter that starts the name of such an object in logs: m1, c2 ...
char letterOf(ResourceKind kind);

class Resource;
struct ResourceFunctions {
    bool (*available)(const Resource&, ThreadId, const Operation&);
    void (*holders)(const Resource&, ThreadId, const Operation&, Vector<ThreadId>&);
};

class Resource {
public:
    Resource(const Resource&) = delete;
    Resource& operator=(const Resource&) = delete;

    /// Can `who` perform `operation` now? Must not change anything.
    bool available(ThreadId who, const Operation& operation) const {
        return functions_->available(*this, who, operation);
    }
    /// Appends the threads every one of which must act before `who` can proceed; nobody when anyone could let it go on.
    void holders(ThreadId who, const Operation& operation, Vector<ThreadId>& out) const {
        functions_->holders(*this, who, operation, out);
    }

    ResourceKind kind() const { return kind_; }
    std::uint64_t address() const { return address_; }
    /// Number within its kind in order of first use: the same in every run of one schedule, unlike the address.
    std::uint32_t number() const { return number_; }
    void setNumber(std::uint32_t number) { number_ = number; }
    /// In order of arrival, ready and blocked ones. Kept by the engine.
    Vector<ThreadId>& waiters() { return waiters_; }

protected:
    Resource(ResourceKind kind, std::uint64_t address, const ResourceFunctions& functions)
        : kind_(kind), address_(address), functions_(functions) {}
    ~Resource() = default;

private:
    ResourceKind kind_;
    std::uint32_t number_ = 0;
    std::uint64_t address_;
    FunctionsNumber<ResourceFunctions> functions_;
    Vector<ThreadId> waiters_;
};

/// The base of the model `Model`, which declares what it does otherwise than here, and its `static const ResourceFunctions kFunctions`
/// (model/functions.cpp).
template <typename Model>
class ResourceOf : public Resource {
public:
    bool available(ThreadId, const Operation&) const { return true; }
    void holders(ThreadId, const Operation&, Vector<ThreadId>&) const {}

protected:
    ResourceOf(ResourceKind kind, std::uint64_t address) : Resource(kind, address, Model::kFunctions) {}
    ~ResourceOf() = default;
};

template <typename Model>
constexpr ResourceFunctions functionsOfModel() {
    return {[](const Resource& resource, ThreadId who, const Operation& operation) {
                return static_cast<const Model&>(resource).available(who, operation);
            },
            [](const Resource& resource, ThreadId who, const Operation& operation, Vector<ThreadId>& out) {
                static_cast<const Model&>(resource).holders(who, operation, out);
            }};
}

} // namespace deadheat::sched
