// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/fewest_switches.h"

#include <algorithm>

namespace deadheat::launch {
namespace {

using Runs = std::vector<sched::Run>;
using Change = Runs (*)(const Runs& runs, std::size_t first, std::size_t end);

/// The runs are left out; the threads go on where a later run lets them.
Runs leaveOut(const Runs& runs, std::size_t first, std::size_t end) {
    Runs result(runs.begin(), runs.begin() + static_cast<std::ptrdiff_t>(first));
    result.insert(result.end(), runs.begin() + static_cast<std::ptrdiff_t>(end), runs.end());
    return result;
}

/// Each thread does at one go what it did in the stretch: the thread first that is `earlier` in `order`.
Runs gather(const Runs& runs, std::size_t first, std::size_t end, const std::vector<sched::ThreadId>& order) {
    Runs result = runs;
    std::stable_sort(result.begin() + static_cast<std::ptrdiff_t>(first),
                     result.begin() + static_cast<std::ptrdiff_t>(end), [&](const sched::Run& a, const sched::Run& b) {
                         return std::find(order.begin(), order.end(), a.thread) <
                                std::find(order.begin(), order.end(), b.thread);
                     });
    return result;
}

template <typename Iterator>
std::vector<sched::ThreadId> threadsInOrder(Iterator at, Iterator end) {
    std::vector<sched::ThreadId> order;
    for (; at != end; ++at)
        if (std::find(order.begin(), order.end(), at->thread) == order.end())
            order.push_back(at->thread);
    return order;
}

/// What comes later in the stretch is brought forward to the thread's first run there.
Runs gatherForward(const Runs& runs, std::size_t first, std::size_t end) {
    return gather(runs, first, end,
                  threadsInOrder(runs.begin() + static_cast<std::ptrdiff_t>(first),
                                 runs.begin() + static_cast<std::ptrdiff_t>(end)));
}

/// What comes earlier is put off to the thread's last run there.
Runs gatherBackward(const Runs& runs, std::size_t first, std::size_t end) {
    std::vector<sched::ThreadId> order =
        threadsInOrder(std::make_reverse_iterator(runs.begin() + static_cast<std::ptrdiff_t>(end)),
                       std::make_reverse_iterator(runs.begin() + static_cast<std::ptrdiff_t>(first)));
    std::reverse(order.begin(), order.end());
    return gather(runs, first, end, order);
}

/// The same, but who makes room for another does its last step there later, which may be what the others must not see: an unlock, its
/// end.
Runs gatherAllButLast(const Runs& runs, std::size_t first, std::size_t end) {
    Runs result = gatherBackward(runs, first, end);
    for (std::size_t at = first; at + 1 < end; ++at)
        if (result[at].thread != result[at + 1].thread && result[at].count > 1)
            --result[at].count;
    return result;
}

constexpr Change kChanges[] = {gatherForward, gatherBackward, gatherAllButLast, leaveOut};

/// So many runs afford stretches of every length; with more each length is half the one before.
constexpr std::size_t kFewRuns = 12;

/// Replaces `runs` by what the candidate led to, if that is better.
bool improve(Runs& runs, const Runs& candidate, const TryRuns& tryRuns) {
    std::optional<Runs> performed = tryRuns(candidate);
    if (!performed || countSwitches(*performed) >= countSwitches(runs))
        return false;
    runs = std::move(*performed);
    return true;
}

/// Tries the changes on every stretch of this length.
bool changeStretches(Runs& runs, std::size_t length, const TryRuns& tryRuns) {
    bool improved = false;
    for (std::size_t at = 0; at < runs.size();) {
        const std::size_t end = std::min(at + length, runs.size());
        const bool better = std::any_of(std::begin(kChanges), std::end(kChanges),
                                        [&](Change change) { return improve(runs, change(runs, at, end), tryRuns); });
        improved |= better;
        at += better ? 0 : std::max<std::size_t>(length / 2, 1);
    }
    return improved;
}

/// A thread goes on so many steps further than it did, or stops short of it.
constexpr std::uint32_t kFurtherSteps = 16;
constexpr std::uint32_t kMostSteps = 64;

/// The runs before `at`, that run with another number of steps, and then another thread as far as it gets.
Runs cutShort(const Runs& runs, std::size_t at, std::uint32_t steps, sched::ThreadId next) {
    Runs result(runs.begin(), runs.begin() + static_cast<std::ptrdiff_t>(at + 1));
    result.back().count = steps & sched::Run::kLongest;
    sched::Run tail{};
    tail.thread = next;
    tail.count = sched::Run::kLongest;
    result.push_back(tail);
    return result;
}

/// Two switches at the wrong steps can stand for one at the right step, which no change of order finds.
bool changeLastPreemption(Runs& runs, const TryRuns& tryRuns) {
    const std::vector<sched::ThreadId> threads = threadsInOrder(runs.begin(), runs.end());
    for (std::size_t at = 0; at + 1 < countSwitches(runs); ++at) {
        const std::uint32_t most = std::min(runs[at].count + kFurtherSteps, kMostSteps);
        for (std::uint32_t steps = 1; steps <= most; ++steps)
            for (const sched::ThreadId next : threads)
                if (next != runs[at].thread && improve(runs, cutShort(runs, at, steps, next), tryRuns))
                    return true;
    }
    return false;
}

} // namespace

std::size_t countSwitches(const Runs& runs) {
    std::size_t switches = 0;
    for (std::size_t i = 1; i < runs.size(); ++i)
        switches += runs[i].thread != runs[i - 1].thread;
    return switches;
}

Runs fewestSwitches(Runs runs, const TryRuns& tryRuns) {
    for (bool improved = true; improved && countSwitches(runs) > 0;) {
        improved = false;
        for (std::size_t length = runs.size(); length > 0; length = length > kFewRuns ? length / 2 : length - 1)
            improved |= changeStretches(runs, length, tryRuns);
        improved = improved || changeLastPreemption(runs, tryRuns);
    }
    return runs;
}

} // namespace deadheat::launch
