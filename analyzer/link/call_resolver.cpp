// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/call_resolver.h"

#include "analyzer/link/merge.h"

namespace deadheat::link {

using ir::TypeKind;
using ir::ValueKind;

CallResolver::CallResolver(const ir::Module& code, const TypeTable& types, const RecordTable& records,
                           LocationTable& table, InclusionGraph& graph, ValueFlow& values, HeapObjects& heap)
    : code_(code), types_(types), records_(records), table_(table), graph_(graph), values_(values), heap_(heap),
      threadResults_(graph.temporary()), hierarchy_(code, records), functionOfSymbol_(functionsBySymbol(code)),
      called_(code.functions.size()), addressTaken_(code.functions.size()) {}

bool CallResolver::hasBody(FunctionId function) const {
    return !code_.functions[function].isDeclaration && !code_.functions[function].blocks.empty();
}

std::uint32_t CallResolver::addSite(Site site) {
    const auto id = static_cast<std::uint32_t>(sites_.size());
    const NodeId watched = site.watched;
    sites_.push_back(std::move(site));
    if (watched != kNoId)
        graph_.watch(watched, id);
    return id;
}

// ---- call-like instructions ----------------------------------------------------------------------------------------

void CallResolver::addCall(InstrRef ref, const ir::Instr& instr) {
    const FunctionId callee = instr.symbol == ir::kNone ? kNoId : functionOfSymbol_[instr.symbol];
    Site site{ref, Kind::named, callee, kNoId, instr.result ? &instr.result : nullptr, {}, false};
    for (const ir::Value& operand : instr.operands)
        site.arguments.push_back({ref.function, &operand});
    if (callee != kNoId && instr.flags.isVirtual && !instr.operands.empty()) {
        site.kind = Kind::virtual_;
        site.watched = values_.nodeOf(ref.function, instr.operands[0]);
        addSite(std::move(site));
        return;
    }
    if (callee != kNoId) {
        if (heap_.call(ref, callee))
            site.result = nullptr;
        record(site, callee);
        bindArguments(site, callee, false);
    }
    if (callee == kNoId || !hasBody(callee))
        callExternal(ref, instr, callee);
}

void CallResolver::addCallThrough(InstrRef ref, const ir::Instr& instr, std::size_t callable, bool usesResult) {
    if (callable >= instr.operands.size())
        return;
    Site site{ref,
              Kind::throughValue,
              kNoId,
              values_.nodeOf(ref.function, instr.operands[callable]),
              usesResult && instr.result ? &instr.result : nullptr,
              {},
              false};
    for (std::size_t i = callable + 1; i < instr.operands.size(); ++i)
        site.arguments.push_back({ref.function, &instr.operands[i]});
    addSite(std::move(site));
}

void CallResolver::addStart(InstrRef ref, const ir::Instr& instr) {
    addCallThrough(ref, instr, 1, false);
    if (instr.op == ir::Op::spawn && instr.operands.size() > 1)
        sites_.back().isStart = true;
}

void CallResolver::addBind(InstrRef ref, const ir::Instr& instr) {
    const LocationId bound = values_.siteLocation(ObjectKind::bound, ref);
    values_.store(ref.function, instr.result, values_.pointerTo(bound));
    if (!instr.operands.empty())
        addSite({ref, Kind::bound, kNoId, values_.nodeOf(ref.function, instr.operands[0]), nullptr, {}, false});
}

/// What an unknown function returns is foreign.
void CallResolver::returnForeign(InstrRef ref, FunctionId declaration) {
    const ir::Instr& instr = instrAt(code_, ref);
    if (!instr.result)
        return;
    RecordId record = records_.ofPointee(values_.typeOf(ref.function, instr.result));
    if (record == kNoId && declaration != kNoId)
        record = records_.ofPointee(code_.functions[declaration].result);
    if (record != kNoId)
        values_.store(ref.function, instr.result, values_.pointerTo(values_.foreignLocation(record)));
}

/// An unknown function may call what it is given, with what else it is given.
void CallResolver::callExternal(InstrRef ref, const ir::Instr& instr, FunctionId declaration) {
    returnForeign(ref, declaration);
    std::vector<Argument> pointers;
    for (const ir::Value& operand : instr.operands)
        if (operand.kind == ValueKind::load || operand.kind == ValueKind::address)
            pointers.push_back({ref.function, &operand});
    for (const ir::Value& operand : instr.operands)
        if (operand.kind != ValueKind::constant && operand.kind != ValueKind::null &&
            operand.kind != ValueKind::string && operand.kind != ValueKind::unknown)
            addSite({ref, Kind::escaped, kNoId, values_.nodeOf(ref.function, operand), nullptr, pointers, false});
}

// ---- resolution ----------------------------------------------------------------------------------------------------

void CallResolver::onPointee(InclusionGraph::Watcher site, LocationId target) {
    if (sites_[site].kind == Kind::virtual_)
        dispatchOn(site, target);
    else
        resolveCallable(site, target);
}

void CallResolver::resolveCallable(std::uint32_t site, LocationId target) {
    const Object& object = table_.object(table_.objectOf(target));
    if (object.kind == ObjectKind::function) {
        resolveFunction(site, object.index);
    } else if (object.kind == ObjectKind::bound) {
        resolveBound(site, target);
    } else if (const FunctionId callee = hierarchy_.callOperator(table_.recordOf(target)); callee != kNoId) {
        run(site, callee, target);
    } else if (object.kind != ObjectKind::thread && sites_[site].kind == Kind::throughValue) {
        // The address of a std::function or of a function pointer.
        const TypeKind kind = table_.kindOf(target);
        if (kind == TypeKind::unknown || kind == TypeKind::callable || kind == TypeKind::pointer)
            graph_.addCopy(target, sites_[site].watched, false);
    }
}

/// Whether the function can be what the source calls with these arguments. Where a table keeps functions of several kinds behind one
/// pointer type, their number tells them apart. `f()` of C may be called with any.
bool CallResolver::takesArguments(const Site& site, FunctionId callee) const {
    const ir::Instr& instr = instrAt(code_, site.origin);
    const ir::Function& function = code_.functions[callee];
    const std::size_t count = site.arguments.size();
    const bool isWritten = site.kind == Kind::throughValue && instr.op == ir::Op::callIndirect &&
                           instr.symbol == ir::kNone && count + 1 == instr.operands.size();
    if (!isWritten || function.thisLocal() || function.parameters == 0)
        return true;
    return function.isVariadic ? count >= function.parameters : count == function.parameters;
}

void CallResolver::resolveFunction(std::uint32_t site, ir::Index symbol) {
    const FunctionId callee = functionOfSymbol_[symbol];
    if (callee == kNoId || !takesArguments(sites_[site], callee))
        return;
    addressTaken_[callee] = true;
    if (!code_.functions[callee].isVirtual || sites_[site].arguments.empty()) {
        run(site, callee, kNoId);
        return;
    }
    if (!chained_.insert(pairKey(site, table_.wholeObject(table_.objectOf(values_.functionLocation(symbol))))))
        return;
    sites_[site].resolved = true;
    Site dispatched = sites_[site];
    dispatched.resolved = false;
    const Argument receiver = dispatched.arguments[0];
    dispatched.kind = Kind::virtual_;
    dispatched.method = callee;
    dispatched.watched = values_.nodeOf(receiver.function, *receiver.value);
    addSite(std::move(dispatched));
}

/// A bound callable runs the callable that the `bind` instruction names, with the bound operands in front.
void CallResolver::resolveBound(std::uint32_t site, LocationId bound) {
    if (!chained_.insert(pairKey(site, bound)))
        return;
    const InstrRef origin = table_.object(table_.objectOf(bound)).site;
    const ir::Instr& instr = instrAt(code_, origin);
    if (instr.operands.empty())
        return;
    sites_[site].resolved = true;
    Site chained = sites_[site];
    chained.resolved = false;
    std::vector<Argument> arguments;
    for (std::size_t i = 1; i < instr.operands.size(); ++i)
        arguments.push_back({origin.function, &instr.operands[i]});
    arguments.insert(arguments.end(), chained.arguments.begin(), chained.arguments.end());
    chained.arguments = std::move(arguments);
    chained.watched = values_.nodeOf(origin.function, instr.operands[0]);
    addSite(std::move(chained));
}

void CallResolver::dispatchOn(std::uint32_t site, LocationId receiver) {
    if (!table_.isMemory(receiver))
        return;
    const FunctionId method = sites_[site].method;
    const RecordId owner = hierarchy_.classOf(method);
    const RecordId record = table_.recordOf(receiver);
    if (record != kNoId && owner != kNoId) {
        const auto place = table_.placeOfRecord(receiver, owner);
        if (!place || place->member != ir::kNone || place->base != receiver)
            return;
    }
    const bool isExact = table_.objectKind(receiver) != ObjectKind::foreign;
    const FunctionId exact = record == kNoId ? kNoId : hierarchy_.dispatch(method, record);
    if (exact != kNoId && isExact) {
        run(site, exact, receiver);
        return;
    }
    for (const FunctionId candidate : hierarchy_.overriders(method))
        if (hasBody(candidate) &&
            (exact == kNoId || candidate == exact || records_.derivesFrom(hierarchy_.classOf(candidate), record)))
            run(site, candidate, receiver);
}

bool CallResolver::resolveUnknown() {
    bool any = false;
    for (std::uint32_t site = 0; site < sites_.size(); ++site) {
        if (sites_[site].resolved)
            continue;
        if (sites_[site].kind == Kind::virtual_)
            runAllOverriders(site);
        else if (sites_[site].kind == Kind::throughValue && sites_[site].result)
            returnForeign(sites_[site].origin, kNoId);
        else
            continue;
        sites_[site].resolved = any = true;
    }
    return any;
}

void CallResolver::runAllOverriders(std::uint32_t site) {
    returnForeign(sites_[site].origin, sites_[site].method);
    for (const FunctionId candidate : hierarchy_.overriders(sites_[site].method)) {
        const RecordId record = hierarchy_.classOf(candidate);
        if (hasBody(candidate))
            run(site, candidate, record == kNoId ? kNoId : values_.foreignLocation(record));
    }
}

void CallResolver::run(std::uint32_t siteId, FunctionId callee, LocationId receiver) {
    const Site site = sites_[siteId];
    if (site.kind == Kind::bound) { // what binds is not what calls
        bindings_.emplace_back(site.origin, callee);
        addressTaken_[callee] = true;
        return;
    }
    if (receiver != kNoId && code_.functions[callee].thisLocal())
        graph_.addPointee(table_.localNode(callee, 0), receiver);
    if (!bound_.insert(pairKey(siteId, callee)))
        return;
    sites_[siteId].resolved = true;
    record(site, callee);
    if (!hasBody(callee) && site.result)
        returnForeign(site.origin, callee);
    const bool receiverIsArgument = site.kind == Kind::virtual_;
    if (site.kind == Kind::escaped)
        bindToAnyParameter(site, callee);
    else
        bindArguments(site, callee, receiver != kNoId && !receiverIsArgument);
}

void CallResolver::record(const Site& site, FunctionId callee) {
    if (site.kind == Kind::escaped) {
        addressTaken_[callee] = true;
        unknownCallbacks_.push_back({callee, site.origin});
        return;
    }
    edges_.emplace_back(site.origin, callee);
    if (callee != site.origin.function)
        called_[callee] = true;
}

/// `hasReceiver`: `this` is bound already and the arguments start at the first parameter. Otherwise argument i goes to local
/// i, except that a virtual call's receiver was bound by class.
void CallResolver::bindArguments(const Site& site, FunctionId callee, bool hasReceiver) {
    const ir::Function& function = code_.functions[callee];
    const ir::Index first = hasReceiver && function.thisLocal() ? 1 : 0;
    const ir::Index formals = function.formals();
    for (ir::Index i = site.kind == Kind::virtual_ ? 1 : 0; i < site.arguments.size() && first + i < formals; ++i)
        bindArgument(callee, first + i, site.arguments[i]);
    if (site.isStart && function.returnLocal != ir::kNone)
        values_.cast(table_.localNode(callee, function.returnLocal), threadResults_,
                     function.locals[function.returnLocal].type);
    if (site.result && function.returnLocal != ir::kNone)
        values_.store(site.origin.function, *site.result, table_.localNode(callee, function.returnLocal),
                      function.locals[function.returnLocal].type);
}

/// Unknown code calls back with what it was given together with the function: `register(callback, data)`.
void CallResolver::bindToAnyParameter(const Site& site, FunctionId callee) {
    const ir::Function& function = code_.functions[callee];
    const ir::Index first = function.thisLocal() ? 1 : 0;
    for (ir::Index local = first; local < first + function.parameters; ++local) {
        const TypeId type = function.locals[local].type;
        const TypeKind kind = types_.kindOf(type);
        if (kind != TypeKind::pointer && kind != TypeKind::reference)
            continue;
        for (const Argument& argument : site.arguments)
            values_.cast(values_.nodeOf(argument.function, *argument.value), table_.localNode(callee, local), type);
    }
}

void CallResolver::bindArgument(FunctionId callee, ir::Index local, const Argument& argument) {
    const ir::Local& formal = code_.functions[callee].locals[local];
    if (!types_.mayPoint(formal.type))
        return;
    const NodeId to = table_.localNode(callee, local);
    const ir::Value& value = *argument.value;
    // std::thread(&C::run, object): the method runs on the object (here: the original, not the copy).
    if (formal.kind == ir::LocalKind::this_ && value.kind == ValueKind::load &&
        types_.kindOf(values_.typeOf(argument.function, value.place)) == TypeKind::record) {
        ir::Value address = value;
        address.kind = ValueKind::address;
        values_.assign(to, ir::kNone, argument.function, address);
        return;
    }
    values_.assign(to, formal.type, argument.function, value);
}

} // namespace deadheat::link
