// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a check is. A check lives in one file named after its id, reads the linked program and yields findings. It registers
// itself as its last statement; there is no list to edit.
#pragma once

#include "analyzer/link/accesses.h"
#include "analyzer/link/program.h"
#include "report/finding.h"

#include <functional>
#include <string>
#include <vector>

namespace deadheat::checks {

struct CheckInfo {
    std::string id;      ///< kebab-case, names the defect
    std::string summary; ///< one line
    report::Level level = report::Level::warning;
};

/// What a check works on; shared by all checks of a run. Not thread safe.
class Subject {
public:
    explicit Subject(const link::WholeProgram& linked) : program(linked), parallelism(linked) {}
    const link::WholeProgram& program;
    link::Parallelism parallelism;
    /// Built on first use.
    link::AccessTable& accesses();

private:
    std::unique_ptr<link::AccessTable> accesses_;
};

using Findings = std::vector<report::Finding>;

struct Check {
    CheckInfo info;
    void (*run)(Subject& subject, Findings& findings);
};

/// All checks, sorted by id. A duplicate id aborts: it is a programming error.
const std::vector<Check>& registry();

struct Registration {
    explicit Registration(Check check);
};
#define DEADHEAT_REGISTER_CHECK(check)                                                                                 \
    static const ::deadheat::checks::Registration kRegistration { check }

struct Options {
    std::function<bool(const std::string& id)> enabled; ///< null: all
};

/// Runs the enabled checks. Findings have no fingerprints yet and are in the order of checks and program.
Findings runAll(const link::WholeProgram& program, const Options& options);

} // namespace deadheat::checks
