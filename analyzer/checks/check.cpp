// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/checks/check.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace deadheat::checks {

namespace {

std::vector<Check>& registered() {
    static std::vector<Check> checks;
    return checks;
}

} // namespace

Registration::Registration(Check check) { registered().push_back(std::move(check)); }

const std::vector<Check>& registry() {
    static const std::vector<Check> sorted = [] {
        std::vector<Check> checks = registered();
        std::ranges::sort(checks, {}, [](const Check& check) { return check.info.id; });
        auto twice = std::ranges::adjacent_find(checks, {}, [](const Check& check) { return check.info.id; });
        if (twice != checks.end()) {
            std::fprintf(stderr, "deadheat: two checks have the id %s\n", twice->info.id.c_str());
            std::abort();
        }
        return checks;
    }();
    return sorted;
}

link::AccessTable& Subject::accesses() {
    if (!accesses_)
        accesses_ = std::make_unique<link::AccessTable>(program, parallelism);
    return *accesses_;
}

Findings runAll(const link::WholeProgram& program, const Options& options) {
    Subject subject(program);
    Findings findings;
    for (const Check& check : registry())
        if (!options.enabled || options.enabled(check.info.id))
            check.run(subject, findings);
    return findings;
}

} // namespace deadheat::checks
