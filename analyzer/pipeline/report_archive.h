// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How the cache stores parts of a report. The types belong to the report, which knows nothing of archives.
#pragma once

#include "report/report.h"

#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>

namespace deadheat::report {

template <typename Archive>
void serialize(Archive& archive, Location& value) {
    auto& [file, line, column, endLine, endColumn] = value;
    archive(file, line, column, endLine, endColumn);
}

template <typename Archive>
void serialize(Archive& archive, Notification& value) {
    auto& [message, location] = value;
    archive(message, location);
}

template <typename Archive>
void serialize(Archive& archive, Step& value) {
    auto& [location, message, function] = value;
    archive(location, message, function);
}

template <typename Archive>
void serialize(Archive& archive, Trace& value) {
    auto& [title, steps, locksHeld] = value;
    archive(title, steps, locksHeld);
}

template <typename Archive>
void serialize(Archive& archive, Confirmation& value) {
    auto& [state, reason, schedule, schedules] = value;
    archive(state, reason, schedule, schedules);
}

template <typename Archive>
void serialize(Archive& archive, Finding& value) {
    auto& [rule, variant, level, confidence, world, message, subject, location, notes, traces, replay, fingerprint,
           confirmation] = value;
    archive(rule, variant, level, confidence, world, message, subject, location, notes, traces, replay, fingerprint,
            confirmation);
}

} // namespace deadheat::report
