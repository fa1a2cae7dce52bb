// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Objects on the heap that one global variable leads to and nothing else: `static mutex_t* log_mutex`, made when it is first needed.
#pragma once

#include "analyzer/link/points_to.h"

#include <vector>

namespace deadheat::link {

class SoleHolders {
public:
    explicit SoleHolders(const PointsTo& pointsTo) : pointsTo_(pointsTo) {}

    /// Whether all who come by the object have it from one global variable (or member of one), which holds one object at a time. Local
    /// variables do not count: they have it from there or are about to put it there. The first question looks through all of memory.
    bool isHeldByOne(ObjectId object);

private:
    void search();
    bool isOneVariable(LocationId place) const;

    const PointsTo& pointsTo_;
    std::vector<LocationId> holders_; ///< by object; kNoId: none
    std::vector<char> isShared_;      ///< by object: others hold it as well
};

} // namespace deadheat::link
