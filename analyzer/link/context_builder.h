// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Internal to link: fills WholeProgram::contexts.
#pragma once

#include "analyzer/link/call_graph.h"
#include "analyzer/link/lock_owners.h"
#include "analyzer/link/program.h"
#include "analyzer/link/single_runs.h"

#include <map>
#include <set>
#include <unordered_map>

namespace deadheat::link {

/// Synchronisation objects of a point as locations.
struct PointSignals {
    bool known = false;
    SetId posted = kEmptySet, waited = kEmptySet;
};

/// Where `objects` are; with `must`, only those that are one location.
std::vector<LocationId> signalLocations(const WholeProgram& program, FunctionId function,
                                        const std::vector<ExprId>& objects, bool must);

class ContextBuilder {
public:
    ContextBuilder(WholeProgram& program, const CallGraph& calls);
    void run();

private:
    SetId uncounted(SetId posted);
    void findThreadOwners();
    ExprId separateObject(const SpawnFact& spawn, ExprId argument) const;
    bool isSeparateArgument(FunctionId entry, ir::Index parameter) const;
    void findDetachedMembers();
    bool isOnePerHolder(const SpawnFact& spawn, FunctionId entry) const;
    bool startsThreads(const std::string& record) const;
    bool isExclusiveDestructor(FunctionId function) const;
    void findRoots();
    void addEntry(FunctionId function, RootId root, std::vector<SpawnId> live);
    void propagate(ContextId id);
    SetId withoutStartsOf(FunctionId function, SetId live);
    void throughCall(const Context& context, const CallFact& call);
    void throughSpawn(const Context& context, const SpawnFact& spawn);
    std::vector<std::vector<LocationId>> targetsOf(const Context& caller, const std::vector<ExprId>& arguments,
                                                   FunctionId callee);
    const std::vector<const std::vector<LocationId>*>& parameterTargets(FunctionId function, std::size_t count);
    static bool uniteTargets(Context& known, const Context& next);
    void passPaths(const std::vector<ExprId>& known, ExprId argument, ir::Index parameter, std::vector<ExprId>& passed);
    bool callsTask(const CallFact& call);
    SetId makingAfter(const Context& context, const CallFact& call);
    void findDeciders();
    /// Whether what the function does, or what it calls with the same parameter does, depends on a number passed for it.
    bool decidesBy(FunctionId function, ir::Index parameter) const {
        return decidesByArguments_[function] || contains(handsOn_[function], parameter);
    }
    ExprId knownNumber(const Context& context, ExprId argument) const;
    RootId rootAt(const Context& context, const Point& point) const;
    void enter(Context next);
    void enqueue(ContextId id);
    bool widen(Context& context, const Context& next, bool same);
    bool absorb(Context& known, const Context& next);
    EntryLock ofEarlierCall(const EntryLock& lock);
    EntryLock rename(const EntryLock& lock, const CallFact& call, FunctionId caller, FunctionId callee);
    const PointSignals& signalsAt(FunctionId function, PointId point);
    bool isEntryPoint(FunctionId function) const;

    WholeProgram& p_;
    const CallGraph& calls_;
    Contexts& c_;
    SingleRuns singles_;
    LockOwners lockOwners_;
    std::set<std::pair<std::uint32_t, ContextId>> work_; ///< in the order in which they will be propagated
    std::vector<std::vector<PointSignals>> signals_;     ///< by function and point
    std::vector<std::vector<const std::vector<LocationId>*>>
        parameterTargets_;                 ///< by function and parameter, as far as asked for
    std::vector<bool> decidesByArguments_; ///< by function: what it does depends on numbers that callers pass
    std::vector<std::vector<ir::Index>>
        handsOn_;                         ///< by function: parameters that it passes to those that decide by them
    std::set<ir::Index> detachedMembers_; ///< fields with handles that are somewhere detached
    std::map<FunctionId, std::set<ir::Index>> handleMembers_; ///< by entry: where the handles of its threads are kept
    std::set<std::string> threadOwners_;                      ///< USRs of classes
    std::map<std::pair<FunctionId, ir::Index>, std::vector<ExprId>> startArguments_; ///< by entry and parameter
    std::map<InstrRef, bool> callsTask_;                                             ///< by indirect call
    ContextId current_ = kNoId;                                                      ///< the context being propagated
    std::unordered_map<std::uint64_t, std::vector<ContextId>> byFunctionAndRoot_;
};

} // namespace deadheat::link
