// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Internal to link: the machine behind simulate.h. One object simulates one function.
#pragma once

#include "analyzer/link/control_flow.h"
#include "analyzer/link/live_locals.h"
#include "analyzer/link/simulate.h"

#include <array>
#include <map>
#include <optional>
#include <set>

namespace deadheat::link {

/// What a function's returned value says by the usual conventions.
enum class Verdict : std::uint8_t { unknown, failure, success };

/// The elements that `for (i = first; i < limit; ...)` goes through.
struct IndexRange {
    std::int64_t first = 0, limit = 0;
};

class Simulator {
public:
    Simulator(const SimulationInput& input, FunctionId function);
    FunctionFacts run();

private:
    using States = std::vector<State>;
    /// A state at the entry of a block; pending: not run since it changed.
    struct Entry {
        State state;
        bool isPending = true;
    };
    /// Positions in flow_.order.
    struct Work {
        std::set<ir::Index> blocks; ///< to be run
        std::set<ir::Index> heads;  ///< of loops that are to start anew
    };

    /// What a loop joins through the elements of a collection.
    struct LoopJoins {
        std::vector<SpawnId> spawns;
        std::map<LocationId, std::optional<IndexRange>> handles; ///< with the elements, where constants bound the loop
    };

    /// What a callee's expressions are called here at one call. The references outlive it.
    struct Translation {
        const State& before; ///< of the caller, when it calls
        const std::vector<ExprId>& arguments;
        FunctionId callee;
        ExprId resultAddress = kNoExpr;
        std::array<std::pair<ExprId, ExprId>, 128> known{}; ///< the latest by the callee's expression: many start alike
    };

    /// One way of leaving the function, with the last instruction on it that has a place (the one that throws).
    struct WayOut {
        State state;
        InstrRef last;
        bool throws = false;
    };
    using WaysOut = std::vector<WayOut>;

    // Driver (simulate.cpp)
    void solve();
    void emitFacts();
    void runBlock(ir::Index block, const State& entry, States& normal, States& exceptional);
    void execute(State state, const ir::Instr& instr, States& out);
    std::optional<ir::Index> takeNext(Work& work);
    void restartLoop(ir::Index head, Work& work);
    const std::vector<ir::Index>& loopOf(ir::Index head);
    bool flowTo(ir::Index from, const ir::Edge& edge, const States& states);
    bool isExcluded(const State& other, const State& state, const State* also) const;
    bool wouldBeConfused(const std::vector<Entry>& entries, const State& a, const State& b) const;
    bool addEntryState(ir::Index block, State state);
    void mergeWaiting(ir::Index block);
    bool mergeEntryState(ir::Index block, State state);
    void dropDeadLocals(State& state, ir::Index block) const;
    void leave(ir::Index block, const ir::Edge& edge, const States& states, WaysOut& ways);
    void raise(const States& states, const ir::Instr& instr, States& exceptional);
    InstrRef lastPlace(ir::Index block) const;
    bool isStaticInit(const Held& held) const;
    bool isOnlyRunBy(std::initializer_list<ir::Op> ops) const;
    PointId pointOf(const State& state);
    void event(const State& state, EventKind kind, ExprId object, ExprId lock = kNoExpr, InstrRef other = {},
               InstrRef via = {});

    // Loops (simulate_loops.cpp)
    void leaveLoop(State& state, ir::Index from, ir::Index to);
    std::vector<Held> carriedLocks(State& state, ir::Index from, ir::Index head);
    bool entersWith(ir::Index head, const std::vector<ir::Index>& body, ExprId address, ExprId atHead);
    void renameLock(State& state, ExprId from, ExprId to);
    void dropLocksOfRounds(State& state, ir::Index from, ir::Index head);
    const std::vector<ir::Index>& bodyOfLoop(ir::Index head, ir::Index tail);
    void forgetMergedValues(State& state, ir::Index head, ir::Index tail);
    void retireResults(State& state);
    template <class Names>
    bool mentions(ExprId expr, const Names& names) const;
    template <class Names>
    void loseLocks(State& state, const Names& names);

    // Values and memory (simulate_values.cpp)
    ExprId addressOf(const State& state, const ir::Place& place);
    ExprId valueOf(const State& state, const ir::Value& value);
    ExprId loadFrom(const State& state, ExprId address);
    void store(State& state, ExprId address, ExprId value);
    void overwrite(State& state, ExprId address, ExprId value);
    void overwriteAll(State& state, std::vector<std::pair<ExprId, ExprId>> stores);
    void takeOut(State& state, ExprId pointer, ExprId successor);
    bool isSomebodysPointer(ExprId value) const;
    bool hasLock(ExprId pointer);
    void storeResult(State& state, const ir::Instr& instr, ExprId value);
    ExprId freshResult();
    void copy(State& state, const ir::Instr& instr);
    void copyParts(State& state, ExprId from, ExprId to);
    void publish(State& state, ExprId value, int depth = 0);
    bool isOwned(const State& state, ExprId address) const;
    ExprId objectRoot(ExprId address) const;
    AccessFact accessFact(const State& state, ExprId address);
    void access(State& state, const ir::Instr& instr);
    void lockAccess(const State& state, const ir::Instr& instr);
    void forgetNumberAt(State& state, ExprId address);

    // Branches (simulate_branches.cpp)
    std::optional<bool> decide(const State& state, ir::Compare compare, ExprId left, ExprId right) const;
    bool assume(State& state, const ir::Condition& condition, bool holds);
    void learn(State& state, ir::Compare compare, ExprId left, ExprId right);
    void noteCount(State& state, ir::Compare compare, ExprId left, ExprId right);
    bool isCounter(ExprId address) const;
    ExprId observedAt(const State& state, ExprId value) const;
    bool isAddress(ExprId value) const;
    bool isSomeElement(ExprId value) const;
    bool mayBeNull(ExprId address) const;
    bool isSharedLoad(ExprId value) const;
    bool isSettled(ExprId address) const;
    bool isSplit(ir::Index block, const States& states) const;
    std::vector<Held> waivedIn(const State& state, const States& siblings) const;
    bool differBySettledMember(const State& a, const State& b) const;
    void forgetVolatileFacts(State& state);
    void forgetSharedNumbers(State& state);
    void forgetNumbersIn(State& state, ExprId object);

    // Locks and guards (simulate_locks.cpp)
    void acquire(State state, const ir::Instr& instr, States& out);
    void take(State& state, ExprId lock, bool shared, bool recursive, bool isTry, InstrRef where, InstrRef via);
    void release(State& state, ExprId name, std::optional<bool> shared, InstrRef where, InstrRef via,
                 bool untold = false);
    void releaseSpin(State& state, ExprId word, InstrRef where, InstrRef via);
    void noteRelease(const State& state, ExprId lock, std::optional<bool> shared, InstrRef where, InstrRef via);
    void addRelease(const State& state, ReleaseFact fact);
    std::vector<Fact> argumentFacts(const State& state) const;
    bool surelyDifferent(ExprId a, ExprId b) const;
    bool mayBeSame(ExprId held, ExprId released) const;
    bool mayBeAmong(ExprId held, const std::vector<LocationId>& places) const;
    bool hasUnknownIndex(ExprId address) const;
    ExprId indexOf(ExprId element) const;
    ExprId heldAs(const State& state, ExprId lock) const;
    void initLock(State& state, const ir::Instr& instr);
    void destroyLock(State& state, const ir::Instr& instr);
    bool isEnded(const State& state, ExprId lock) const;
    bool isWaitedSemaphore(const Held& held) const;
    void destroyLocks(State& state, ExprId object);
    void guardInit(State state, const ir::Instr& instr, States& out);
    void guardAcquire(State state, const ir::Instr& instr, States& out);
    void guardRelease(State& state, ExprId guard, bool destroy);
    void guardForget(State& state, const ir::Instr& instr);
    void guardMove(State& state, ExprId to, ExprId from);
    void guardOwns(State& state, const ir::Instr& instr);
    void forkOnStatus(State state, const ir::Instr& instr, const State& good, States& out);
    void waitOn(State& state, const ir::Instr& instr);
    void learnPredicate(State& state, const ir::Instr& instr);
    void semaphoreWait(State& state, const ir::Instr& instr);
    ExprId descriptorHolder(const State& state, const ir::Instr& instr);
    void descriptor(State& state, const ir::Instr& instr);
    void semaphorePost(State& state, const ir::Instr& instr);
    void timedJoin(State state, const ir::Instr& instr, States& out);
    bool isPointerWord(ExprId word) const;
    void spinAcquire(State& state, ExprId result, bool isZero);

    // Threads, processes, futures (simulate_threads.cpp)
    void spawn(State& state, const ir::Instr& instr);
    bool isElementOf(ExprId part, ExprId whole) const;
    ExprId finalHandle(const State& state, ExprId handle);
    bool isThroughElement(ExprId handle) const;
    InstrRef yieldedBy(const Expr& e) const;
    bool isMadeEachRound(const SpawnFact& fact, ExprId object) const;
    void shareOwnObjects();
    void findOwnObjects(const State& state, SpawnFact& fact);
    void fork(State state, const ir::Instr& instr, States& out);
    void join(State& state, const ir::Instr& instr);
    void detach(State& state, const ir::Instr& instr);
    void joinable(State state, const ir::Instr& instr, States& out);
    void handleMove(State& state, const ir::Instr& instr);
    void handleDestroy(State& state, const ir::Instr& instr);
    void waitProcess(State& state, const ir::Instr& instr);
    void releaseHandle(State& state, ExprId handle, bool detached);
    void killSpawn(State& state, SpawnId spawn);
    ExprId handleAddress(const State& state, const ir::Value& value);
    ExprId holderOf(const State& state, ExprId value) const;
    bool isHandleByValue(FunctionId function, ExprId parameter) const;
    std::vector<SpawnId> spawnsOfHandle(const ir::Value& value) const;
    bool leavesSome(SpawnId spawn, InstrRef join, const ir::Place& handle) const;
    void findLoopJoins();
    void finishLoopJoins(State& state, const LoopJoins& joins);
    bool isJoinedElement(LocationId element, const LoopJoins& joins) const;
    void releaseAt(State& state, const std::vector<LocationId>& locations);
    void releaseThroughPointer(State& state, const ir::Value& operand);
    bool isHandlePointer(const ir::Value& value) const;
    bool isCollectionHandle(const ir::Value& value) const;
    std::vector<LocationId> handleLocations(const ir::Value& value) const;
    LocationId singleLocation(const ir::Value& value) const;
    bool startsMany(SpawnId spawn) const;
    bool hasOtherHandle(const State& state, SpawnId spawn, ExprId joined) const;

    // Calls and summaries (simulate_calls.cpp)
    void call(State state, const ir::Instr& instr, States& out);
    void runCallee(State state, const ir::Instr& instr, std::size_t callee, States& out, ExprId onceFlag = kNoExpr);
    std::vector<ExprId> arguments(const State& state, const ir::Instr& instr, std::size_t callee, FunctionId target);
    void applyOutcome(State& state, const Outcome& outcome, const std::vector<ExprId>& arguments, FunctionId target,
                      const ir::Instr& instr);
    bool assumeFacts(State& state, const Outcome& outcome, const std::vector<ExprId>& arguments, FunctionId target);
    ExprId translate(Translation& call, ExprId expr);
    ExprId translateAnew(Translation& call, ExprId expr);
    void applyLocks(State& state, Translation& call, const Outcome& outcome);
    void applyHandles(State& state, Translation& call, const Outcome& outcome);
    void recordCall(const State& state, const ir::Instr& instr, std::size_t callee, std::span<const FunctionId> targets,
                    ExprId onceFlag);
    void importAccesses(const State& state, const CallFact& call, FunctionId target);
    bool isLeaf() const;
    std::vector<ExprId> ownedArguments(const State& state, const std::vector<ExprId>& arguments) const;

    // Counted references (simulate_references.cpp)
    struct CountedDown {
        enum class Value { before, after, either };
        ExprId counter = kNoExpr;
        Value which = Value::after;
    };
    void noteCountedDown(ExprId value, ExprId address, CountedDown::Value which);
    void noteLastReference(State& state, ir::Compare compare, ExprId value, std::int64_t number);

    // Exits (simulate_exits.cpp)
    void summarise(const WaysOut& ways);
    Outcome outcomeOf(const State& state, bool throws) const;
    bool isHandedOn(const State& state, ExprId handle) const;
    void reportLostHandles(const State& state, bool throws);
    bool returnsMemory() const;
    bool isVisible(ExprId address) const;
    bool isOverwritten(const State& state, ExprId value) const;
    bool isReversed(const State& state, const Fact& fact) const;

    // Locks kept (simulate_kept_locks.cpp)
    void reportKeptLocks(const WaysOut& ways);
    KeptLock describeKept(const WayOut& way, const Held& held, const WaysOut& ways) const;
    bool isKeptOn(const WayOut& way, ExprId lock) const;
    bool isOwnedByGuard(const State& state, ExprId lock) const;
    bool tellsApart(const State& a, const State& b) const;
    bool returnsDiffer(const State& a, const State& b) const;
    Verdict verdictOf(const State& state) const;

    // Threads that outlive what they use (simulate_lifetimes.cpp)
    std::vector<ExprId> referencesOf(const State& state, const ir::Instr& spawn);
    void addReferences(const State& state, const ir::Value& value, bool isCopied, std::vector<ExprId>& references);
    void addReference(ExprId value, std::vector<ExprId>& references) const;
    void noteDetached(const State& state, ExprId handle);
    void reportOutliving(const WayOut& way);
    void addOutliving(InstrRef start, InstrRef detached);

    const SimulationInput& in_;
    const FunctionId function_;
    const ir::Function& code_;
    ExprTable& exprs_;
    ControlFlow flow_;
    LiveLocals liveLocals_;
    std::vector<std::vector<Entry>> entries_;                                      ///< by block
    std::vector<std::uint32_t> visits_;                                            ///< by block
    std::map<ir::Index, std::vector<ir::Index>> loops_;                            ///< by head, as asked for
    std::map<std::pair<ir::Index, ir::Index>, std::vector<ir::Index>> loopBodies_; ///< by head and tail, as asked for
    std::vector<std::uint32_t> firstSerial_;   ///< by block: number of its first instruction in the function
    std::map<ir::Index, LoopJoins> loopJoins_; ///< by loop
    std::map<ExprId, bool> hasLock_;           ///< by pointer, as asked for
    std::map<std::pair<std::uint32_t, ExprId>, std::uint32_t> imported_; ///< (call, callee's expression) -> serial
    std::map<InstrRef, std::vector<ExprId>> references_; ///< by spawn: what the started code is given of this function
    std::map<ExprId, std::pair<ExprId, ir::Success>>
        atomicStatus_;                          ///< status of an atomic exchange -> variable, good status
    std::map<ExprId, CountedDown> countedDown_; ///< by a value of the counter
    std::set<ExprId> failureStatus_;            ///< results of tries on the path on which they failed
    ir::Index block_ = 0;                       ///< the block being executed
    InstrRef at_;                               ///< the instruction being executed
    std::uint32_t serial_ = 0;                  ///< its number in the function
    const bool isThreadEntry_;                  ///< nobody calls it
    const bool isPredicate_;                    ///< what waits test, with the lock that they take back
    std::vector<Held> waived_;                  ///< by the state that is being run
    bool emitting_ = false;
    FunctionFacts facts_;
};

/// Whether `expr` is computed from a value for which `names` holds, indices of elements included.
template <class Names>
bool Simulator::mentions(ExprId expr, const Names& names) const {
    while (expr != kNoExpr) {
        const Expr& e = exprs_[expr];
        if (names(e))
            return true;
        switch (e.kind) {
        case ExprKind::element:
            if (e.b != kAnyElement && mentions(e.b, names))
                return true;
            [[fallthrough]];
        case ExprKind::field:
        case ExprKind::load:
        case ExprKind::masked:
        case ExprKind::outer: expr = e.a; break;
        default: return false;
        }
    }
    return false;
}

} // namespace deadheat::link
