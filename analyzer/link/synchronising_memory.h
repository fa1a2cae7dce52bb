// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Plain words that synchronise, found before anything is simulated.
#pragma once

#include "analyzer/link/points_to.h"

#include <set>
#include <vector>

namespace deadheat::link {

struct WholeProgram; // program.h

/// Vectors are sorted.
struct SynchronisingMemory {
    std::vector<LocationId> pipes;     ///< arrays of descriptors of which one gives what the other takes
    std::vector<LocationId> spinWords; ///< atomics that some code sets and tests at once, as a spin lock does
    std::vector<LocationId> counters;  ///< numbers that some code counts up or down, and some code tests
    /// Variables, and members of whatever object, that are set in another way, too, than at once with a test: a lock can be given
    /// back. A word without it is a claim: it tells who came first.
    std::vector<LocationId> givenBack;
    std::set<ir::Index> givenBackFields;

    /// Whether a lock that lies at one of `locations` can be given back; true where it is not known where it lies.
    bool canBeGivenBack(const PointsTo& pointsTo, const std::vector<LocationId>& locations) const;
};

/// `program` has been merged, and its points-to sets are known.
SynchronisingMemory findSynchronisingMemory(const WholeProgram& program);

} // namespace deadheat::link
