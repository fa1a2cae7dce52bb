// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/sched/operation.h"

#include <cstddef>

namespace deadheat::sched {
namespace {

struct Row {
    const char* text;
    Effect effect;
};

constexpr Row kRows[] = {
#define DEADHEAT_OPERATION(name, text, effect) {text, Effect::effect},
#include "runtime/sched/operations.def"
#undef DEADHEAT_OPERATION
};

} // namespace

const char* describe(OperationKind kind) { return kRows[static_cast<std::size_t>(kind)].text; }
Effect effectOf(OperationKind kind) { return kRows[static_cast<std::size_t>(kind)].effect; }

} // namespace deadheat::sched
