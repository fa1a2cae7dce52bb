// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The words by which reports and options name levels, confidences and worlds.
#pragma once

#include "report/finding.h"

#include <optional>
#include <string_view>

namespace deadheat::report {

std::string_view wordOf(Level level);           ///< style, warning, error
std::string_view wordOf(Confidence confidence); ///< low, medium, high
std::string_view wordOf(World world);           ///< closed, open, run, local

std::string_view wordOf(Confirmation::State state); ///< confirmed, unconfirmed, not tried; empty when nobody asked

std::optional<Level> levelFromWord(std::string_view word);
std::optional<Confidence> confidenceFromWord(std::string_view word);
std::optional<World> worldFromWord(std::string_view word);

/// What a finding of this world rests on, as a phrase for readers.
std::string_view explain(World world);

} // namespace deadheat::report
