// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The picture of one schedule: who did what when, which locks were held, and where it went wrong. One lane per thread,
// time downwards; steps that only touch memory are drawn together.
#pragma once

#include "runtime/launch/explore.h"

#include <string>
#include <vector>

namespace deadheat::launch {

struct TimelineRow {
    std::uint64_t firstStep = 0;
    std::uint64_t steps = 1;
    unsigned thread = 0;
    std::string what;                           ///< "lock mutex 'a'", "3 accesses"
    std::string place;                          ///< file:line
    std::string source;                         ///< that line's text
    std::string outcome;                        ///< "timed out" ...; empty for the ordinary one
    bool marked = false;                        ///< part of the failure
    std::vector<std::vector<std::string>> held; ///< per thread, after the step
};

struct Timeline {
    std::vector<std::string> lanes; ///< "main thread", "thread T1"
    std::vector<TimelineRow> rows;
    std::string title;   ///< the command and the schedule
    std::string failure; ///< what went wrong; empty when nothing did
};

/// From a replay that kept its step log.
Timeline makeTimeline(const ScheduleResult& result, Stacks& stacks);

std::string toText(const Timeline& timeline);
/// A page of its own: no script, nothing loaded.
std::string toHtml(const Timeline& timeline);

} // namespace deadheat::launch
