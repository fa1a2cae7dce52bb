// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whether two accesses hold one lock. Expressions say so where the lock is found the same way from both data (LOCKSMITH's
// correlation of locks and data, Pratikakis, Foster, Hicks, PLDI 2006, with access paths instead of labels), places where they
// are few enough. What may be one lock is given the benefit of the doubt, except where the doubt is the code's own: a pointer
// that leads to one of two locks, an index that has nothing to do with the datum.
#include "analyzer/link/accesses.h"

#include <algorithm>
#include <fmt/format.h>

namespace deadheat::link {

namespace {

ExprId inner(const ExprTable& exprs, ExprId id) {
    const ExprKind kind = exprs[id].kind;
    const bool hasBase =
        kind == ExprKind::field || kind == ExprKind::element || kind == ExprKind::load || kind == ExprKind::outer;
    return hasBase ? exprs[id].a : kNoExpr;
}

/// Spells the ways to a datum and to its lock from what both go through. Indices that are not constant are numbered in the order in
/// which they are met, so that two functions that call them differently spell the same.
class RelationSpeller {
public:
    RelationSpeller(const ExprTable& exprs, ExprId common) : exprs_(exprs), common_(common) {}

    void follow(ExprId id) {
        while (id != kNoExpr && id != common_) {
            step(exprs_[id]);
            const ExprId next = inner(exprs_, id);
            if (next == kNoExpr && common_ == kNoExpr)
                addRoot(id);
            id = next;
        }
        add(~std::uint64_t{0}, true);
    }
    void datumIsDone() {
        indicesOfDatum_ = indices_.size();
        datum = path;
    }
    /// Whether only variables choose the datum's elements, nothing that is found behind a pointer.
    bool isPlain() const {
        return std::ranges::all_of(indices_, [&](ExprId index) {
            const ExprKind of = exprs_[index].kind == ExprKind::load ? exprs_[exprs_[index].a].kind : ExprKind::none;
            return index != kNoExpr && (of == ExprKind::none || of == ExprKind::local || of == ExprKind::global);
        });
    }

    std::vector<std::uint64_t> path, shape,
        datum; ///< `shape` leaves constant indices out; `datum`: the path up to there
    bool byIndex = false, ownIndex = false, isRootKnown = true;

private:
    void add(std::uint64_t part, bool isShape) {
        path.push_back(part);
        if (isShape)
            shape.push_back(part);
    }

    void step(const Expr& e) {
        const std::uint64_t kind = std::uint64_t(e.kind) << 32;
        if (e.kind == ExprKind::field || e.kind == ExprKind::outer)
            add(kind | e.b, true);
        else if (e.kind == ExprKind::load)
            add(kind, true);
        else if (e.kind == ExprKind::element && e.b != kAnyElement && exprs_.isNumber(e.b))
            add(kind << 1 | e.b, exprs_.numberOf(e.b) != 0);
        else if (e.kind == ExprKind::element)
            add(kind | numberOfIndex(e.b), true);
    }

    std::uint64_t numberOfIndex(ExprId index) {
        const auto known = index == kAnyElement ? indices_.end() : std::ranges::find(indices_, index);
        const bool isNew = known == indices_.end();
        const std::size_t number = known - indices_.begin();
        const bool isLock = indicesOfDatum_ != kOpen;
        if (isLock && !isNew && number < indicesOfDatum_)
            byIndex = true;
        else if (isLock)
            ownIndex = true;
        if (isNew)
            indices_.push_back(index == kAnyElement ? kNoExpr : index);
        return number;
    }

    void addRoot(ExprId root) {
        isRootKnown &= exprs_.isAbsolute(root);
        add(root, true);
    }

    static constexpr std::size_t kOpen = ~std::size_t{0};
    const ExprTable& exprs_;
    ExprId common_;
    std::vector<ExprId> indices_;
    std::size_t indicesOfDatum_ = kOpen;
};

/// `locks[i]`, and nothing behind it but members.
const Expr* arrayElement(const ExprTable& exprs, ExprId lock) {
    while (exprs[lock].kind == ExprKind::field)
        lock = exprs[lock].a;
    return exprs[lock].kind == ExprKind::element ? &exprs[lock] : nullptr;
}

} // namespace

LockRelation AccessTable::relation(const SharedAccess& access, const HeldLock& lock) {
    if (lock.lock.scope != access.function)
        return {};
    std::uint64_t key = std::uint64_t{access.address} << 32 | lock.lock.lock;
    auto known = relations_.find(key);
    if (known == relations_.end())
        known = relations_.emplace(key, computeRelation(access.address, lock.lock.lock)).first;
    return known->second;
}

/// Steps from the deepest expression that both go through: for `p->list->head` and `p->m`, `list * head` and `m`. Without one,
/// both are global and an index is what they share.
LockRelation AccessTable::computeRelation(ExprId datum, ExprId lock) {
    const ExprTable& exprs = *p_.exprs;
    ExprId common = datum;
    while (common != kNoExpr && !exprs.contains(lock, common))
        common = inner(exprs, common);
    if (common != kNoExpr && exprs[common].kind == ExprKind::number)
        return {};
    RelationSpeller spelled(exprs, common);
    spelled.follow(datum);
    spelled.datumIsDone();
    spelled.follow(lock);
    LockRelation relation;
    relation.ownIndex = spelled.ownIndex;
    auto idOf = [&](std::vector<std::uint64_t> path) {
        return relationIds_.try_emplace(std::move(path), relationIds_.size() + 1).first->second;
    };
    if (common == kNoExpr && spelled.isRootKnown && spelled.isPlain())
        relation.datum = idOf(std::move(spelled.datum));
    if (common == kNoExpr && !(spelled.byIndex && spelled.isRootKnown))
        return relation;
    relation.byIndex = spelled.byIndex;
    relation.id = idOf(std::move(spelled.path));
    relation.shape = idOf(std::move(spelled.shape));
    return relation;
}

bool AccessTable::isGlobalDatum(const SharedAccess& access) const {
    return !access.locations->empty() && std::ranges::all_of(*access.locations, [&](LocationId location) {
        return p_.pointsTo->object(p_.pointsTo->objectOf(location)).kind == ObjectKind::global;
    });
}

/// A variable that exists once, or a fixed part of it.
bool AccessTable::isOneDatum(const SharedAccess& access) const {
    return p_.exprs->isAbsolute(access.address) &&
           (*p_.exprs)[p_.exprs->root(access.address)].kind == ExprKind::global && !access.indexed &&
           access.locations->size() == 1 && isGlobalDatum(access);
}

/// A pointer that this function makes lead to one of several locks, or an index that may choose any. Parameters may lead to several
/// only because several callers have been taken together.
bool AccessTable::mayBeSeveral(const Hold& hold) const {
    const std::vector<LocationId>& locations = hold.lock.info->locations;
    if (hold.relation.ownIndex && hold.lock.info->isAbsolute)
        return true;
    const ExprKind root = (*p_.exprs)[p_.exprs->root(hold.lock.lock.lock)].kind;
    if (root != ExprKind::phi && root != ExprKind::global)
        return false;
    constexpr std::size_t kFew = 4; // more is what analysis does not know, rather than what the code chooses from
    return locations.size() > 1 && locations.size() <= kFew && std::ranges::all_of(locations, [&](LocationId location) {
               const Object& object = p_.pointsTo->object(p_.pointsTo->objectOf(location));
               return object.kind == ObjectKind::global;
           });
}

/// The lock that `access` would hold if its lock lay where `like` finds its own; kNoExpr when the ways differ.
ExprId AccessTable::lockByRelation(const Hold& like, const SharedAccess& access) const {
    ExprTable& exprs = *p_.exprs;
    ExprId common = like.access.address;
    while (common != kNoExpr && !exprs.contains(like.lock.lock.lock, common))
        common = inner(exprs, common);
    if (common == kNoExpr || exprs.isAbsolute(common))
        return kNoExpr;
    ExprId base = access.address;
    for (ExprId step = like.access.address; step != common; step = inner(exprs, step)) {
        const Expr &a = exprs[step], &b = exprs[base];
        if (a.kind != b.kind || a.b != b.b)
            return kNoExpr;
        base = b.a;
    }
    return exprs.replace(like.lock.lock.lock, common, base);
}

/// The doubt is the code's own.
bool AccessTable::areSurelyOthers(const Hold& a, const Hold& b) const {
    if (isOneDatum(a.access) && isOneDatum(b.access) && (mayBeSeveral(a) || mayBeSeveral(b)))
        return true;
    const ExprTable& exprs = *p_.exprs;
    auto takesElsewhere = [&](const Hold& like, const Hold& other) {
        if (!exprs.isAbsolute(other.lock.lock.lock) || !exprs.isAbsolute(other.access.address))
            return false;
        const ExprId expected = lockByRelation(like, other.access);
        return expected != kNoExpr && exprs.isAbsolute(expected) && expected != other.lock.lock.lock;
    };
    if (takesElsewhere(a, b) || takesElsewhere(b, a))
        return true;
    const bool differInConstant = a.relation.id != b.relation.id && a.relation.shape == b.relation.shape &&
                                  a.relation.shape != 0 && !a.lock.info->isAbsolute && !b.lock.info->isAbsolute;
    if (differInConstant)
        return true;
    auto ignoresIndex = [&](const Hold& indexed, const Hold& other) {
        const Expr *x = arrayElement(exprs, indexed.lock.lock.lock), *y = arrayElement(exprs, other.lock.lock.lock);
        const bool isSeen = other.lock.lock.scope == other.access.function; // else its index may be that of the datum
        const bool isSameDatum = indexed.relation.datum != 0 && indexed.relation.datum == other.relation.datum;
        return indexed.relation.byIndex && !indexed.relation.ownIndex && other.relation.id == 0 && isSeen &&
               isSameDatum && x && y && x->a == y->a && y->b != kAnyElement;
    };
    return ignoresIndex(a, b) || ignoresIndex(b, a);
}

/// Whether the lock belongs to what holds the datum: `queue->lock` for `queue->last->next`. The same member of another queue guards the
/// object while that one has it.
bool AccessTable::isOfHolder(const Hold& hold) const {
    const ExprTable& exprs = *p_.exprs;
    if (hold.lock.info->field == ir::kNone || hold.relation.id == 0 || hold.relation.byIndex)
        return false;
    ExprId at = hold.access.address;
    while (at != kNoExpr && !exprs.contains(hold.lock.lock.lock, at)) {
        if (exprs[at].kind == ExprKind::load)
            return true;
        at = inner(exprs, at);
    }
    return false;
}

AccessTable::Protection AccessTable::protection(const Hold& a, const Hold& b) const {
    const LockInfo &i = *a.lock.info, &j = *b.lock.info;
    if (i.isLocal && j.isLocal)
        return Protection::none; // two calls, two locks
    const bool global = isGlobalDatum(a.access) && isGlobalDatum(b.access);
    const bool instanceForGlobal = global && i.isInstance && j.isInstance;
    const bool ownIndex = a.relation.ownIndex || b.relation.ownIndex;
    const bool sameRelation = a.relation.id != 0 && a.relation.id == b.relation.id && !ownIndex;
    const bool sameAbsolute = i.isAbsolute && j.isAbsolute && a.lock.lock.lock == b.lock.lock.lock && !ownIndex;
    const bool isOnePlace = i.locations.size() == 1 && i.locations == j.locations && !ownIndex && !a.relation.byIndex &&
                            !b.relation.byIndex && !(i.isInstance && global);
    if ((sameRelation && !instanceForGlobal) || sameAbsolute || isOnePlace)
        return Protection::certain;
    const bool unknown = (i.locations.empty() || j.locations.empty()) && i.field != ir::kNone && i.field == j.field;
    const bool mayMoveOn = isOfHolder(a) && isOfHolder(b) && i.field == j.field && !global;
    if (mayMoveOn && !ownIndex)
        return Protection::possible;
    const bool mayBeOne = (mayOverlap(i.locations, j.locations) || unknown) && !instanceForGlobal;
    return mayBeOne && !areSurelyOthers(a, b) ? Protection::possible : Protection::none;
}

bool AccessTable::shareGlobalLock(const SharedAccess& a, const SharedAccess& b) const {
    return std::ranges::any_of(a.locks, [&](const HeldLock& x) {
        return !x.lock.shared && (*p_.exprs)[x.lock.lock].kind == ExprKind::global &&
               std::ranges::any_of(b.locks, [&](const HeldLock& y) {
                   return y.lock.lock == x.lock.lock && !y.lock.shared && excludes(a, x) && excludes(b, y);
               });
    });
}

AccessTable::Protection AccessTable::commonLock(const SharedAccess& a, const SharedAccess& b) {
    Protection best = Protection::none;
    for (const HeldLock& x : a.locks)
        for (const HeldLock& y : b.locks) {
            Protection here = protection({a, x, x.relation}, {b, y, y.relation});
            if (here != Protection::none && !(excludes(a, x) && excludes(b, y)))
                here = Protection::none;
            if (here != Protection::none && x.lock.shared && y.lock.shared)
                here = Protection::sharedOnly;
            best = std::max(best, here);
        }
    return best;
}

} // namespace deadheat::link
