// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/recorder.h"

#include "runtime/intercept/controller.h"
#include "runtime/intercept/object_key.h"
#include "runtime/intercept/session.h"
#include "runtime/intercept/sync_objects.h"
#include "runtime/sched/json_writer.h"
#include "runtime/tsan/frames.h"

namespace deadheat::intercept {
namespace {

const char* describe(sched::Outcome outcome) {
    constexpr const char* kTexts[] = {"", "timed out", "spurious", "interrupted"};
    return kTexts[static_cast<std::size_t>(outcome)];
}

/// The kind of object that an operation without a resource, one that cannot block, acts on.
bool kindOfObject(sched::OperationKind operation, sched::ResourceKind& kind) {
    using sched::OperationKind;
    using sched::ResourceKind;
    switch (operation) {
    case OperationKind::unlock:
    case OperationKind::tryLock: kind = ResourceKind::mutex; return true;
    case OperationKind::rwUnlock:
    case OperationKind::tryReadLock:
    case OperationKind::tryWriteLock: kind = ResourceKind::rwlock; return true;
    case OperationKind::spinUnlock:
    case OperationKind::spinTryLock: kind = ResourceKind::spinlock; return true;
    case OperationKind::conditionWait:
    case OperationKind::conditionSignal:
    case OperationKind::conditionBroadcast: kind = ResourceKind::condition; return true;
    case OperationKind::semaphorePost:
    case OperationKind::semaphoreTryWait: kind = ResourceKind::semaphore; return true;
    case OperationKind::futexWait:
    case OperationKind::futexWake: kind = ResourceKind::futex; return true;
    case OperationKind::barrierWait: kind = ResourceKind::barrier; return true;
    default: return false;
    }
}

/// Objects by number, and by place in a module when they lie in one: never by address, which may differ between runs.
void logObject(sched::JsonWriter& line, const sched::Operation& operation) {
    sched::ResourceKind kind{};
    if (operation.resource)
        kind = operation.resource->kind();
    else if (!kindOfObject(operation.kind, kind))
        return;
    line.text("kind", sched::describe(kind));
    if (const std::uint32_t number =
            operation.resource ? operation.resource->number() : numberOf(kind, operation.address))
        line.number("object", number);
    const std::uint64_t frame = frameOfKey(operation.address);
    if (frame > 1 && tsan::isInModule(frame - 1))
        tsan::writeFrame(line, "data", frame);
}

} // namespace

DEADHEAT_FUNCTIONS const sched::ObserverFunctions Recorder::kFunctions = sched::functionsOfObserver<Recorder>();

void Recorder::decided(const sched::ThreadView& thread, sched::Outcome outcome, std::uint64_t step) {
    sched::Results& results = block_.results;
    const std::uint64_t used = results.runs.load(std::memory_order_relaxed);
    if (used + 1 < sched::ControlBlock::kRuns)
        results.runs.store(sched::appendStep(block_.recordedRuns(), used, thread.id, outcome),
                           std::memory_order_relaxed);
    results.steps.store(step, std::memory_order_relaxed);
    results.preemptions.store(engine().preemptions(), std::memory_order_relaxed);
    if (block_.profile.running)
        count(thread.id);
    if (keepLog_)
        log(thread, outcome, step);
}

void Recorder::count(sched::ThreadId thread) {
    sched::ProfileBlock& profile = block_.profile;
    profile.steps = engine().concurrentSteps();
    if (thread >= sched::ProfileBlock::kThreads)
        return;
    ++profile.stepsOfThread[thread];
    if (thread >= profile.threads)
        profile.threads = thread + 1;
}

void Recorder::picked(std::uint32_t value) {
    sched::Results& results = block_.results;
    const std::uint64_t used = results.picks.load(std::memory_order_relaxed);
    if (used >= sched::ControlBlock::kPicks)
        return;
    block_.recordedPicks()[used] = value;
    results.picks.store(used + 1, std::memory_order_relaxed);
}

void Recorder::log(const sched::ThreadView& thread, sched::Outcome outcome, std::uint64_t step) {
    sched::JsonWriter line;
    line.number("step", step);
    line.number("thread", thread.id);
    line.text("does", sched::describe(thread.pending.kind));
    logObject(line, thread.pending);
    if (outcome != sched::Outcome::proceed)
        line.text("outcome", describe(outcome));
    if (thread.pending.place)
        tsan::writeFrame(line, "at", thread.pending.place);
    line.finish();
    appendLog(line.data(), line.size());
}

} // namespace deadheat::intercept
