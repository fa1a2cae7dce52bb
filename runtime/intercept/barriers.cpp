// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Barriers. All threads of a round must be inside the real barrier at once, so a controlled one is not waited at: the
// round's happens-before edges are given to ThreadSanitizer directly, with the barrier as the sync object.
#include "runtime/intercept/shared_memory.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/tsan/edges.h"

namespace deadheat::intercept {
namespace {

using sched::OperationKind;

bool waitControlled(Call& call, pthread_barrier_t* barrier) {
    model::Barrier& model = barrierAt(barrier);
    reachOn(call, OperationKind::barrierWait, nullptr, barrier);
    tsan::releaseTo(barrier);
    orderRelease(call.self, keyOf(barrier));
    const bool last = model.arrive(call.self.id);
    engine().refresh(model);
    if (!last)
        reachOn(call, OperationKind::barrierWait, &model, barrier);
    tsan::acquireFrom(barrier);
    orderAcquire(call.self, keyOf(barrier));
    return last;
}

} // namespace

DEADHEAT_INTERCEPT(int, pthread_barrier_init, pthread_barrier_t* barrier, const pthread_barrierattr_t* attributes,
                   unsigned parties) {
    ThreadRecord* self = enter();
    if (self && controlling())
        barrierAt(barrier).setParties(parties);
    return forward_pthread_barrier_init(barrier, attributes, parties);
}

DEADHEAT_INTERCEPT(int, pthread_barrier_wait, pthread_barrier_t* barrier) {
    ThreadRecord* self = enter();
    if (!self)
        return forward_pthread_barrier_wait(barrier);
    Call call(*self, DEADHEAT_CALLER);
    noteWait(call, OperationKind::barrierWait, sched::ResourceKind::barrier, barrier, false, DEADHEAT_FRAME);
    if (controlling())
        return waitControlled(call, barrier) ? PTHREAD_BARRIER_SERIAL_THREAD : 0;
    ObservedWait waiting(*self);
    return forward_pthread_barrier_wait(barrier);
}

} // namespace deadheat::intercept
