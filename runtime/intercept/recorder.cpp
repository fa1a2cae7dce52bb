// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/recorder.h"

#include "runtime/intercept/controller.h"
#include "runtime/intercept/session.h"
#include "runtime/sched/json_writer.h"
#include "runtime/tsan/frames.h"

namespace deadheat::intercept {
namespace {

const char* describe(sched::Outcome outcome) {
    constexpr const char* kTexts[] = {"", "timed out", "spurious", "interrupted"};
    return kTexts[static_cast<std::size_t>(outcome)];
}

} // namespace

void Recorder::decided(const sched::ThreadView& thread, sched::Outcome outcome, std::uint64_t step) {
    sched::Results& results = block_.results;
    const std::uint64_t used = results.runs.load(std::memory_order_relaxed);
    if (used + 1 < sched::ControlBlock::kRuns)
        results.runs.store(sched::appendStep(block_.recordedRuns(), used, thread.id, outcome), std::memory_order_relaxed);
    results.steps.store(step, std::memory_order_relaxed);
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
    if (const sched::Resource* resource = thread.pending.resource) {
        const char letter[2] = {sched::letterOf(resource->kind()), '\0'};
        line.text("kind", letter);
        line.number("object", resource->number());
    }
    if (outcome != sched::Outcome::proceed)
        line.text("outcome", describe(outcome));
    if (thread.pending.place)
        tsan::writeFrame(line, "at", thread.pending.place);
    line.finish();
    appendLog(line.data(), line.size());
}

} // namespace deadheat::intercept
