// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/lanes.h"

#include <algorithm>
#include <poll.h>

namespace deadheat::launch {

Lanes::Lanes(const Program& program, const sched::Orders& orders, unsigned count, const std::string& tsanOptions) {
    const std::uint64_t schedules = orders.last - orders.first + 1;
    const std::uint64_t wanted = std::clamp<std::uint64_t>(count, 1, std::max<std::uint64_t>(schedules, 1));
    for (std::uint64_t i = 0; i < wanted; ++i) {
        sched::Orders own = orders;
        own.first += i;
        own.stride = wanted;
        lanes_.push_back({std::make_unique<Server>(program, own, tsanOptions, nullptr), false});
    }
}

Server* Lanes::next() {
    for (;;) {
        std::vector<pollfd> waiting;
        for (const Lane& lane : lanes_)
            waiting.push_back({lane.done ? -1 : lane.server->statusDescriptor(), POLLIN, 0});
        if (std::all_of(lanes_.begin(), lanes_.end(), [](const Lane& lane) { return lane.done; }))
            return nullptr;
        if (poll(waiting.data(), waiting.size(), -1) < 0)
            continue; // interrupted
        for (std::size_t i = 0; i < lanes_.size(); ++i)
            if (waiting[i].revents != 0) {
                if (lanes_[i].server->next())
                    return lanes_[i].server.get();
                lanes_[i].done = true;
            }
    }
}

void Lanes::endAfter(std::uint64_t number) {
    for (const Lane& lane : lanes_) {
        auto& wanted = lane.server->control().results.lastWanted;
        wanted = std::min<std::uint64_t>(wanted, number);
    }
}

bool Lanes::isPast(std::uint64_t number) const {
    return std::all_of(lanes_.begin(), lanes_.end(), [number](const Lane& lane) {
        return lane.done || lane.server->control().results.schedule >= number;
    });
}

std::uint64_t Lanes::schedules() const {
    std::uint64_t total = 0;
    for (const Lane& lane : lanes_)
        total += lane.server->control().results.schedulesDone;
    return total;
}

std::uint64_t Lanes::steps() const {
    std::uint64_t total = 0;
    for (const Lane& lane : lanes_)
        total += lane.server->control().results.totalSteps;
    return total;
}

bool Lanes::exhausted() const {
    return std::any_of(lanes_.begin(), lanes_.end(),
                       [](const Lane& lane) { return lane.server->control().results.end == sched::End::exhausted; });
}

std::vector<std::string> Lanes::unsteered() const {
    std::vector<std::string> all;
    for (const Lane& lane : lanes_)
        for (std::string& name : lane.server->unsteered())
            if (std::find(all.begin(), all.end(), name) == all.end())
                all.push_back(std::move(name));
    std::sort(all.begin(), all.end());
    return all;
}

} // namespace deadheat::launch
