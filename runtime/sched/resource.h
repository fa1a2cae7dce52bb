// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Something threads wait for. The models of the primitives (runtime/model) derive from it and say when a pending
// operation can proceed; the engine keeps the waiters and re-asks after every change (Engine::refresh).
#pragma once

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

class Resource {
public:
    Resource(ResourceKind kind, std::uint64_t address) : kind_(kind), address_(address) {}
    Resource(const Resource&) = delete;
    Resource& operator=(const Resource&) = delete;

    /// Can `who` perform `operation` now? Must not change anything.
    virtual bool available(ThreadId, const Operation&) const { return true; }
    /// Appends the threads every one of which must act before `who` can proceed; nobody when anyone could let it go on.
    virtual void holders(ThreadId, const Operation&, Vector<ThreadId>&) const {}

    ResourceKind kind() const { return kind_; }
    std::uint64_t address() const { return address_; }
    /// Number within its kind in order of first use: the same in every run of one schedule, unlike the address.
    std::uint32_t number() const { return number_; }
    void setNumber(std::uint32_t number) { number_ = number; }
    /// In order of arrival, ready and blocked ones. Kept by the engine.
    Vector<ThreadId>& waiters() { return waiters_; }

protected:
    ~Resource() = default;

private:
    ResourceKind kind_;
    std::uint32_t number_ = 0;
    std::uint64_t address_;
    Vector<ThreadId> waiters_;
};

} // namespace deadheat::sched
