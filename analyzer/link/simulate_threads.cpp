// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Starting, joining and losing threads, processes and futures in the simulation.
#include "analyzer/link/simulator.h"

namespace deadheat::link {

namespace {

bool isCollectionPart(const ir::Place& place) {
    return std::ranges::any_of(place.steps, [](const ir::Step& step) {
        return step.kind == ir::StepKind::element || step.kind == ir::StepKind::variable ||
               step.kind == ir::StepKind::deref;
    });
}

/// Whether the function detaches the thread that runs it: `pthread_detach(pthread_self())`.
bool detachesItself(const ir::Function& code) {
    auto isUnknown = [&](const ir::Value& value) {
        if (value.kind == ir::ValueKind::unknown)
            return true;
        return value.kind == ir::ValueKind::load && value.place.root == ir::RootKind::local &&
               value.place.steps.empty() && code.locals[value.place.index].kind == ir::LocalKind::variable &&
               std::ranges::any_of(code.blocks, [&](const ir::Block& block) {
                   return std::ranges::any_of(block.instrs, [&](const ir::Instr& instr) {
                       return instr.op == ir::Op::copy && instr.result == value.place &&
                              instr.operands[0].kind == ir::ValueKind::unknown;
                   });
               });
    };
    return std::ranges::any_of(code.blocks, [&](const ir::Block& block) {
        return std::ranges::any_of(block.instrs, [&](const ir::Instr& instr) {
            return instr.op == ir::Op::detach && !instr.operands.empty() && isUnknown(instr.operands[0]);
        });
    });
}

} // namespace

/// Whether the value is a pointer to a handle (a reference, an iterator) rather than a handle itself (pthread_t, pid_t).
bool Simulator::isHandlePointer(const ir::Value& value) const {
    if (value.kind != ir::ValueKind::load)
        return false;
    const ir::Place& place = value.place;
    ir::Index type = ir::kNone;
    if (place.steps.empty())
        type = place.root == ir::RootKind::local ? code_.locals[place.index].type : in_.code.globals[place.index].type;
    else if (place.steps.back().kind == ir::StepKind::field)
        type = in_.code.fields[place.steps.back().index].type;
    if (type == ir::kNone)
        return false;
    ir::TypeKind kind = in_.code.types[type].kind;
    return kind == ir::TypeKind::pointer || kind == ir::TypeKind::reference || kind == ir::TypeKind::smartPointer;
}

/// The location of a handle: its address, or for a handle passed by value the place it is loaded from.
ExprId Simulator::handleAddress(const State& state, const ir::Value& value) {
    if (value.kind != ir::ValueKind::load || isHandlePointer(value))
        return valueOf(state, value);
    ExprId address = addressOf(state, value.place);
    // A copy of a handle (pid_t p = fork(), pthread_t t = threads[i]) stands for the original while that is known.
    ExprId held = stored(state, address);
    if (held != kNoExpr && findHandle(const_cast<State&>(state), held))
        return held;
    if (held != kNoExpr && exprs_[held].kind == ExprKind::load)
        return exprs_[held].a;
    const ExprId now = held != kNoExpr ? held : valueOf(state, value);
    return now != kNoExpr && exprs_[now].kind == ExprKind::parameter ? now : address; // the caller knows whose it is
}

/// Where the handle lies that a call was given by value.
ExprId Simulator::holderOf(const State& state, ExprId value) const {
    auto hasHandle = [&](ExprId address) {
        return std::ranges::any_of(state.handles, [&](const Handle& handle) { return handle.handle == address; });
    };
    if (value == kNoExpr || hasHandle(value))
        return value;
    if (exprs_[value].kind == ExprKind::load)
        return exprs_[value].a;
    const auto holder = std::ranges::find_if(
        state.memory, [&](const auto& entry) { return entry.second == value && hasHandle(entry.first); });
    return holder == state.memory.end() ? kNoExpr : holder->first;
}

/// Whether the parameter is a handle itself, a pthread_t or pid_t, not the address of one.
bool Simulator::isHandleByValue(FunctionId function, ExprId parameter) const {
    const Expr& e = exprs_[parameter];
    const std::vector<ir::Local>& locals = in_.code.functions[function].locals;
    if (e.kind != ExprKind::parameter || e.a >= locals.size() || locals[e.a].type == ir::kNone)
        return false;
    const ir::TypeKind kind = in_.code.types[locals[e.a].type].kind;
    return kind == ir::TypeKind::threadHandle || kind == ir::TypeKind::processHandle || kind == ir::TypeKind::scalar;
}

std::vector<LocationId> Simulator::handleLocations(const ir::Value& value) const {
    bool address = value.kind == ir::ValueKind::address || isHandlePointer(value);
    return address ? in_.pointsTo.pointeesOf(function_, value) : in_.pointsTo.locationsOf(function_, value.place);
}

std::vector<SpawnId> Simulator::spawnsOfHandle(const ir::Value& value) const {
    std::vector<SpawnId> spawns;
    for (LocationId location : handleLocations(value))
        for (LocationId held : in_.pointsTo.pointees(location)) {
            const Object& object = in_.pointsTo.object(in_.pointsTo.objectOf(held));
            if (object.kind != ObjectKind::thread)
                continue;
            if (auto id = in_.spawns.ids.find(object.site); id != in_.spawns.ids.end())
                insert(spawns, id->second);
        }
    return spawns;
}

/// One of several handles that a loop goes through: an element, or whatever a pointer to one steps over.
bool Simulator::isCollectionHandle(const ir::Value& value) const {
    if (isCollectionPart(value.place))
        return true;
    return std::ranges::any_of(handleLocations(value), [&](LocationId location) {
        return in_.pointsTo.parent(location) != kNoId && in_.pointsTo.step(location).kind != ir::StepKind::field;
    });
}

/// Every handle known to lie at one of the locations is joined or detached.
void Simulator::releaseAt(State& state, const std::vector<LocationId>& locations) {
    unite(state.releasedAt, locations);
    for (Handle& handle : state.handles)
        if (handle.location != kNoId && contains(locations, handle.location))
            handle.status = HandleStatus::released;
}

LocationId Simulator::singleLocation(const ir::Value& value) const {
    std::vector<LocationId> locations = handleLocations(value);
    return locations.size() == 1 ? locations[0] : kNoId;
}

/// Whether the way from `whole` to its part goes through an array or collection.
bool Simulator::isElementOf(ExprId part, ExprId whole) const {
    for (; part != whole; part = exprs_[part].a)
        if (exprs_[part].kind == ExprKind::element)
            return true;
    return false;
}

/// Where the handle of a start stays: `thread_ = std::thread(...)` moves it from a temporary into the member.
ExprId Simulator::finalHandle(const State& state, ExprId handle) {
    const std::vector<ir::Instr>& instrs = code_.blocks[at_.block].instrs;
    for (ir::Index i = at_.instr + 1; i < instrs.size(); ++i)
        if (instrs[i].op == ir::Op::handleMove && valueOf(state, instrs[i].operands[1]) == handle)
            return valueOf(state, instrs[i].operands[0]);
    return handle;
}

/// The instruction of this function that has yielded an allocation or result.
InstrRef Simulator::yieldedBy(const Expr& e) const {
    const std::uint32_t serial = instructionOfSerial(e.b);
    const auto after = std::ranges::upper_bound(firstSerial_, serial);
    const auto block = static_cast<ir::Index>(after - firstSerial_.begin() - 1);
    return {function_, block, serial - firstSerial_[block]};
}

/// An object that a loop makes anew for each thread that it starts, or an element of an array that it chooses.
bool Simulator::isMadeEachRound(const SpawnFact& fact, ExprId object) const {
    const Expr& e = exprs_[object];
    const bool isChosen = e.kind == ExprKind::element && (e.b == kAnyElement || !exprs_.isNumber(e.b));
    return fact.inLoop && (isChosen || (e.kind == ExprKind::allocation && !mayAvoid(code_, at_, at_, {yieldedBy(e)})));
}

/// What each thread that starts here has for itself. A thread whose handle is a plain member is the only one of that object: a
/// second one could not be stored. A pool with a collection of handles shares its object among all of them.
void Simulator::findOwnObjects(const State& state, SpawnFact& fact) {
    const ExprId handle = fact.handle == kNoExpr ? kNoExpr : finalHandle(state, fact.handle);
    const ExprId holder = handle == kNoExpr ? kNoExpr : objectRoot(handle);
    const ExprKind kind = exprs_[holder].kind;
    const bool isPointer = kind == ExprKind::parameter || kind == ExprKind::allocation || kind == ExprKind::result ||
                           kind == ExprKind::load;
    const bool letsGo =
        std::ranges::any_of(fact.entries, [&](FunctionId entry) { return detachesItself(in_.code.functions[entry]); });
    const bool isMember = holder != handle && holder != kNoExpr && isPointer && !letsGo &&
                          exprs_[handle].kind == ExprKind::field && !isElementOf(handle, holder);
    if (isMember)
        fact.handleMember = exprs_[handle].b;
    for (ir::Index i = 0; i < fact.arguments.size(); ++i) {
        const ExprId argument = fact.arguments[i];
        if (argument == kNoExpr)
            continue;
        const bool isFresh = isMadeEachRound(fact, argument);
        const bool isClosure = i == 0 && !fact.entries.empty() && in_.code.functions[fact.entries[0]].isLambda;
        if (isFresh || isClosure)
            fact.ownObjects.push_back(exprs_.parameter(i));
        if (isMember && argument == holder)
            fact.holders.push_back(exprs_.parameter(i));
        if (!isClosure)
            continue;
        for (const auto& [address, value] : state.memory) { // what the closure has captured
            if (address == argument || !exprs_.isPartOf(address, argument))
                continue;
            const ExprId captured = exprs_.load(exprs_.replace(address, argument, exprs_.parameter(i)));
            if (isMember && value == holder)
                fact.holders.push_back(captured);
            if (isMadeEachRound(fact, value))
                fact.ownObjects.push_back(captured);
        }
    }
}

/// What is chosen by an index may look like a constant in the state of the first round: every state of a start knows what any of them does.
void Simulator::shareOwnObjects() {
    std::map<InstrRef, std::vector<ExprId>> ofStart;
    for (const SpawnFact& spawn : facts_.spawns)
        for (ExprId object : spawn.ownObjects)
            insert(ofStart[spawn.at], object);
    for (SpawnFact& spawn : facts_.spawns)
        if (auto known = ofStart.find(spawn.at); known != ofStart.end())
            spawn.ownObjects = known->second;
}

/// Whether the handle is chosen by an index: `workers[i]->thread`, in each round another one.
bool Simulator::isThroughElement(ExprId handle) const {
    for (const Expr* e = &exprs_[handle];
         e->kind == ExprKind::element || e->kind == ExprKind::field || e->kind == ExprKind::load; e = &exprs_[e->a])
        if (e->kind == ExprKind::element)
            return true;
    return false;
}

void Simulator::spawn(State& state, const ir::Instr& instr) {
    auto id = in_.spawns.ids.find(at_);
    if (id == in_.spawns.ids.end())
        return;
    SpawnFact fact;
    fact.at = at_;
    fact.spawn = id->second;
    fact.handle = instr.operands.empty() ? kNoExpr : handleAddress(state, instr.operands[0]);
    fact.inLoop = flow_.inLoop(at_.block);
    for (FunctionId entry : in_.pointsTo.targets(at_))
        fact.entries.push_back(entry);
    for (std::size_t i = 1; i < instr.operands.size(); ++i)
        publish(state, valueOf(state, instr.operands[i]));
    if (!fact.entries.empty() && instr.operands.size() > 1)
        fact.arguments = arguments(state, instr, 1, fact.entries[0]);
    fact.refersTo = referencesOf(state, instr);
    findOwnObjects(state, fact);
    unite(references_[at_], fact.refersTo);
    fact.point = emitting_ ? pointOf(state) : 0;
    if (emitting_)
        facts_.spawns.push_back(fact);
    insert(state.live, fact.spawn);
    storeResult(state, instr, exprs_.number(0));
    if (std::ranges::any_of(fact.entries, [&](FunctionId f) { return detachesItself(in_.code.functions[f]); }))
        return;
    bool tracked = instr.op == ir::Op::spawn && instr.spawn != ir::SpawnKind::openmp &&
                   instr.spawn != ir::SpawnKind::task && instr.spawn != ir::SpawnKind::timer &&
                   instr.spawn != ir::SpawnKind::signal;
    if (!tracked || fact.handle == kNoExpr || exprs_.isNumber(fact.handle))
        return;
    Handle& handle = handleEntry(state, fact.handle);
    bool exact = !isThroughElement(fact.handle);
    if (exact && handle.origin && handle.status == HandleStatus::joinable && handle.kind == instr.spawn &&
        !handle.detached)
        event(state, EventKind::handleOverwritten, fact.handle, kNoExpr, handle.origin);
    Handle& filled = handleEntry(state, fact.handle);
    filled.status = HandleStatus::joinable;
    filled.kind = instr.spawn;
    filled.origin = at_;
    filled.detached = false;
    filled.location = singleLocation(instr.operands[0]);
}

/// Three ways on: the parent with a positive pid to wait for, the child with 0, the failure with -1.
void Simulator::fork(State state, const ir::Instr& instr, States& out) {
    auto id = in_.spawns.ids.find(at_);
    if (emitting_ && id != in_.spawns.ids.end())
        facts_.spawns.push_back({at_, id->second, {}, {}, kNoExpr, pointOf(state), flow_.inLoop(at_.block)});
    State child = state, failed = state;
    ExprId pid = freshResult();
    storeResult(state, instr, pid);
    learn(state, ir::Compare::greater, pid, exprs_.number(0));
    Handle& handle = handleEntry(state, pid);
    handle.status = HandleStatus::joinable;
    handle.kind = ir::SpawnKind::none;
    handle.origin = at_;
    if (id != in_.spawns.ids.end())
        insert(state.live, id->second);
    storeResult(child, instr, exprs_.number(0));
    child.handles.clear();
    if (id != in_.spawns.ids.end())
        child.child = id->second;
    storeResult(failed, instr, exprs_.number(-1));
    out.push_back(std::move(state));
    out.push_back(std::move(child));
    out.push_back(std::move(failed));
}

void Simulator::killSpawn(State& state, SpawnId spawn) {
    erase(state.live, spawn);
    insert(state.joined, spawn);
    // What the joined thread itself left running goes on running.
    for (FunctionId entry : in_.pointsTo.targets(in_.spawns.sites[spawn]))
        for (const Outcome& outcome : in_.facts[entry].summary.outcomes)
            unite(state.live, outcome.live);
}

void Simulator::releaseHandle(State& state, ExprId address, bool detached) {
    if (address == kNoExpr)
        return;
    Handle& handle = handleEntry(state, address);
    bool exact = exprs_[address].kind != ExprKind::element && !flow_.inLoop(at_.block);
    if (exact && handle.origin && handle.status == HandleStatus::released && handle.releasedAt) {
        Handle before = handle;
        event(state, EventKind::handleTwice, address, kNoExpr, before.releasedAt);
    }
    Handle& released = handleEntry(state, address);
    released.status = HandleStatus::released;
    released.releasedAt = at_;
    released.detached = detached;
}

/// A handle reached through a pointer or as some element is the one that lies there, when only one place is possible.
void Simulator::releaseThroughPointer(State& state, const ir::Value& operand) {
    LocationId location = singleLocation(operand);
    if (location != kNoId && isCollectionHandle(operand))
        releaseAt(state, {location});
}

void Simulator::join(State& state, const ir::Instr& instr) {
    if (instr.operands.empty())
        return;
    const ir::Value& operand = instr.operands[0];
    ExprId address = handleAddress(state, operand);
    const Handle* handle = address == kNoExpr ? nullptr : findHandle(state, address);
    event(state, EventKind::blocking, address);
    std::vector<SpawnId> spawns;
    if (handle && handle->origin) {
        if (auto id = in_.spawns.ids.find(handle->origin); id != in_.spawns.ids.end())
            spawns.push_back(id->second);
    }
    if (spawns.empty()) {
        spawns = spawnsOfHandle(operand);
        bool all = flow_.inLoop(at_.block) && isCollectionHandle(operand);
        if (spawns.size() > 1 && !all)
            spawns.clear();
    }
    if (instr.op == ir::Op::join)
        releaseThroughPointer(state, operand);
    bool inLoop = flow_.inLoop(at_.block);
    for (SpawnId spawn : spawns)
        if (!hasOtherHandle(state, spawn, address) &&
            (inLoop ? !leavesSome(spawn, at_, operand.place) : !startsMany(spawn)))
            killSpawn(state, spawn);
    if (instr.op == ir::Op::join)
        releaseHandle(state, address, false);
    else if (address != kNoExpr && handle)
        handleEntry(state, address).status = HandleStatus::released;
    if (instr.op == ir::Op::futureGet && address != kNoExpr) {
        insert(state.waited, address);
        if (ExprId promise = stored(state, address))
            insert(state.waited, promise);
    }
    forgetVolatileFacts(state);
    if (instr.op == ir::Op::join && instr.operands.size() > 1)
        overwrite(state, valueOf(state, instr.operands[1]), freshResult());
    storeResult(state, instr, instr.op == ir::Op::join ? exprs_.number(0) : freshResult());
}

/// One start that runs several times fills several handles: a wrapper that is called twice. Joining one leaves the others.
bool Simulator::hasOtherHandle(const State& state, SpawnId spawn, ExprId joined) const {
    return std::ranges::any_of(state.handles, [&](const Handle& handle) {
        if (handle.handle == joined || !handle.origin || handle.status != HandleStatus::joinable)
            return false;
        auto id = in_.spawns.ids.find(handle.origin);
        return id != in_.spawns.ids.end() && id->second == spawn && exprs_[handle.handle].kind != ExprKind::element;
    });
}

/// A start in a loop whose handles are told apart by an index: joining one of them leaves the others.
bool Simulator::startsMany(SpawnId spawn) const {
    const ir::Instr& instr = in_.code.functions[in_.spawns.sites[spawn].function]
                                 .blocks[in_.spawns.sites[spawn].block]
                                 .instrs[in_.spawns.sites[spawn].instr];
    return !instr.operands.empty() && std::ranges::any_of(instr.operands[0].place.steps, [](const ir::Step& step) {
        return step.kind == ir::StepKind::element || step.kind == ir::StepKind::variable;
    });
}

void Simulator::timedJoin(State state, const ir::Instr& instr, States& out) {
    State good = state;
    join(good, instr);
    forkOnStatus(std::move(state), instr, good, out);
}

void Simulator::detach(State& state, const ir::Instr& instr) {
    ExprId handle = handleAddress(state, instr.operands[0]);
    noteDetached(state, handle);
    releaseThroughPointer(state, instr.operands[0]);
    releaseHandle(state, handle, true);
    storeResult(state, instr, exprs_.number(0));
}

/// `if (t.joinable()) t.join();`: on the other path there is nothing to join.
void Simulator::joinable(State state, const ir::Instr& instr, States& out) {
    ExprId address = handleAddress(state, instr.operands[0]);
    const Handle* known = address == kNoExpr ? nullptr : findHandle(state, address);
    if (known) {
        storeResult(state, instr, exprs_.number(known->status == HandleStatus::joinable ? 1 : 0));
        out.push_back(std::move(state));
        return;
    }
    State empty = state;
    storeResult(state, instr, exprs_.number(1));
    storeResult(empty, instr, exprs_.number(0));
    if (address != kNoExpr)
        handleEntry(empty, address).status = HandleStatus::released;
    for (SpawnId spawn : spawnsOfHandle(instr.operands[0])) // joined before, or never started
        if (!startsMany(spawn))
            killSpawn(empty, spawn);
    out.push_back(std::move(state));
    out.push_back(std::move(empty));
}

void Simulator::handleMove(State& state, const ir::Instr& instr) {
    ExprId to = handleAddress(state, instr.operands[0]);
    ExprId from = instr.operands.size() > 1 ? handleAddress(state, instr.operands[1]) : kNoExpr;
    const Handle* source = from == kNoExpr ? nullptr : findHandle(state, from);
    Handle moved = source ? *source : Handle{};
    if (source) {
        handleEntry(state, from).status = HandleStatus::released;
        handleEntry(state, from).releasedAt = {};
    }
    if (to == kNoExpr)
        return;
    const Handle* target = findHandle(state, to);
    bool exact = !isThroughElement(to);
    if (exact && target && target->origin && target->status == HandleStatus::joinable &&
        target->kind == ir::SpawnKind::thread)
        event(state, EventKind::handleOverwritten, to, kNoExpr, InstrRef(target->origin));
    if (!source)
        return;
    moved.handle = to;
    moved.location = singleLocation(instr.operands[0]);
    handleEntry(state, to) = moved;
}

/// Scope exit of a handle, of a record or of a collection that contains some.
void Simulator::handleDestroy(State& state, const ir::Instr& instr) {
    ExprId address = valueOf(state, instr.operands[0]);
    if (address == kNoExpr)
        return;
    std::vector<Handle> inside;
    for (const Handle& handle : state.handles)
        if (exprs_.isPartOf(handle.handle, address))
            inside.push_back(handle);
    for (const Handle& handle : inside) {
        if (handle.status != HandleStatus::joinable || !handle.origin)
            continue;
        if (handle.kind == ir::SpawnKind::thread)
            event(state, EventKind::handleDestroyed, handle.handle, kNoExpr, handle.origin);
        bool async = handle.kind == ir::SpawnKind::async || handle.kind == ir::SpawnKind::asyncMaybeDeferred;
        const Expr& holder = exprs_[objectRoot(handle.handle)];
        bool temporary = holder.kind == ExprKind::local && holder.a == function_ &&
                         code_.locals[holder.b].kind == ir::LocalKind::temporary;
        if (async && temporary && handle.origin.function == function_)
            event(state, EventKind::futureDropped, handle.handle, kNoExpr, handle.origin);
        bool waits = handle.kind == ir::SpawnKind::joiningThread || async;
        if (waits)
            event(state, EventKind::handleAwaited, handle.handle, kNoExpr, handle.origin);
        if (waits)
            if (auto id = in_.spawns.ids.find(handle.origin); id != in_.spawns.ids.end())
                killSpawn(state, id->second);
    }
    if (inside.empty() && exprs_.mentionsParameter(address))
        event(state, EventKind::handleDestroyed, address);
    std::erase_if(state.handles, [&](const Handle& handle) { return exprs_.isPartOf(handle.handle, address); });
}

void Simulator::waitProcess(State& state, const ir::Instr& instr) {
    ExprId pid = instr.operands.empty() ? kNoExpr : valueOf(state, instr.operands[0]);
    if (pid != kNoExpr && !exprs_.isNumber(pid) && isVisible(pid)) // the caller knows which process that is
        handleEntry(state, pid).status = HandleStatus::released;
    bool any = pid == kNoExpr || exprs_.isNumber(pid) || !findHandle(state, pid);
    for (Handle& handle : state.handles) {
        bool process = handle.origin && handle.kind == ir::SpawnKind::none;
        if (!process || (!any && handle.handle != pid))
            continue;
        handle.status = HandleStatus::released;
        auto id = in_.spawns.ids.find(handle.origin);
        if (id != in_.spawns.ids.end() && !hasOtherHandle(state, id->second, handle.handle))
            killSpawn(state, id->second);
    }
    if (any && flow_.inLoop(at_.block)) // one after the other, until there are none, or as many as were started
        for (SpawnId spawn : std::vector<SpawnId>(state.live))
            if (instrAt(in_.code, in_.spawns.sites[spawn]).op == ir::Op::fork)
                killSpawn(state, spawn);
    event(state, EventKind::blocking, pid);
    forgetVolatileFacts(state);
    storeResult(state, instr, freshResult());
}

} // namespace deadheat::link
