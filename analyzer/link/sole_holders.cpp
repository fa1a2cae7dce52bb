// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/sole_holders.h"

namespace deadheat::link {

bool SoleHolders::isHeldByOne(ObjectId object) {
    if (holders_.empty())
        search();
    return object < holders_.size() && holders_[object] != kNoId && isShared_[object] == 0;
}

void SoleHolders::search() {
    for (LocationId place = 0; place < pointsTo_.locationCount(); ++place) {
        const ObjectId holder = pointsTo_.objectOf(place);
        if (holder == kNoId || pointsTo_.object(holder).kind == ObjectKind::local) // kNoId: a temporary of the solver
            continue;
        for (const LocationId target : pointsTo_.pointees(place)) {
            const ObjectId object = pointsTo_.objectOf(target);
            if (object >= holders_.size()) {
                holders_.resize(object + 1, kNoId);
                isShared_.resize(object + 1);
            }
            if (!isOneVariable(place) || (holders_[object] != kNoId && holders_[object] != place))
                isShared_[object] = 1;
            holders_[object] = place;
        }
    }
    if (holders_.empty())
        holders_.push_back(kNoId);
}

bool SoleHolders::isOneVariable(LocationId place) const {
    if (pointsTo_.object(pointsTo_.objectOf(place)).kind != ObjectKind::global)
        return false;
    for (LocationId part = place; pointsTo_.parent(part) != kNoId; part = pointsTo_.parent(part))
        if (pointsTo_.step(part).kind == ir::StepKind::element)
            return false;
    return true;
}

} // namespace deadheat::link
