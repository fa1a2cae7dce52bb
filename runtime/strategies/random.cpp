// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random walk: at every step the running thread goes on, or with some probability another one is drawn uniformly. A
// strong baseline (Thomson, Donaldson, Betts: "Concurrency testing using controlled schedulers", TOPC 2016). A fixed
// probability keeps threads in lockstep and hides what needs one of them far ahead; unless given, it is drawn anew for
// each schedule from 1/2, 1/4 ... 1/64, and in every fourth schedule plain accesses are practically no places to switch, so
// that a thread can be ahead by a long loop.
#include "runtime/strategies/factories.h"
#include "runtime/strategies/rare_events.h"

namespace deadheat::strategies {
namespace {

constexpr std::uint64_t kScale = 6400;
constexpr unsigned kProbabilities = 6;
/// One in so many plain accesses, in the schedules that hardly switch at them.
constexpr std::uint64_t kAccessesBetweenSwitches = 1 << 20;

class RandomWalk final : public sched::StrategyOf<RandomWalk> {
public:
    static const sched::StrategyFunctions kFunctions;

    explicit RandomWalk(const Options& options) : percent_(options.switchPercent) {}

    bool begin(std::uint64_t seed, std::uint64_t number, const sched::Profile&) {
        random_ = sched::Random(seed, number);
        rareEvents_.begin(seed, number);
        switchChance_ = percent_ ? percent_ * kScale / 100 : kScale >> (1 + random_.below(kProbabilities));
        sparesAccesses_ = !percent_ && random_.oneIn(4);
        return true;
    }

    std::size_t choose(const sched::Choice& choice) {
        if (choice.count == 1)
            return 0;
        if (const std::size_t rare = rareEvents_.draw(choice); rare < choice.count)
            return rare;
        const std::size_t running = indexOfRunning(choice);
        if (running < choice.regular && !drawSwitch(*choice.candidates[running].thread))
            return running;
        return static_cast<std::size_t>(random_.below(choice.regular));
    }

    std::uint32_t pick(std::uint32_t bound) { return static_cast<std::uint32_t>(random_.below(bound)); }
    std::uint32_t unheededYields() { return rareEvents_.drawUnheededYields(); }

private:
    bool drawSwitch(const sched::ThreadView& running) {
        const sched::OperationKind kind = running.pending.kind;
        if (sparesAccesses_ && (kind == sched::OperationKind::load || kind == sched::OperationKind::store))
            return random_.oneIn(kAccessesBetweenSwitches);
        return random_.below(kScale) < switchChance_;
    }

    std::uint64_t percent_;
    std::uint64_t switchChance_ = kScale / 2;
    bool sparesAccesses_ = false;
    sched::Random random_;
    RareEvents rareEvents_;
};

DEADHEAT_FUNCTIONS const sched::StrategyFunctions RandomWalk::kFunctions = sched::functionsOfStrategy<RandomWalk>();

} // namespace

sched::Strategy* makeRandom(const Options& options) { return sched::create<RandomWalk>(options); }

} // namespace deadheat::strategies
