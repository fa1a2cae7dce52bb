// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `deadheat confirm`: runs a program under schedules that are steered at the places of one static finding, until one of
// them proves it.
#pragma once

#include "runtime/launch/explore.h"
#include "runtime/launch/program_code.h"

namespace deadheat::launch {

struct ConfirmOptions {
    std::uint64_t seed = 1;
    std::uint64_t schedules = 200;
    std::uint64_t maxSteps = 10'000'000;
    unsigned scheduleTimeout = 30'000; ///< milliseconds of real time
    bool rareEvents = true;
};

struct ConfirmResult {
    report::Confirmation confirmation; ///< the file of the schedule is up to the caller
    ScheduleResult proof;              ///< when confirmed
    report::Finding observed;          ///< likewise: the finding of the run
    std::vector<std::string> unsteered;
};

ConfirmResult confirm(const Program& program, const ProgramCode& code, const report::Finding& finding,
                      const ConfirmOptions& options, Stacks& stacks);

} // namespace deadheat::launch
