// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "runtime/sched/memory.h"
#include "runtime/strategies/strategies.h"

namespace deadheat::strategies {

#define DEADHEAT_STRATEGY(text, factory) sched::Strategy* factory(const Options& options);
#include "runtime/strategies/strategies.def"
#undef DEADHEAT_STRATEGY

} // namespace deadheat::strategies
