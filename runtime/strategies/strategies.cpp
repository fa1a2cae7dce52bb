// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/strategies/strategies.h"

#include "runtime/strategies/factories.h"

#include <cstring>

namespace deadheat::strategies {

sched::Strategy* makeStrategy(const char* name, const Options& options) {
    using Factory = sched::Strategy* (*)(const Options&);
    struct Row {
        const char* name;
        Factory make;
    };
    static constexpr Row kRows[] = {
#define DEADHEAT_STRATEGY(text, factory) {text, factory},
#include "runtime/strategies/strategies.def"
#undef DEADHEAT_STRATEGY
    };
    for (const Row& row : kRows)
        if (std::strcmp(row.name, name) == 0)
            return row.make(options);
    return nullptr;
}

} // namespace deadheat::strategies
