// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// pthread_once (and std::call_once on it) and the guards of function-local statics. While one thread runs the
// initialiser, the others must wait in the model: ThreadSanitizer's own wait would keep the turn.
#include "runtime/intercept/shared_memory.h"
#include "runtime/intercept/sync_objects.h"

namespace deadheat::intercept {
namespace {

using sched::OperationKind;

void enterOnce(Call& call, model::Once& model, const void* address, void* frame) {
    noteWait(call, OperationKind::onceEnter, sched::ResourceKind::once, address, false, frame);
    reachOn(call, OperationKind::onceEnter, &model, address);
    model.enter(call.self.id);
    engine().refresh(model);
}

void leaveOnce(ThreadRecord& self, model::Once& model) {
    orderRelease(self, model.address());
    model.leave();
    engine().refresh(model);
}

/// ThreadSanitizer's function goes on with the fiber that it began with, so no task may begin within.
class NoTasks {
public:
    explicit NoTasks(ThreadRecord& self) : self_(self) { ++self_.callbacks; }
    ~NoTasks() { --self_.callbacks; }
    NoTasks(const NoTasks&) = delete;

private:
    ThreadRecord& self_;
};

} // namespace

DEADHEAT_INTERCEPT(int, pthread_once, pthread_once_t* once, void (*initialise)()) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_pthread_once(once, initialise);
    NoTasks noTasks(*self);
    if (!controlling())
        return forward_pthread_once(once, initialise);
    Call call(*self, DEADHEAT_CALLER);
    model::Once& model = onceAt(once);
    enterOnce(call, model, once, DEADHEAT_FRAME);
    int result = 0;
    {
        ProgramCode code(*self);
        result = forward_pthread_once(once, initialise);
    }
    leaveOnce(*self, model);
    return result;
}

extern "C" int __real___cxa_guard_acquire(void* guard);
extern "C" void __real___cxa_guard_release(void* guard);
extern "C" void __real___cxa_guard_abort(void* guard);

DEADHEAT_EXPORT int __wrap___cxa_guard_acquire(void* guard) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return __real___cxa_guard_acquire(guard);
    Call call(*self, DEADHEAT_CALLER);
    model::Once& model = onceAt(guard);
    enterOnce(call, model, guard, DEADHEAT_FRAME);
    const int mustInitialise = __real___cxa_guard_acquire(guard);
    if (!mustInitialise)
        leaveOnce(*self, model);
    return mustInitialise;
}

DEADHEAT_EXPORT void __wrap___cxa_guard_release(void* guard) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return __real___cxa_guard_release(guard);
    Call call(*self, DEADHEAT_CALLER);
    __real___cxa_guard_release(guard);
    leaveOnce(*self, onceAt(guard));
}

DEADHEAT_EXPORT void __wrap___cxa_guard_abort(void* guard) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return __real___cxa_guard_abort(guard);
    Call call(*self, DEADHEAT_CALLER);
    __real___cxa_guard_abort(guard);
    leaveOnce(*self, onceAt(guard));
}

} // namespace deadheat::intercept
