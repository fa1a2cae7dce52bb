// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "analyzer/checks/check.h"

#include <optional>

namespace deadheat::checks {

/// Where a thread that is waited for takes a lock.
struct TakenByJoined {
    link::ContextId context = link::kNoId;
    const link::AcquireFact* acquire = nullptr;
};

/// Whether a thread whose end is waited for at `join` takes `lock`, named in `scope`, and blocks for it: then both wait for ever.
std::optional<TakenByJoined> takenByJoined(const link::WholeProgram& program, link::InstrRef join, link::ExprId lock,
                                           link::FunctionId scope);

} // namespace deadheat::checks
