// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/orderings.h"
#include "analyzer/link/simulator.h"

namespace deadheat::link {

namespace {

/// Ways out of a function that are told apart.
constexpr std::size_t kMaxWaysOut = 64;

/// Which mode of a lock a release gives up; nothing: whichever is held.
std::optional<bool> releasedMode(const ir::Instr& instr) {
    if (instr.flags.all)
        return std::nullopt;
    return instr.flags.shared;
}

} // namespace

FunctionFacts simulate(const SimulationInput& input, FunctionId function) { return Simulator(input, function).run(); }

Simulator::Simulator(const SimulationInput& input, FunctionId function)
    : in_(input), function_(function), code_(input.code.functions[function]), exprs_(input.exprs), flow_(code_),
      liveLocals_(code_), isThreadEntry_(isOnlyRunBy({ir::Op::spawn, ir::Op::submit})),
      isPredicate_(isOnlyRunBy({ir::Op::wait})) {
    entries_.resize(code_.blocks.size());
    visits_.resize(code_.blocks.size());
    std::uint32_t serial = 0;
    for (const ir::Block& block : code_.blocks) {
        firstSerial_.push_back(serial);
        serial += block.instrs.size();
    }
    findLoopJoins();
}

FunctionFacts Simulator::run() {
    if (code_.blocks.empty())
        return {};
    entries_[0].push_back({});
    solve();
    emitting_ = true;
    emitFacts();
    shareOwnObjects();
    facts_.isLeaf = isLeaf();
    return std::move(facts_);
}

void Simulator::runBlock(ir::Index block, const State& entry, States& normal, States& exceptional) {
    const ir::Block& code = code_.blocks[block];
    bool catches =
        std::ranges::any_of(code.successors, [](const ir::Edge& e) { return e.kind == ir::EdgeKind::exceptional; });
    block_ = block;
    normal = {entry};
    for (ir::Index i = 0; i < code.instrs.size(); ++i) {
        const ir::Instr& instr = code.instrs[i];
        at_ = {function_, block, i};
        serial_ = firstSerial_[block] + i;
        if (catches && instr.flags.mayThrow)
            raise(normal, instr, exceptional);
        if (flow_.inLoop(block)) // what this instruction yielded in the round before gets another name
            for (State& state : normal)
                retireResults(state);
        States next;
        const States siblings = emitting_ && isSplit(block, normal) ? normal : States{};
        for (State& state : normal) {
            waived_ = siblings.empty() ? std::vector<Held>{} : waivedIn(state, siblings);
            execute(std::move(state), instr, next);
        }
        waived_.clear();
        if (next.size() > 2 * kMaxStates) {
            for (std::size_t s = kMaxStates; s < next.size(); ++s)
                mergeInto(next[kMaxStates - 1], next[s], function_, block, exprs_);
            next.resize(kMaxStates);
        }
        normal = std::move(next);
    }
}

/// Runs every block once more from its final entry states. What leaves the function is kept apart by the block it comes from,
/// because values returned would be merged at the exit.
void Simulator::emitFacts() {
    WaysOut ways;
    for (ir::Index block : flow_.order) {
        for (const Entry& entry : entries_[block]) {
            States normal, exceptional;
            runBlock(block, entry.state, normal, exceptional);
            for (const ir::Edge& edge : code_.blocks[block].successors) {
                bool leaves = edge.target == code_.exitBlock || edge.target == code_.unwindBlock;
                if (leaves)
                    leave(block, edge, edge.kind == ir::EdgeKind::exceptional ? exceptional : normal, ways);
            }
        }
    }
    summarise(ways);
}

void Simulator::leave(ir::Index block, const ir::Edge& edge, const States& states, WaysOut& ways) {
    bool throws = edge.target == code_.unwindBlock &&
                  (code_.unwindBlock != code_.exitBlock || edge.kind == ir::EdgeKind::exceptional);
    for (State state : states) {
        if (edge.kind == ir::EdgeKind::true_ || edge.kind == ir::EdgeKind::false_)
            if (!assume(state, code_.blocks[block].condition, edge.kind == ir::EdgeKind::true_))
                continue;
        leaveLoop(state, block, edge.target);
        WayOut way{std::move(state), throws ? InstrRef{} : lastPlace(block), throws};
        if (throws)
            way.last = way.state.thrownAt;
        if (ways.size() < kMaxWaysOut)
            ways.push_back(std::move(way));
        else
            mergeInto(ways.back().state, way.state, function_, edge.target, exprs_);
    }
}

/// Whether instructions of these kinds run the function, and no others.
bool Simulator::isOnlyRunBy(std::initializer_list<ir::Op> ops) const {
    const std::span<const InstrRef> callers = in_.pointsTo.callersOf(function_);
    return !callers.empty() && std::ranges::all_of(callers, [&](InstrRef at) {
        return std::ranges::find(ops, instrAt(in_.code, at).op) != ops.end();
    });
}

/// The once flag of a static variable of this function, whose initialiser runs.
bool Simulator::isStaticInit(const Held& held) const {
    return held.where.function == function_ && instrAt(in_.code, held.where).flags.isInit;
}

/// The last instruction with a source place of its own on the way to the end of `block`, as far as there is only one way.
InstrRef Simulator::lastPlace(ir::Index block) const {
    for (int steps = 0; steps < 8; ++steps) {
        const std::vector<ir::Instr>& instrs = code_.blocks[block].instrs;
        for (ir::Index i = instrs.size(); i-- > 0;)
            if (instrs[i].range.file != ir::kNone && !instrs[i].flags.implicit)
                return {function_, block, i};
        if (flow_.predecessors[block].size() != 1)
            return {};
        block = flow_.predecessors[block][0];
    }
    return {};
}

/// The states in which `instr` leaves by an exception: none when it is known that its callees do not throw.
void Simulator::raise(const States& states, const ir::Instr& instr, States& exceptional) {
    bool isCall = instr.op == ir::Op::call || instr.op == ir::Op::callIndirect;
    std::span<const FunctionId> targets = isCall ? in_.pointsTo.targets(at_) : std::span<const FunctionId>{};
    bool known = !targets.empty(), throws = false;
    bool surely = isCall && instr.symbol != ir::kNone && in_.code.symbols[instr.symbol] == "throw";
    for (FunctionId target : targets) {
        known = known && in_.facts[target].summary.known;
        for (const Outcome& outcome : in_.facts[target].summary.outcomes) {
            throws = throws || outcome.throws;
            surely = surely || outcome.surelyThrows;
        }
    }
    if (known && !throws)
        return;
    for (State state : states) {
        std::erase_if(state.held, [&](const Held& held) { return isStaticInit(held); }); // to be tried again
        state.thrownAt = at_;
        state.surelyThrows = surely;
        exceptional.push_back(std::move(state));
    }
}

/// Whether there are other states than this one.
bool Simulator::isSplit(ir::Index block, const States& states) const {
    return states.size() > 1 || entries_[block].size() > 1;
}

/// Locks that this state does without because a member which never changes says so, where another state has taken them: `if (shared_)
/// mutex_.lock();`. An object that was made not to be shared is taken to be that. Nobody is kept from the lock, but whoever takes it or
/// does without has nobody beside him, as with a claim.
std::vector<Held> Simulator::waivedIn(const State& state, const States& siblings) const {
    std::vector<Held> waived;
    auto waive = [&](const State& other) {
        for (const Held& held : other.held) {
            const bool isTried =
                findHeld(state, held.lock) || findReleased(state, held.lock) || contains(state.failedTries, held.lock);
            if (held.count <= 0 || held.claim || isTried || !differBySettledMember(state, other))
                continue;
            Held claim = held;
            claim.claim = true;
            if (std::ranges::find(waived, held.lock, &Held::lock) == waived.end())
                waived.push_back(claim);
        }
    };
    std::ranges::for_each(siblings, waive);
    for (const Entry& entry : entries_[block_])
        waive(entry.state);
    return waived;
}

bool Simulator::differBySettledMember(const State& a, const State& b) const {
    auto settled = [&](const State& state) {
        std::vector<Fact> facts;
        std::ranges::copy_if(state.facts, std::back_inserter(facts), [&](const Fact& fact) {
            const Expr& value = exprs_[fact.value];
            return value.kind == ExprKind::load && isSettled(value.a);
        });
        return facts;
    };
    return excludeEachOther(exprs_, settled(a), settled(b));
}

PointId Simulator::pointOf(const State& state) {
    std::vector<Held> held = state.held;
    held.insert(held.end(), waived_.begin(), waived_.end());
    std::ranges::sort(held, {}, &Held::lock);
    Point point{std::move(held), state.live,  state.joined,         state.posted, state.waited,
                state.acquired,  state.child, argumentFacts(state), state.widened};
    std::size_t count = facts_.points.size();
    for (std::size_t back = 1; back <= std::min<std::size_t>(count, 16); ++back)
        if (facts_.points[count - back] == point)
            return static_cast<PointId>(count - back);
    facts_.points.push_back(std::move(point));
    return static_cast<PointId>(count);
}

void Simulator::event(const State& state, EventKind kind, ExprId object, ExprId lock, InstrRef other, InstrRef via) {
    if (!emitting_)
        return;
    for (const Event& known : facts_.events)
        if (known.kind == kind && known.at == at_ && known.object == object && known.other == other)
            return;
    facts_.events.push_back({kind, at_, object, lock, other, via, pointOf(state), false});
}

void Simulator::execute(State state, const ir::Instr& instr, States& out) {
    using ir::Op;
    switch (instr.op) {
    case Op::call:
    case Op::callIndirect: return call(std::move(state), instr, out);
    case Op::once: return runCallee(std::move(state), instr, 1, out, valueOf(state, instr.operands[0]));
    case Op::acquire: return acquire(std::move(state), instr, out);
    case Op::guardInit: return guardInit(std::move(state), instr, out);
    case Op::guardAcquire: return guardAcquire(std::move(state), instr, out);
    case Op::fork: return fork(std::move(state), instr, out);
    case Op::join:
        if (instr.flags.timed || instr.flags.isTry)
            return timedJoin(std::move(state), instr, out);
        break;
    case Op::joinable: return joinable(std::move(state), instr, out);
    case Op::exitThread:
    case Op::exitProcess: return;
    default: break;
    }
    switch (instr.op) {
    case Op::read:
    case Op::write:
    case Op::readWrite: access(state, instr); break;
    case Op::free:
        access(state, instr);
        destroyLocks(state, valueOf(state, instr.operands[0]));
        break;
    case Op::copy: copy(state, instr); break;
    case Op::alloc:
        if (instr.flags.processShared) // a child of a fork has it, too
            insert(state.published, exprs_.allocation(function_, serial_));
        else // a new object in each round of a loop
            erase(state.published, exprs_.allocation(function_, serial_));
        storeResult(state, instr, exprs_.allocation(function_, serial_));
        break;
    case Op::release:
        release(state, valueOf(state, instr.operands[0]), releasedMode(instr), at_, {});
        storeResult(state, instr, exprs_.number(0));
        break;
    case Op::assertHeld:
        take(state, valueOf(state, instr.operands[0]), instr.flags.shared, true, false, at_, {});
        break;
    case Op::lockInit:
    case Op::barrierInit: initLock(state, instr); break;
    case Op::lockDestroy: destroyLock(state, instr); break;
    case Op::guardRelease: guardRelease(state, valueOf(state, instr.operands[0]), false); break;
    case Op::guardDestroy: guardRelease(state, valueOf(state, instr.operands[0]), true); break;
    case Op::guardForget: guardForget(state, instr); break;
    case Op::guardMove: guardMove(state, valueOf(state, instr.operands[0]), valueOf(state, instr.operands[1])); break;
    case Op::guardOwns: guardOwns(state, instr); break;
    case Op::wait: waitOn(state, instr); break; // a condition may end once all who wait are woken
    case Op::notify:
        lockAccess(state, instr);
        event(state, EventKind::notify, valueOf(state, instr.operands[0]));
        break;
    case Op::descriptorRead:
    case Op::descriptorWrite:
    case Op::descriptorClose: descriptor(state, instr); break;
    case Op::semaphorePost:
        lockAccess(state, instr);
        semaphorePost(state, instr);
        break;
    case Op::latchArrive:
    case Op::promiseSet: insert(state.posted, valueOf(state, instr.operands[0])); break;
    case Op::barrierWait: {
        lockAccess(state, instr); // it must have begun
        ExprId barrier = valueOf(state, instr.operands[0]);
        insert(state.posted, barrier);
        insert(state.waited, barrier);
        lockAccess(state, instr); // and must not end before all have left it
        break;
    }
    case Op::semaphoreWait:
        lockAccess(state, instr);
        semaphoreWait(state, instr);
        break;
    case Op::latchWait:
        if (!instr.flags.isTry && !instr.flags.timed)
            insert(state.waited, valueOf(state, instr.operands[0]));
        if (!instr.flags.isTry)
            event(state, EventKind::blocking, valueOf(state, instr.operands[0]));
        break;
    case Op::futureGet: join(state, instr); break;
    case Op::spawn:
    case Op::submit:
    case Op::signalHandler: spawn(state, instr); break;
    case Op::join: join(state, instr); break;
    case Op::detach: detach(state, instr); break;
    case Op::handleMove: handleMove(state, instr); break;
    case Op::handleDestroy: handleDestroy(state, instr); break;
    case Op::waitProcess: waitProcess(state, instr); break;
    case Op::sleep:
    case Op::block:
        forgetVolatileFacts(state);
        event(state, EventKind::blocking, kNoExpr);
        if (instr.result)
            storeResult(state, instr, freshResult());
        break;
    default:
        if (instr.result)
            storeResult(state, instr, freshResult());
        break;
    }
    out.push_back(std::move(state));
}

} // namespace deadheat::link
