// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// pthread_once (and std::call_once on it) and the guards of function-local statics. While one thread runs the
// initialiser, the others must wait in the model: ThreadSanitizer's own wait would keep the turn.
#include "runtime/intercept/shared_memory.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/intercept/unwinding.h"
#include "runtime/tsan/edges.h"

extern "C" {
int __real___cxa_guard_acquire(void* guard);
void __real___cxa_guard_release(void* guard);
void __real___cxa_guard_abort(void* guard);
}

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

/// ThreadSanitizer's, which forgets that an initialiser that was left by an exception comes before the next one.
bool mustInitialise(void* guard) {
    if (!__real___cxa_guard_acquire(guard))
        return false;
    tsan::acquireFrom(guard);
    return true;
}

/// A call of pthread_once whose initialiser is running.
struct Initialisation {
    Call& call;
    pthread_once_t* once;
    model::Once* model; ///< null in a free run
};

/// An exception leaves the initialiser, or its thread ends: the next call is to try again. Nothing else of the runtime's frames is
/// unwound.
void giveUp(void* argument) {
    const Initialisation& initialisation = *static_cast<Initialisation*>(argument);
    initialisation.call.self.depth = 1;
    --initialisation.call.self.callbacks;
    __real___cxa_guard_abort(initialisation.once);
    if (initialisation.model)
        leaveOnce(initialisation.call.self, *initialisation.model);
    initialisation.call.~Call();
}

} // namespace

/// On the guards of function-local statics, which ThreadSanitizer knows to be the same: its own pthread_once leaves the flag taken
/// when an exception passes.
DEADHEAT_INTERCEPT(int, pthread_once, pthread_once_t* once, void (*initialise)()) {
    ThreadRecord* self = enter();
    if (!self || !once || !initialise)
        return forward_pthread_once(once, initialise);
    Call call(*self, DEADHEAT_CALLER);
    Initialisation initialisation{call, once, controlling() ? &onceAt(once) : nullptr};
    if (initialisation.model)
        enterOnce(call, *initialisation.model, once, DEADHEAT_FRAME);
    if (mustInitialise(once)) {
        self->depth = 0;
        ++self->callbacks;
        deadheatCallGuarded(initialise, giveUp, &initialisation);
        --self->callbacks;
        self->depth = 1;
        __real___cxa_guard_release(once);
    }
    if (initialisation.model)
        leaveOnce(*self, *initialisation.model);
    return 0;
}

DEADHEAT_EXPORT int __wrap___cxa_guard_acquire(void* guard) {
    ThreadRecord* self = enter();
    if (!self || !controlling())
        return mustInitialise(guard);
    Call call(*self, DEADHEAT_CALLER);
    model::Once& model = onceAt(guard);
    enterOnce(call, model, guard, DEADHEAT_FRAME);
    if (mustInitialise(guard))
        return 1;
    leaveOnce(*self, model);
    return 0;
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
