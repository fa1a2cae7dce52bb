// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A schedule file written by the program itself, in the format of docs/schedule-format.md.
#pragma once

#include "runtime/sched/control_block.h"

#include <cstddef>

namespace deadheat::intercept {

/// Text into a fixed buffer; what does not fit is left out.
class MessageWriter {
public:
    MessageWriter(char* out, std::size_t bytes) : out_(out), end_(out + bytes) { *out_ = '\0'; }
    MessageWriter& text(const char* text);
    MessageWriter& number(std::uint64_t value);

private:
    char* out_;
    char* end_;
};

/// Writes NAME-SEED-NUMBER.schedule into the working directory and its name to `file`.
bool writeScheduleFile(const char* name, sched::ControlBlock& block, char* file, std::size_t bytes);

} // namespace deadheat::intercept
