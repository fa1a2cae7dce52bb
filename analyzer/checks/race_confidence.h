// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How sure it is that two accesses which may race are made to one object, and by two threads at the same time.
#pragma once

#include "analyzer/link/accesses.h"
#include "analyzer/link/single_runs.h"
#include "report/finding.h"

namespace deadheat::checks {

struct RacyPair {
    const link::SharedAccess* primary;
    const link::SharedAccess* other;
    link::AccessTable::Protection protection;
    bool sameObject; ///< both objects are known, not only their class
    bool openWorld;  ///< unknown callers would run them at the same time, as the locks taken say
};

class RaceConfidence {
public:
    RaceConfidence(const link::WholeProgram& program, link::AccessTable& table)
        : p_(program), table_(table), singles_(program) {}
    report::Confidence of(const RacyPair& pair);
    /// Whether what is accessed is one member or another: a reference parameter that callers give this and that.
    bool leadsToManyMembers(const link::SharedAccess& access) const;

private:
    bool isOneVariable(const link::SharedAccess& access) const;
    std::set<ir::Index> membersOf(const link::SharedAccess& access) const;
    bool isNamedObject(const link::SharedAccess& a, const link::SharedAccess& b) const;
    bool isPublishedHere(const link::SharedAccess& access) const;
    bool claimsSharing(const link::SharedAccess& access);
    bool isEndOfOthers(const link::SharedAccess& access) const;
    bool isPrepared(const link::SharedAccess& initial, const link::SharedAccess& other) const;
    bool isOfOneObject(const link::SharedAccess& access) const;
    bool leadsToMany(const link::SharedAccess& access) const;

    const link::WholeProgram& p_;
    link::AccessTable& table_;
    link::SingleRuns singles_;
};

} // namespace deadheat::checks
