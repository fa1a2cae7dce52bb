// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Thread escape: an object is shared when a global, another thread or process, or unknown code can reach it; everything
// reachable from a shared object is shared. A thread-local variable is shared only when a pointer to it gets out.
#include "analyzer/link/shared_objects.h"

#include <unordered_set>

namespace deadheat::link {

namespace {

/// What a thread is given is shared, however much it may be.
constexpr std::size_t kEverything = ~std::size_t{0};

/// What can be reached from objects that are known to be shared.
class Sharing {
public:
    explicit Sharing(const WholeProgram& program) : p_(program), pointsTo_(*program.pointsTo) {
        for (LocationId location = 0; location < pointsTo_.locationCount(); ++location) {
            ObjectId object = pointsTo_.objectOf(location);
            if (object == kNoId)
                continue; // a temporary of the solver
            if (parts_.size() <= object)
                parts_.resize(object + 1);
            parts_[object].push_back(location);
            if (LocationId whole = pointsTo_.parent(location); whole != kNoId)
                children_[whole].push_back(location);
        }
        shared_.assign(parts_.size(), 0);
    }

    /// What anybody can reach who runs: globals, memory from elsewhere, memory of several processes.
    void shareWithAll(bool withClients) {
        for (ObjectId id = 0; id < parts_.size(); ++id) {
            if (parts_[id].empty())
                continue;
            const Object& object = pointsTo_.object(id);
            const bool isGlobal = object.kind == ObjectKind::global && !p_.code.globals[object.index].isThreadLocal;
            const bool isOutside =
                object.kind == ObjectKind::foreign || (withClients && object.kind == ObjectKind::delivery);
            if (isGlobal || isOutside || object.isProcessShared)
                share(id);
        }
    }

    void shareOperandsOf(InstrRef site) {
        for (const ir::Value& operand : p_.instr(site).operands)
            for (LocationId target : pointsTo_.pointeesOf(site.function, operand, kEverything))
                share(pointsTo_.objectOf(target));
    }

    /// By ObjectId.
    std::vector<char> reached() {
        while (!work_.empty()) {
            LocationId location = work_.back();
            work_.pop_back();
            const std::span<const LocationId> targets = pointsTo_.pointees(location);
            if (seenTargets_.insert(targets.data()).second) // pointers to the same share one list
                for (LocationId target : targets)
                    share(pointsTo_.objectOf(target));
            for (LocationId source : pointsTo_.copiedFrom(location))
                visitWhole(source);
        }
        return shared_;
    }

private:
    void share(ObjectId object) {
        if (object >= parts_.size() || shared_[object])
            return;
        shared_[object] = 1;
        for (LocationId part : parts_[object])
            visit(part);
    }

    void visit(LocationId location) {
        if (visited_.insert(location).second)
            work_.push_back(location);
    }

    /// The contents are shared, though the object itself need not be: it was copied.
    void visitWhole(LocationId location) {
        visit(location);
        if (auto parts = children_.find(location); parts != children_.end())
            for (LocationId part : parts->second)
                visitWhole(part);
    }

    const WholeProgram& p_;
    const PointsTo& pointsTo_;
    std::vector<std::vector<LocationId>> parts_; ///< by object
    std::unordered_map<LocationId, std::vector<LocationId>> children_;
    std::unordered_set<LocationId> visited_;
    std::unordered_set<const LocationId*> seenTargets_;
    std::vector<LocationId> work_;
    std::vector<char> shared_;
};

} // namespace

std::vector<char> findSharedObjects(const WholeProgram& program) {
    Sharing sharing(program);
    sharing.shareWithAll(true);
    for (InstrRef site : program.spawns.sites)
        sharing.shareOperandsOf(site);
    return sharing.reached();
}

std::vector<char> findObjectsFromOutside(const WholeProgram& program, RootId root) {
    Sharing sharing(program);
    sharing.shareWithAll(false); // what a thread hands to clients, other threads have not got by that
    for (SpawnId spawn : program.contexts.roots[root].sites)
        sharing.shareOperandsOf(program.spawns.sites[spawn]);
    return sharing.reached();
}

} // namespace deadheat::link
