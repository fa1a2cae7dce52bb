// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Partial order sampling: every pending operation has a random priority and the highest runs; operations that race with
// it draw anew (Yuan, Yang, Gu: "Partial order aware concurrency sampling", CAV 2018). Samples the orders of dependent
// operations instead of all interleavings. The paper's operations are those on shared memory; here a thread's accesses to its own
// stack are steps, too. They go with the operation before them, so that a long stretch of them is passed over no more often
// than a short one; should they be shared after all, they draw anew when something dependent on them is performed.
#include "runtime/sched/vector.h"
#include "runtime/strategies/dependence.h"
#include "runtime/strategies/factories.h"
#include "runtime/strategies/rare_events.h"

namespace deadheat::strategies {
namespace {

class PartialOrderSampling final : public sched::StrategyOf<PartialOrderSampling> {
public:
    static const sched::StrategyFunctions kFunctions;

    bool begin(std::uint64_t seed, std::uint64_t number, const sched::Profile&) {
        random_ = sched::Random(seed, number);
        rareEvents_.begin(seed, number);
        events_.clear();
        return true;
    }

    std::size_t choose(const sched::Choice& choice) {
        if (choice.count == 1)
            return 0;
        if (const std::size_t rare = rareEvents_.draw(choice); rare < choice.count)
            return rare;
        std::size_t best = 0;
        for (std::size_t i = 0; i < choice.regular; ++i)
            if (priorityOf(choice, i) > priorityOf(choice, best))
                best = i;
        redrawRacing(choice, best);
        return best;
    }

    std::uint32_t pick(std::uint32_t bound) { return static_cast<std::uint32_t>(random_.below(bound)); }
    std::uint32_t unheededYields() { return rareEvents_.drawUnheededYields(); }

private:
    struct Event {
        std::uint64_t priority = 0; ///< 0: to be drawn
        std::uint64_t step = 0;     ///< the thread's own count of steps when it was drawn
    };

    std::uint64_t priorityOf(const sched::Choice& choice, std::size_t index) {
        const sched::ThreadView& view = *choice.candidates[index].thread;
        while (events_.size() <= view.id)
            events_.push(Event{});
        Event& event = events_[view.id];
        if (event.priority == 0 || (event.step != view.steps && !view.pending.onOwnStack))
            event.priority = random_.next() | 1;
        event.step = view.steps;
        return event.priority;
    }

    void redrawRacing(const sched::Choice& choice, std::size_t chosen) {
        const sched::Operation& performed = choice.candidates[chosen].thread->pending;
        for (std::size_t i = 0; i < choice.regular; ++i)
            if (i != chosen && dependent(performed, choice.candidates[i].thread->pending))
                events_[choice.candidates[i].thread->id].priority = 0;
    }

    sched::Random random_;
    RareEvents rareEvents_;
    sched::Vector<Event> events_;
};

DEADHEAT_FUNCTIONS const sched::StrategyFunctions PartialOrderSampling::kFunctions =
    sched::functionsOfStrategy<PartialOrderSampling>();

} // namespace

sched::Strategy* makePos(const Options&) { return sched::create<PartialOrderSampling>(); }

} // namespace deadheat::strategies
