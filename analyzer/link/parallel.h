// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// May two places run in parallel? Built from the thread tree: who starts whom, and who may still be running where.
// Follows the start and join reasoning of Goblint's thread analyses (Schwarz et al., "Improving Thread-Modular Abstract
// Interpretation", SAS 2021) in a flow-sensitive, summary-based form; a thread is identified by its start site.
#pragma once

#include "analyzer/link/program.h"

#include <unordered_map>

namespace deadheat::link {

/// Read only after construction, except for a cache: not thread safe.
class Parallelism {
public:
    explicit Parallelism(const WholeProgram& program);

    struct Place {
        RootId root;
        std::vector<SpawnId> live; ///< liveAt(context, point)
    };
    bool mayRunInParallel(const Place& a, const Place& b) { return mayRunInParallel(a.root, a.live, b.root, b.live); }
    bool mayRunInParallel(RootId a, const std::vector<SpawnId>& liveA, RootId b, const std::vector<SpawnId>& liveB);
    /// Whether several threads of one root may run at once.
    bool selfParallel(RootId root);
    bool rootsParallel(RootId a, RootId b);
    /// Whether `ancestor` starts `root`, directly or not.
    bool isAncestor(RootId ancestor, RootId root) const;
    /// Whether a running thread of `live`, or one that it started, is of `root`.
    bool reaches(const std::vector<SpawnId>& live, RootId root) const;

private:
    const WholeProgram& p_;
    std::vector<std::vector<RootId>> ancestors_;   ///< by root, sorted
    std::vector<std::vector<RootId>> descendants_; ///< by root, itself included, sorted
    std::unordered_map<std::uint64_t, bool> cache_;
    std::vector<std::uint64_t> inProgress_;
};

} // namespace deadheat::link
