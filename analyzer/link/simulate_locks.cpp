// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locks, guards and condition waits in the simulation.
#include "analyzer/link/program.h"
#include "analyzer/link/simulator.h"
#include "analyzer/link/synchronising_memory.h"

namespace deadheat::link {

namespace {

/// What a destroyed lock contains: a number that no program stores there.
constexpr std::int64_t kEnded = INT64_MIN + 1;

bool isTryOf(const ir::InstrFlags& flags) { return flags.isTry || flags.timed; }

} // namespace

/// Splits a state at a call with a status: `good` continues with the status that means success, `state` with the other.
void Simulator::forkOnStatus(State state, const ir::Instr& instr, const State& good, States& out) {
    State success = good;
    bool zeroIsGood = instr.success == ir::Success::zero;
    ExprId other = freshResult();
    failureStatus_.insert(other);
    storeResult(success, instr, zeroIsGood ? exprs_.number(0) : exprs_.number(1));
    out.push_back(std::move(success));
    if (zeroIsGood) {
        storeResult(state, instr, other);
        if (instr.result)
            learn(state, ir::Compare::notEqual, other, exprs_.number(0));
    } else {
        storeResult(state, instr, exprs_.number(0));
    }
    out.push_back(std::move(state));
}

/// A lock begins and ends like other memory, and whoever uses it reads it: a lock that is destroyed while others use it is a race.
void Simulator::lockAccess(const State& state, const ir::Instr& instr) {
    const ExprId lock = valueOf(state, instr.operands[0]);
    if (!emitting_ || lock == kNoExpr || instr.flags.isInit) // the guard of a static local is no object of the program
        return;
    AccessFact fact = accessFact(state, lock);
    fact.write = instr.op == ir::Op::lockInit || instr.op == ir::Op::lockDestroy || instr.op == ir::Op::barrierInit;
    fact.read = fact.atomic = !fact.write;
    fact.ofLock = true;
    facts_.accesses.push_back(std::move(fact));
}

void Simulator::acquire(State state, const ir::Instr& instr, States& out) {
    lockAccess(state, instr);
    ExprId lock = valueOf(state, instr.operands[0]);
    State good = state;
    bool isTry = isTryOf(instr.flags);
    // The later ones of std::lock are taken by a deadlock-avoiding algorithm: no order is to be learnt from them.
    take(good, lock, instr.flags.shared, instr.flags.recursive, isTry || instr.flags.all, at_, {});
    if (isTry && lock != kNoExpr)
        insert(state.failedTries, lock);
    if (isTry)
        return forkOnStatus(std::move(state), instr, good, out);
    if (instr.result)
        storeResult(good, instr, exprs_.number(instr.success == ir::Success::nonZero ? 1 : 0));
    out.push_back(std::move(good));
}

std::vector<Fact> Simulator::argumentFacts(const State& state) const {
    std::vector<Fact> facts;
    for (const Fact& fact : state.facts)
        if (exprs_[fact.value].kind == ExprKind::parameter && exprs_.isNumber(fact.other))
            facts.push_back(fact);
    return facts;
}

void Simulator::take(State& state, ExprId lock, bool shared, bool recursive, bool isTry, InstrRef where, InstrRef via) {
    if (lock == kNoExpr)
        return;
    if (emitting_)
        facts_.acquires.push_back({where, via, lock, pointOf(state), shared, isTry, recursive, argumentFacts(state)});
    Held& held = heldEntry(state, lock);
    if (held.count > 0 && !recursive && !held.recursive && !isTry && !(shared && held.shared)) {
        Held before = held;
        event(state, EventKind::doubleAcquire, lock, lock, before.where, before.via);
    }
    if (isEnded(state, lock))
        event(state, EventKind::usedAfterEnd, lock, lock);
    erase(state.failedTries, lock);
    if (!shared && exprs_.isAbsolute(lock))
        insert(state.acquired, lock);
    // What has a lock in it is not null.
    ExprId object = objectRoot(lock);
    if (object != lock && !isAddress(object))
        learn(state, ir::Compare::notEqual, object, exprs_.number(0));
    Held& taken = heldEntry(state, lock);
    ++taken.count;
    if (taken.count == 0) {
        std::erase_if(state.held, [&](const Held& h) { return h.lock == lock; });
        return;
    }
    if (taken.count == 1) {
        taken.shared = shared;
        taken.where = where;
        taken.via = via;
    }
    taken.shared &= shared;
    taken.recursive |= recursive;
    taken.count = std::min<std::int16_t>(taken.count, 3);
}

/// Whether two expressions for locks surely mean different ones: other members, other objects, other elements. What two
/// parameters point to is taken to be different.
bool Simulator::surelyDifferent(ExprId a, ExprId b) const {
    auto member = [&](ExprId lock) { return exprs_[lock].kind == ExprKind::field ? exprs_[lock].b : ir::kNone; };
    if (member(a) != ir::kNone && member(b) != ir::kNone && member(a) != member(b))
        return true;
    const ExprId objectOfA = objectRoot(a), objectOfB = objectRoot(b);
    auto isKnown = [&](ExprId object) { return isAddress(object) || exprs_[object].kind == ExprKind::parameter; };
    if (!isKnown(objectOfA) || !isKnown(objectOfB))
        return false;
    return objectOfA != objectOfB || (!hasUnknownIndex(a) && !hasUnknownIndex(b));
}

bool Simulator::hasUnknownIndex(ExprId address) const {
    for (; exprs_[address].kind == ExprKind::field || exprs_[address].kind == ExprKind::element;
         address = exprs_[address].a)
        if (exprs_[address].kind == ExprKind::element && !exprs_.isNumber(indexOf(address)))
            return true;
    return false;
}

ExprId Simulator::indexOf(ExprId element) const {
    return exprs_[element].b == kAnyElement ? kNoExpr : exprs_[element].b;
}

/// Whether the two may lie at one place. A lock of which nothing is known is not taken for one that has a name of its own.
bool Simulator::mayBeSame(ExprId held, ExprId released) const {
    return mayBeAmong(held, in_.locations.of(function_, released));
}

/// Whether the lock may lie at one of the places, or in the same array.
bool Simulator::mayBeAmong(ExprId held, const std::vector<LocationId>& b) const {
    const std::vector<LocationId>& a = in_.locations.of(function_, held);
    if (a.empty() || b.empty())
        return false;
    return std::ranges::any_of(a, [&](LocationId x) {
        return std::ranges::any_of(b, [&](LocationId y) { return in_.pointsTo.member(x) == in_.pointsTo.member(y); });
    });
}

/// The held lock that a release of `lock` gives back: itself, else one that may be the same under another name.
ExprId Simulator::heldAs(const State& state, ExprId lock) const {
    if (const Held* held = findHeld(state, lock); held && held->count > 0)
        return lock;
    for (const Held& held : state.held)
        if (held.count > 0 && !surelyDifferent(held.lock, lock) && mayBeSame(held.lock, lock))
            return held.lock;
    return lock;
}

void Simulator::release(State& state, ExprId name, std::optional<bool> shared, InstrRef where, InstrRef via,
                        bool untold) {
    if (name == kNoExpr) { // some lock or other: nothing may be claimed to be held for ever
        state.widened |= std::ranges::any_of(state.held, [](const Held& held) { return held.count > 0; });
        return;
    }
    ExprId lock = heldAs(state, name);
    const Held* exact = findHeld(state, lock);
    const bool isHeld = exact && exact->count > 0;
    if (!isHeld && in_.locations.of(function_, name).empty()) // some lock or other
        state.widened |= std::ranges::any_of(state.held, [](const Held& held) { return held.count > 0; });
    untold = !isHeld && (untold || (exact && exact->untold));
    if (!untold)
        noteRelease(state, lock, shared, where, via);
    if (!isHeld && isThreadEntry_) { // no caller's lock can be meant
        noteReleased(state, lock, via ? via : where);
        return;
    }
    Held& released = heldEntry(state, lock);
    bool own = released.count > 0;
    released.count = std::max<std::int16_t>(released.count - 1, -2);
    if (released.count < 0) {
        released.untold = untold;
        released.where = where;
        released.via = via;
    }
    if (own)
        noteReleased(state, lock, via ? via : where);
    if (released.count == 0)
        std::erase_if(state.held, [&](const Held& h) { return h.lock == lock; });
}

/// An atomic word that is written: a spin lock given back, here or, if this function has not taken it, for a caller that has.
void Simulator::releaseSpin(State& state, ExprId word, InstrRef where, InstrRef via) {
    if (word == kNoExpr)
        return;
    const Held* held = findHeld(state, word);
    if (held && held->count > 0) {
        if (held->spin)
            release(state, word, std::nullopt, where, via);
        return;
    }
    const bool maySpin = std::ranges::any_of(in_.locations.of(function_, word), [&](LocationId location) {
        return contains(in_.synchronising.spinWords, location);
    });
    if (!maySpin || isThreadEntry_ || !isVisible(word))
        return;
    Held& released = heldEntry(state, word);
    released.count = -1;
    released.spin = true;
    released.where = where;
    released.via = via;
}

void Simulator::noteRelease(const State& state, ExprId lock, std::optional<bool> shared, InstrRef where, InstrRef via) {
    if (!emitting_)
        return;
    ReleaseFact fact{via ? via : where, via ? where : InstrRef{}, lock};
    fact.unlikely = state.thrownAt && !state.surelyThrows;
    const Held* held = findHeld(state, lock);
    const Released* before = findReleased(state, lock);
    fact.afterFailedTry = contains(state.failedTries, lock);
    fact.kind = held && held->count > 0 ? ReleaseKind::own : held || before ? ReleaseKind::again : ReleaseKind::entry;
    if (held) {
        fact.earlier = held->where;
        fact.earlierVia = held->via;
        fact.wrongMode = fact.kind == ReleaseKind::own && shared && *shared != held->shared && !held->recursive;
    } else if (before) {
        fact.earlier = before->where;
    }
    addRelease(state, std::move(fact));
}

void Simulator::addRelease(const State& state, ReleaseFact fact) {
    for (const ReleaseFact& known : facts_.releases)
        if (known.at == fact.at && known.lock == fact.lock && known.kind == fact.kind &&
            known.earlier == fact.earlier && known.unlikely == fact.unlikely)
            return;
    fact.point = pointOf(state);
    fact.arguments = argumentFacts(state);
    facts_.releases.push_back(std::move(fact));
}

void Simulator::initLock(State& state, const ir::Instr& instr) {
    lockAccess(state, instr);
    const ExprId lock = valueOf(state, instr.operands[0]);
    if (isEnded(state, lock))
        setStored(state, lock, freshResult());
    if (instr.result)
        storeResult(state, instr, freshResult());
}

void Simulator::destroyLock(State& state, const ir::Instr& instr) {
    lockAccess(state, instr);
    const ExprId lock = valueOf(state, instr.operands[0]);
    destroyLocks(state, lock);
    if (lock != kNoExpr && isEnded(state, lock))
        event(state, EventKind::usedAfterEnd, lock, lock);
    if (lock != kNoExpr && !hasUnknownIndex(lock))
        setStored(state, lock, exprs_.number(kEnded));
    if (instr.result)
        storeResult(state, instr, freshResult());
}

bool Simulator::isEnded(const State& state, ExprId lock) const {
    const ExprId content = lock == kNoExpr ? kNoExpr : stored(state, lock);
    return content != kNoExpr && exprs_.isNumber(content) && exprs_.numberOf(content) == kEnded;
}

/// A semaphore that was waited for and has ended is nobody's to give back.
bool Simulator::isWaitedSemaphore(const Held& held) const {
    return held.where && instrAt(in_.code, held.where).op == ir::Op::semaphoreWait;
}

/// The end of `object`: a lock in it is gone, held or not.
void Simulator::destroyLocks(State& state, ExprId object) {
    if (object == kNoExpr)
        return;
    std::erase_if(state.held,
                  [&](const Held& held) { return isWaitedSemaphore(held) && exprs_.isPartOf(held.lock, object); });
    const Held* inside = nullptr;
    for (const Held& held : state.held)
        if (held.count > 0 && !held.claim && exprs_.isPartOf(held.lock, object))
            inside = &held;
    if (emitting_) {
        DestroyFact fact{at_, object, pointOf(state)};
        if (inside) {
            fact.lock = inside->lock;
            fact.taken = inside->where;
            fact.takenVia = inside->via;
        }
        facts_.destroys.push_back(std::move(fact));
    }
    std::erase_if(state.held, [&](const Held& held) { return held.count > 0 && exprs_.isPartOf(held.lock, object); });
    for (Guard& guard : state.guards) {
        bool gone = std::erase_if(guard.locks,
                                  [&](ExprId lock) { return lock != kNoExpr && exprs_.isPartOf(lock, object); }) > 0;
        if (gone && guard.locks.empty())
            guard.owns = false;
    }
}

void Simulator::guardInit(State state, const ir::Instr& instr, States& out) {
    ExprId guard = valueOf(state, instr.operands[0]);
    std::vector<ExprId> locks;
    for (std::size_t i = 1; i < instr.operands.size(); ++i)
        locks.push_back(valueOf(state, instr.operands[i]));
    Guard& owner = guardEntry(state, guard);
    owner.locks = locks;
    owner.shared = instr.flags.shared;
    owner.owns = instr.flags.adopt;
    owner.ended = false;
    if (instr.flags.defer || instr.flags.adopt || locks.empty()) {
        out.push_back(std::move(state));
        return;
    }
    State good = state;
    bool isTry = isTryOf(instr.flags);
    // Several locks at once are taken by a deadlock-avoiding algorithm: their order means nothing, so the rest count as tries.
    for (std::size_t i = 0; i < locks.size(); ++i)
        take(good, locks[i], instr.flags.shared, instr.flags.recursive, isTry || i > 0, at_, {});
    guardEntry(good, guard).owns = true;
    if (isTry)
        out.push_back(std::move(state));
    out.push_back(std::move(good));
}

void Simulator::guardAcquire(State state, const ir::Instr& instr, States& out) {
    ExprId guard = valueOf(state, instr.operands[0]);
    State good = state;
    Guard owner = guardEntry(good, guard);
    bool isTry = isTryOf(instr.flags);
    if (owner.locks.empty())
        owner.locks.push_back(exprs_.load(guard)); // a guard that came from elsewhere: its mutex has no other name
    for (ExprId lock : owner.locks)
        take(good, lock, owner.shared, instr.flags.recursive, isTry || instr.flags.all, at_, {});
    Guard& after = guardEntry(good, guard);
    after.locks = owner.locks;
    after.owns = true;
    if (isTry)
        return forkOnStatus(std::move(state), instr, good, out);
    storeResult(good, instr, exprs_.number(1));
    out.push_back(std::move(good));
}

void Simulator::guardRelease(State& state, ExprId guard, bool destroy) {
    Guard* known = findGuard(state, guard);
    if (!known && destroy) {
        if (isVisible(guard))
            guardEntry(state, guard).ended = true;
        return;
    }
    Guard owner = known ? *known : Guard{guard, {exprs_.load(guard)}, true, false};
    if (owner.owns)
        for (ExprId lock : owner.locks)
            release(state, lock, std::nullopt, at_, {});
    else if (!destroy && emitting_)
        addRelease(state, {at_, {}, owner.locks.empty() ? kNoExpr : owner.locks[0], 0, ReleaseKind::nothing});
    if (destroy) {
        std::erase_if(state.guards, [&](const Guard& g) { return g.guard == guard; });
        return;
    }
    Guard& after = guardEntry(state, guard);
    after.locks = owner.locks;
    after.owns = false;
}

/// `guard.release()`: the lock stays held and is the caller's from here on.
void Simulator::guardForget(State& state, const ir::Instr& instr) {
    ExprId guard = valueOf(state, instr.operands[0]);
    Guard& owner = guardEntry(state, guard);
    ExprId lock = owner.locks.empty() ? exprs_.load(guard) : owner.locks[0];
    owner.owns = false;
    owner.locks.clear();
    storeResult(state, instr, lock);
}

/// The target gives up what it owned; the source is left without a lock.
void Simulator::guardMove(State& state, ExprId to, ExprId from) {
    if (Guard* target = findGuard(state, to); target && target->owns)
        guardRelease(state, to, false);
    Guard* source = findGuard(state, from);
    Guard moved = source ? *source : Guard{};
    if (source) {
        source->locks.clear();
        source->owns = false;
    }
    Guard& target = guardEntry(state, to);
    target.locks = moved.locks;
    target.owns = moved.owns;
    target.shared = moved.shared;
}

void Simulator::guardOwns(State& state, const ir::Instr& instr) {
    Guard* guard = findGuard(state, valueOf(state, instr.operands[0]));
    storeResult(state, instr, guard ? exprs_.number(guard->owns ? 1 : 0) : freshResult());
}

/// After a wait its predicate holds: a flag that it returns has been seen set, a counter that it tests has been seen where it says.
void Simulator::learnPredicate(State& state, const ir::Instr& instr) {
    std::span<const FunctionId> targets = in_.pointsTo.targets(at_);
    if (targets.size() != 1 || instr.flags.timed)
        return;
    const std::vector<ExprId> args = arguments(state, instr, 2, targets[0]);
    Translation call{state, args, targets[0]};
    std::optional<std::vector<ExprId>> seen; // whichever way it came to hold
    for (const Outcome& outcome : in_.facts[targets[0]].summary.outcomes) {
        if (outcome.throws || outcome.truth == Truth::zero)
            continue;
        std::vector<ExprId> here;
        for (ExprId object : outcome.waited)
            if (const ExprId known = translate(call, object); known != kNoExpr)
                insert(here, known);
        if (seen)
            intersect(*seen, here);
        else
            seen = std::move(here);
        ExprId value = outcome.returned == kNoExpr ? kNoExpr : translate(call, outcome.returned);
        if (value != kNoExpr && exprs_[value].kind == ExprKind::load)
            insert(state.waited, exprs_[value].a);
    }
    if (seen)
        unite(state.waited, *seen);
}

/// A semaphore that the thread itself gives back works as a lock; one that another thread posts is a hand-over.
void Simulator::semaphoreWait(State& state, const ir::Instr& instr) {
    ExprId semaphore = valueOf(state, instr.operands[0]);
    if (semaphore == kNoExpr || instr.flags.isTry || instr.flags.timed)
        return;
    insert(state.waited, semaphore);
    event(state, EventKind::blocking, semaphore);
    Held& held = heldEntry(state, semaphore);
    held.count = 1;
    held.spin = true;
    held.where = at_;
}

void Simulator::semaphorePost(State& state, const ir::Instr& instr) {
    ExprId semaphore = valueOf(state, instr.operands[0]);
    if (semaphore == kNoExpr)
        return;
    insert(state.posted, semaphore);
    std::erase_if(state.held, [&](const Held& held) { return held.lock == semaphore && held.spin; });
    if (emitting_)
        pointOf(state); // that it was posted is a fact, even if nothing comes after it
}

/// A wait releases its mutex and takes it again: what is held does not change, what is known of shared memory does.
void Simulator::waitOn(State& state, const ir::Instr& instr) {
    WaitFact fact{at_, valueOf(state, instr.operands[0])};
    fact.lock = instr.operands.size() > 1 ? valueOf(state, instr.operands[1]) : kNoExpr;
    if (const Guard* guard = findGuard(state, fact.lock)) {
        fact.lock = guard->locks.empty() ? kNoExpr : guard->locks[0];
        fact.guardOwnsNothing = !guard->owns;
    }
    if (emitting_) {
        fact.point = pointOf(state);
        facts_.waits.push_back(fact);
    }
    forgetVolatileFacts(state);
    if (instr.operands.size() > 2) {
        if (emitting_)
            recordCall(state, instr, 2, in_.pointsTo.targets(at_), kNoExpr);
        learnPredicate(state, instr);
    }
    const bool isStatus = !instr.flags.timed && !instr.flags.predicate; // of a function of C
    if (instr.result)
        storeResult(state, instr, isStatus ? exprs_.number(0) : freshResult());
}

} // namespace deadheat::link
