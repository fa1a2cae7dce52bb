// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whether two accesses, or two locks, may lie at one place.
#include "analyzer/link/accesses.h"

#include <algorithm>

namespace deadheat::link {

namespace {

bool intersects(const std::vector<LocationId>& a, const std::vector<LocationId>& b) {
    auto i = a.begin(), j = b.begin();
    while (i != a.end() && j != b.end()) {
        if (*i == *j)
            return true;
        if (*i < *j)
            ++i;
        else
            ++j;
    }
    return false;
}

} // namespace

/// Whether the predicate holds for any two locations that are in one object.
template <class Predicate>
bool AccessTable::anyInOneObject(const std::vector<LocationId>& a, const std::vector<LocationId>& b,
                                 const Predicate& holds) const {
    std::vector<ObjectId> objects;
    for (LocationId y : b)
        objects.push_back(p_.pointsTo->objectOf(y));
    for (LocationId x : a) {
        const ObjectId object = p_.pointsTo->objectOf(x);
        for (std::size_t i = 0; i < b.size(); ++i)
            if (objects[i] == object && holds(x, b[i]))
                return true;
    }
    return false;
}

/// Whether `part` is an element of the plain array `whole`: a collection is more than its elements.
bool AccessTable::isElementOfArray(LocationId part, LocationId whole) const {
    const PointsTo& pointsTo = *p_.pointsTo;
    if (pointsTo.parent(part) != whole || pointsTo.step(part).kind == ir::StepKind::field)
        return false;
    const Object& object = pointsTo.object(pointsTo.objectOf(whole));
    ir::Index type = ir::kNone;
    if (pointsTo.parent(whole) != kNoId)
        type = pointsTo.step(whole).kind == ir::StepKind::field ? p_.code.fields[pointsTo.step(whole).index].type
                                                                : ir::kNone;
    else if (object.kind == ObjectKind::global)
        type = p_.code.globals[object.index].type;
    else if (object.kind == ObjectKind::local)
        type = p_.function(object.index).locals[object.sub].type;
    return type != ir::kNone && p_.code.types[type].kind == ir::TypeKind::array;
}

/// `wide`: one of the accesses may go on over the elements behind, as memcpy does.
bool AccessTable::overlap(LocationId a, LocationId b, bool wide) const {
    if (a == b)
        return true;
    const PointsTo& pointsTo = *p_.pointsTo;
    if (pointsTo.objectOf(a) != pointsTo.objectOf(b))
        return false;
    if (wide && (isElementOfArray(a, b) || isElementOfArray(b, a)))
        return true;
    LocationId parentA = pointsTo.parent(a), parentB = pointsTo.parent(b);
    if (parentA == kNoId || parentB == kNoId)
        return false;
    ir::Step stepA = pointsTo.step(a), stepB = pointsTo.step(b);
    bool elementA = stepA.kind != ir::StepKind::field, elementB = stepB.kind != ir::StepKind::field;
    if (elementA != elementB)
        return false;
    bool bothKnown =
        !elementA || (!wide && stepA.kind == ir::StepKind::constant && stepB.kind == ir::StepKind::constant);
    if (bothKnown && stepA.index != stepB.index)
        return false;
    return overlap(parentA, parentB, wide);
}

/// Whether `part` is a member of the record at `whole`, at any depth: the record is copied or freed with it.
bool AccessTable::isMemberWithin(LocationId part, LocationId whole) const {
    const PointsTo& pointsTo = *p_.pointsTo;
    if (pointsTo.objectOf(part) != pointsTo.objectOf(whole))
        return false;
    for (LocationId at = part; pointsTo.parent(at) != kNoId; at = pointsTo.parent(at))
        if (pointsTo.step(at).kind == ir::StepKind::field && overlap(pointsTo.parent(at), whole, false))
            return true;
    return false;
}

/// Elements of one array seen with different element sizes: `words[0]` and `bytes[2]`.
bool AccessTable::bytesOverlap(LocationId a, std::uint32_t sizeOfA, LocationId b, std::uint32_t sizeOfB) const {
    const PointsTo& pointsTo = *p_.pointsTo;
    if (sizeOfA == sizeOfB || sizeOfA == 0 || sizeOfB == 0 || pointsTo.parent(a) == kNoId ||
        pointsTo.parent(a) != pointsTo.parent(b))
        return false;
    const ir::Step stepA = pointsTo.step(a), stepB = pointsTo.step(b);
    if (stepA.kind != ir::StepKind::constant || stepB.kind != ir::StepKind::constant)
        return false;
    const std::uint64_t beginA = std::uint64_t{stepA.index} * sizeOfA, beginB = std::uint64_t{stepB.index} * sizeOfB;
    return beginA < beginB + sizeOfB && beginB < beginA + sizeOfA;
}

/// By its name a thread reaches its own instance of a thread-local variable, never another one's.
bool AccessTable::namesThreadLocal(const SharedAccess& access) const {
    ExprId object = access.address;
    while ((*p_.exprs)[object].kind == ExprKind::field || (*p_.exprs)[object].kind == ExprKind::element)
        object = (*p_.exprs)[object].a;
    const Expr& e = (*p_.exprs)[object];
    return e.kind == ExprKind::global && p_.code.globals[e.a].isThreadLocal;
}

/// The thread-local pointer that leads to the object accessed; kNone where there is none.
ir::Index AccessTable::threadLocalPointer(const SharedAccess& access) const {
    const ExprTable& exprs = *p_.exprs;
    ExprId object = access.address;
    while (exprs[object].kind == ExprKind::field || exprs[object].kind == ExprKind::element)
        object = exprs[object].a;
    const Expr holder = exprs[object].kind == ExprKind::load ? exprs[exprs[object].a] : Expr{};
    const bool isThreadLocal = holder.kind == ExprKind::global && p_.code.globals[holder.a].isThreadLocal;
    return isThreadLocal ? holder.a : ir::kNone;
}

void AccessTable::collectThreadLocalStores() {
    for (FunctionId f = 0; f < p_.code.functions.size(); ++f)
        for (const ir::Block& block : p_.function(f).blocks)
            for (const ir::Instr& instr : block.instrs) {
                const bool isVariable =
                    instr.op == ir::Op::copy && instr.result.root == ir::RootKind::global && instr.result.steps.empty();
                if (isVariable && p_.code.globals[instr.result.index].isThreadLocal)
                    threadLocalStores_[instr.result.index].push_back({f, &instr.operands[0]});
            }
}

/// What the threads of a root put there, or find there when they start; sorted. Nobody else can.
std::vector<ObjectId> AccessTable::targetsOfThreadLocal(ir::Index pointer, RootId root) const {
    std::vector<ObjectId> targets;
    const auto stores = threadLocalStores_.find(pointer);
    if (stores == threadLocalStores_.end())
        return targets;
    auto runsIn = [&](ContextId id) { return p_.contexts.all[id].root == root; };
    for (const auto& [function, value] : stores->second)
        if (p_.function(function).name == "<init>" || std::ranges::any_of(p_.contexts.ofFunction[function], runsIn))
            for (const LocationId target : p_.pointsTo->pointeesOf(function, *value))
                insert(targets, p_.pointsTo->objectOf(target));
    return targets;
}

/// Whether each thread reaches an object of its own through a thread-local pointer: both do, and no variable is put there, or the other
/// one's is nothing that the threads of this root put there. A pointer that is set only through its address is not followed.
bool AccessTable::haveOneEachByThreadLocal(const SharedAccess& a, const SharedAccess& b) const {
    const ir::Index pointer = threadLocalPointer(a);
    if (pointer == ir::kNone || !threadLocalStores_.contains(pointer))
        return false;
    const auto [known, isNew] = threadLocalTargets_.try_emplace({pointer, a.root});
    if (isNew)
        known->second = targetsOfThreadLocal(pointer, a.root);
    if (threadLocalPointer(b) == pointer)
        return std::ranges::none_of(
            known->second, [&](ObjectId object) { return p_.pointsTo->object(object).kind == ObjectKind::global; });
    return !b.locations->empty() && std::ranges::none_of(*b.locations, [&](LocationId location) {
        return contains(known->second, p_.pointsTo->objectOf(location));
    });
}

bool AccessTable::mayAlias(const SharedAccess& a, const SharedAccess& b) const {
    if (namesThreadLocal(a) && namesThreadLocal(b))
        return false;
    if (haveOneEachByThreadLocal(a, b) || haveOneEachByThreadLocal(b, a))
        return false;
    if (a.locations->empty() || b.locations->empty() || a.locations == b.locations)
        return true;
    if (intersects(*a.locations, *b.locations))
        return true;
    auto isWide = [&](const SharedAccess& access) {
        const ir::Instr& instr = p_.instr(access.at);
        return instr.flags.opaqueBody && instr.size == 0;
    };
    const bool wide = isWide(a) || isWide(b);
    return anyInOneObject(*a.locations, *b.locations, [&](LocationId x, LocationId y) {
        return overlap(x, y, wide) || isMemberWithin(x, y) || isMemberWithin(y, x) ||
               bytesOverlap(x, p_.instr(a.at).size, y, p_.instr(b.at).size);
    });
}

/// `locks[1]` and `locks[i]` may be one lock.
bool AccessTable::mayOverlap(const std::vector<LocationId>& a, const std::vector<LocationId>& b) const {
    return intersects(a, b) || anyInOneObject(a, b, [&](LocationId x, LocationId y) { return overlap(x, y, false); });
}

} // namespace deadheat::link
