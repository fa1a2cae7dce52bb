// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Depth-first search over all schedules with at most `bound` preemptions (Musuvathi and Qadeer, "Iterative context
// bounding", PLDI 2007), pruned by sleep sets (Godefroid, 1996): after a thread's next operation has been explored at a
// step, the later siblings do not start with it again until something dependent happened. With a bound the pruning can
// lose schedules that need the bound's last preemption, as known from the literature. The path lives in storage given by
// the embedding, because every schedule runs in a process of its own: the schedule's number is only a label, and ranges
// cannot be split over machines. Picks are enumerated like steps; rare events are not taken.
#include "runtime/sched/vector.h"
#include "runtime/strategies/dependence.h"
#include "runtime/strategies/factories.h"
#include "runtime/strategies/rare_events.h"

namespace deadheat::strategies {
namespace {

struct Node {
    std::uint32_t chosen;    ///< position in the node's exploration order
    std::uint32_t positions; ///< how many there are
};

struct Path {
    std::uint64_t started;
    std::uint64_t length;
    Node nodes[1];
};

class Exhaustive final : public sched::StrategyOf<Exhaustive> {
public:
    static const sched::StrategyFunctions kFunctions;

    explicit Exhaustive(const Options& options)
        : path_(static_cast<Path*>(options.storage)), capacity_((options.storageBytes - sizeof(Path)) / sizeof(Node)),
          bound_(options.bound) {}

    bool begin(std::uint64_t, std::uint64_t, const sched::Profile&) {
        depth_ = 0;
        preemptions_ = 0;
        asleep_.clear();
        if (!path_->started) {
            path_->started = 1;
            path_->length = 0;
            return true;
        }
        while (path_->length > 0 &&
               path_->nodes[path_->length - 1].chosen + 1 >= path_->nodes[path_->length - 1].positions)
            --path_->length;
        if (path_->length == 0)
            return false;
        ++path_->nodes[path_->length - 1].chosen;
        return true;
    }

    std::size_t choose(const sched::Choice& choice) {
        orderCandidates(choice);
        const std::size_t position = order_.size() > 1 ? visit(static_cast<std::uint32_t>(order_.size())) : 0;
        const std::size_t index = order_[position];
        const std::size_t running = indexOfRunning(choice);
        if (running < choice.regular && index != running)
            ++preemptions_;
        for (std::size_t done = 0; done < position; ++done)
            asleep_.push(*choice.candidates[order_[done]].thread);
        wakeDependent(*choice.candidates[index].thread);
        return index;
    }

    std::uint32_t pick(std::uint32_t bound) { return visit(bound); }

private:
    /// The candidates to explore here: the running thread first, then the others unless a preemption is not allowed.
    void orderCandidates(const sched::Choice& choice) {
        order_.clear();
        const std::size_t running = indexOfRunning(choice);
        const bool mayPreempt = running == choice.regular || preemptions_ < bound_;
        if (running < choice.regular && !isAsleep(choice, running))
            order_.push(running);
        for (std::size_t i = 0; i < choice.regular && mayPreempt; ++i)
            if (i != running && !isAsleep(choice, i))
                order_.push(i);
        if (order_.empty())
            order_.push(running < choice.regular ? running : 0);
    }

    bool isAsleep(const sched::Choice& choice, std::size_t index) const {
        const sched::ThreadView& thread = *choice.candidates[index].thread;
        for (const sched::ThreadView& sleeper : asleep_)
            if (sleeper.id == thread.id && sleeper.steps == thread.steps)
                return true;
        return false;
    }

    void wakeDependent(const sched::ThreadView& performed) {
        for (std::size_t i = asleep_.size(); i-- > 0;)
            if (asleep_[i].id == performed.id || dependent(asleep_[i].pending, performed.pending))
                asleep_.erase(i);
    }

    std::uint32_t visit(std::uint32_t positions) {
        const std::uint64_t at = depth_++;
        if (at >= capacity_)
            return 0;
        if (at >= path_->length) {
            path_->nodes[at] = Node{0, positions};
            path_->length = at + 1;
        }
        return path_->nodes[at].chosen < positions ? path_->nodes[at].chosen : 0;
    }

    Path* path_;
    std::uint64_t capacity_;
    std::uint32_t bound_;
    std::uint64_t depth_ = 0;
    std::uint32_t preemptions_ = 0;
    sched::Vector<std::size_t> order_;
    sched::Vector<sched::ThreadView> asleep_;
};

DEADHEAT_FUNCTIONS const sched::StrategyFunctions Exhaustive::kFunctions = sched::functionsOfStrategy<Exhaustive>();

} // namespace

sched::Strategy* makeExhaustive(const Options& options) { return sched::create<Exhaustive>(options); }

} // namespace deadheat::strategies
