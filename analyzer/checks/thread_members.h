// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Members that a thread uses and that are destroyed before the member that waits for the thread.
#pragma once

#include "analyzer/checks/check.h"

namespace deadheat::checks {

struct MemberLifetime {
    enum class Kind {
        order,  ///< `data` is declared after `handle` in one class, and so destroyed before it
        derived ///< `data` belongs to a class derived from that of `handle`
    };
    Kind kind = Kind::order;
    ir::Index handle = ir::kNone, data = ir::kNone; ///< Module::fields
    link::InstrRef start, use;
    report::Confidence confidence = report::Confidence::medium;
};

/// At most one per handle and class of the data.
std::vector<MemberLifetime> findDyingMembers(const link::WholeProgram& program);

} // namespace deadheat::checks
