// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/simulator.h"

#include <set>

namespace deadheat::link {

namespace {

/// Rounds over one block before its states are widened into one; reached only by unusual loop nests.
constexpr std::uint32_t kMaxVisits = 24;

} // namespace

FunctionFacts simulate(const SimulationInput& input, FunctionId function) { return Simulator(input, function).run(); }

Simulator::Simulator(const SimulationInput& input, FunctionId function)
    : in_(input), function_(function), code_(input.code.functions[function]), exprs_(input.exprs), flow_(code_) {
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
    if (code_.blocks.empty()) return {};
    entries_[0].push_back({});
    solve();
    emitting_ = true;
    emitFacts();
    return std::move(facts_);
}

/// Chaotic iteration in reverse post-order until no block's entry states change.
void Simulator::solve() {
    std::set<ir::Index> work{0}; // positions in flow_.order
    while (!work.empty()) {
        ir::Index block = flow_.order[*work.begin()];
        work.erase(work.begin());
        ++visits_[block];
        States states = entries_[block];
        for (const State& entry : states) {
            States normal, exceptional;
            runBlock(block, entry, normal, exceptional);
            for (const ir::Edge& edge : code_.blocks[block].successors) {
                for (const State& state : edge.kind == ir::EdgeKind::exceptional ? exceptional : normal) {
                    State next = state;
                    if (edge.kind == ir::EdgeKind::true_ || edge.kind == ir::EdgeKind::false_)
                        if (!assume(next, code_.blocks[block].condition, edge.kind == ir::EdgeKind::true_)) continue;
                    leaveLoop(next, block, edge.target);
                    if (addEntryState(edge.target, std::move(next))) work.insert(flow_.position[edge.target]);
                }
            }
        }
    }
}

bool Simulator::addEntryState(ir::Index block, State state) {
    States& states = entries_[block];
    bool widen = visits_[block] > kMaxVisits;
    for (State& known : states)
        if (widen || sameKey(known, state)) return mergeInto(known, state, function_, block, exprs_);
    if (states.size() == kMaxStates) return mergeInto(states.back(), state, function_, block, exprs_);
    states.push_back(std::move(state));
    return true;
}

/// Facts learnt inside a loop do not hold in its next round. Threads joined one by one from a collection are joined once the
/// loop is left, even on the path that never entered it (that path started none either).
void Simulator::leaveLoop(State& state, ir::Index from, ir::Index to) {
    if (flow_.isBackEdge(from, to)) {
        ir::Index head = flow_.position[to], tail = flow_.position[from];
        std::erase_if(state.facts, [&](const Fact& fact) {
            ir::Index at = flow_.position[fact.block];
            return at >= head && at <= tail;
        });
    }
    ir::Index loop = flow_.loop[from];
    if (loop == ir::kNone || flow_.loop[to] == loop) return;
    auto joins = loopJoins_.find(loop);
    if (joins == loopJoins_.end()) return;
    for (SpawnId spawn : joins->second) killSpawn(state, spawn);
}

void Simulator::runBlock(ir::Index block, const State& entry, States& normal, States& exceptional) {
    const ir::Block& code = code_.blocks[block];
    bool catches = std::ranges::any_of(code.successors, [](const ir::Edge& e) { return e.kind == ir::EdgeKind::exceptional; });
    normal = {entry};
    for (ir::Index i = 0; i < code.instrs.size(); ++i) {
        const ir::Instr& instr = code.instrs[i];
        at_ = {function_, block, i};
        serial_ = firstSerial_[block] + i;
        if (catches && instr.flags.mayThrow) exceptional.insert(exceptional.end(), normal.begin(), normal.end());
        States next;
        for (State& state : normal) execute(std::move(state), instr, next);
        if (next.size() > 2 * kMaxStates) {
            for (std::size_t s = kMaxStates; s < next.size(); ++s) mergeInto(next[kMaxStates - 1], next[s], function_, block, exprs_);
            next.resize(kMaxStates);
        }
        normal = std::move(next);
    }
}

void Simulator::emitFacts() {
    States returns, throws;
    for (ir::Index block : flow_.order) {
        const States entries = entries_[block];
        if (block == code_.exitBlock) returns = entries;
        if (block == code_.unwindBlock) throws = entries;
        for (const State& entry : entries) {
            States normal, exceptional;
            runBlock(block, entry, normal, exceptional);
        }
    }
    summarise(returns, throws);
}

PointId Simulator::pointOf(const State& state) {
    Point point{state.held, state.live, state.joined, state.posted, state.waited, state.child, state.widened};
    std::size_t count = facts_.points.size();
    for (std::size_t back = 1; back <= std::min<std::size_t>(count, 16); ++back)
        if (facts_.points[count - back] == point) return static_cast<PointId>(count - back);
    facts_.points.push_back(std::move(point));
    return static_cast<PointId>(count);
}

void Simulator::event(const State& state, EventKind kind, ExprId object, ExprId lock, InstrRef other, InstrRef via) {
    if (!emitting_) return;
    for (const Event& known : facts_.events)
        if (known.kind == kind && known.at == at_ && known.object == object && known.other == other) return;
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
    case Op::joinable: return joinable(std::move(state), instr, out);
    case Op::exitThread:
    case Op::exitProcess: return;
    default: break;
    }
    switch (instr.op) {
    case Op::read:
    case Op::write:
    case Op::readWrite:
    case Op::free: access(state, instr); break;
    case Op::copy: copy(state, instr); break;
    case Op::alloc: storeResult(state, instr, exprs_.allocation(function_, serial_)); break;
    case Op::release: release(state, valueOf(state, instr.operands[0]), at_, {}); break;
    case Op::assertHeld: take(state, valueOf(state, instr.operands[0]), instr.flags.shared, true, false, at_, {}); break;
    case Op::lockDestroy: {
        ExprId lock = valueOf(state, instr.operands[0]);
        const Held* held = findHeld(state, lock);
        if (held && held->count > 0) event(state, EventKind::destroyWhileHeld, lock, lock, held->where, held->via);
        break;
    }
    case Op::guardRelease: guardRelease(state, valueOf(state, instr.operands[0]), false); break;
    case Op::guardDestroy: guardRelease(state, valueOf(state, instr.operands[0]), true); break;
    case Op::guardForget: guardEntry(state, valueOf(state, instr.operands[0])).owns = false; break;
    case Op::guardMove: guardMove(state, valueOf(state, instr.operands[0]), valueOf(state, instr.operands[1])); break;
    case Op::guardOwns: guardOwns(state, instr); break;
    case Op::wait: waitOn(state, instr); break;
    case Op::notify: event(state, EventKind::notify, valueOf(state, instr.operands[0])); break;
    case Op::semaphorePost:
    case Op::latchArrive:
    case Op::promiseSet: insert(state.posted, valueOf(state, instr.operands[0])); break;
    case Op::barrierWait: {
        ExprId barrier = valueOf(state, instr.operands[0]);
        insert(state.posted, barrier);
        insert(state.waited, barrier);
        break;
    }
    case Op::semaphoreWait:
    case Op::latchWait:
        if (!instr.flags.isTry && !instr.flags.timed) insert(state.waited, valueOf(state, instr.operands[0]));
        event(state, EventKind::blocking, valueOf(state, instr.operands[0]));
        break;
    case Op::futureGet: join(state, instr); break;
    case Op::spawn:
    case Op::submit: spawn(state, instr); break;
    case Op::join: join(state, instr); break;
    case Op::detach: detach(state, instr); break;
    case Op::handleMove: handleMove(state, instr); break;
    case Op::handleDestroy: handleDestroy(state, instr); break;
    case Op::waitProcess: waitProcess(state, instr); break;
    case Op::sleep:
    case Op::block:
        forgetVolatileFacts(state);
        event(state, EventKind::blocking, kNoExpr);
        if (instr.result) storeResult(state, instr, freshResult());
        break;
    default:
        if (instr.result) storeResult(state, instr, freshResult());
        break;
    }
    out.push_back(std::move(state));
}

} // namespace deadheat::link
