// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Several fork servers of one program side by side, each with every n-th schedule. What comes out does not depend on which of
// them is faster: failures are handed on in the order of their numbers.
#pragma once

#include "runtime/launch/server.h"

#include <map>
#include <memory>
#include <vector>

namespace deadheat::launch {

class Lanes {
public:
    Lanes(const Program& program, const sched::Orders& orders, unsigned count, const std::string& tsanOptions);

    /// The next schedule that needs attention, of any lane; null when all are done. To be let go on with proceed().
    Server* next();
    /// Schedules after `number` need not be run any more.
    void endAfter(std::uint64_t number);
    /// Has every schedule before `number` been run?
    bool isPast(std::uint64_t number) const;

    std::uint64_t schedules() const;
    std::uint64_t steps() const;
    bool exhausted() const;
    std::vector<std::string> unsteered() const;

private:
    struct Lane {
        std::unique_ptr<Server> server;
        bool done = false;
    };
    std::vector<Lane> lanes_;
};

} // namespace deadheat::launch
