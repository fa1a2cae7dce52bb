// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/expr.h"

#include <fmt/format.h>

namespace deadheat::link {

namespace {

/// Deeper expressions are given up: they come from walking recursive structures and never name a lock.
constexpr std::uint8_t kMaxDepth = 14;

bool hasBase(ExprKind kind) {
    return kind == ExprKind::field || kind == ExprKind::element || kind == ExprKind::load || kind == ExprKind::outer ||
           kind == ExprKind::masked || kind == ExprKind::count;
}

} // namespace

ExprTable::ExprTable(const ir::Module& code) : code_(code) {
    exprs_.push_back({});
    roots_.push_back(kNoExpr);
    depths_.push_back(0);
}

ExprId ExprTable::intern(Expr expr) {
    if (const ExprId known = find(expr); known != HashIndex::kAbsent)
        return known;
    const auto id = static_cast<ExprId>(exprs_.size());
    ids_.insert(hashOf(expr), id);
    exprs_.push_back(expr);
    roots_.push_back(hasBase(expr.kind) ? roots_[expr.a] : id);
    depths_.push_back(hasBase(expr.kind) ? depths_[expr.a] + 1 : 0);
    return id;
}

ExprId ExprTable::number(std::int64_t value) {
    auto [entry, isNew] = numberIds_.try_emplace(value, static_cast<std::uint32_t>(numbers_.size()));
    if (isNew)
        numbers_.push_back(value);
    return intern({ExprKind::number, entry->second});
}

ExprId ExprTable::field(ExprId base, ir::Index field) {
    if (base == kNoExpr || depths_[base] >= kMaxDepth)
        return kNoExpr;
    const Expr& b = exprs_[base];
    if (b.kind == ExprKind::outer && b.b == field)
        return b.a;
    return intern({ExprKind::field, base, field});
}

ExprId ExprTable::element(ExprId base, std::uint32_t index) {
    if (base == kNoExpr || depths_[base] >= kMaxDepth)
        return kNoExpr;
    return intern({ExprKind::element, base, index});
}

ExprId ExprTable::load(ExprId address) {
    if (address == kNoExpr || depths_[address] >= kMaxDepth)
        return kNoExpr;
    return intern({ExprKind::load, address});
}

ExprId ExprTable::masked(ExprId value, std::int64_t mask) {
    if (value == kNoExpr || depths_[value] >= kMaxDepth)
        return kNoExpr;
    return isNumber(value) ? number(numberOf(value) & mask) : intern({ExprKind::masked, value, number(mask)});
}

ExprId ExprTable::phi(FunctionId function, ir::Index block, ExprId address) {
    // A phi of a phi at the same block is that phi: keeps loops finite.
    return intern({ExprKind::phi, function, block, address});
}

ExprId ExprTable::outer(ExprId part, ir::Index field) {
    if (part == kNoExpr || depths_[part] >= kMaxDepth)
        return kNoExpr;
    const Expr& p = exprs_[part];
    if (p.kind == ExprKind::field && p.b == field)
        return p.a;
    return intern({ExprKind::outer, part, field});
}

bool ExprTable::isPartOf(ExprId id, ExprId whole) const {
    if (roots_[id] != roots_[whole] || depths_[id] < depths_[whole])
        return false;
    while (id != whole) {
        const Expr& e = exprs_[id];
        if (e.kind != ExprKind::field && e.kind != ExprKind::element)
            return false;
        id = e.a;
    }
    return id != kNoExpr;
}

bool ExprTable::contains(ExprId id, ExprId part) const {
    while (id != part) {
        const Expr& e = exprs_[id];
        if (!hasBase(e.kind))
            return false;
        id = e.a;
    }
    return id != kNoExpr;
}

bool ExprTable::isAbsolute(ExprId id) const {
    ExprKind kind = exprs_[roots_[id]].kind;
    return kind == ExprKind::global || kind == ExprKind::function || kind == ExprKind::number;
}

ExprId ExprTable::replace(ExprId id, ExprId from, ExprId to) {
    if (id == from)
        return to;
    const Expr e = exprs_[id];
    if (!hasBase(e.kind))
        return id;
    ExprId base = replace(e.a, from, to);
    if (base == e.a)
        return id;
    switch (e.kind) {
    case ExprKind::field: return field(base, e.b);
    case ExprKind::element: return element(base, e.b);
    case ExprKind::load: return load(base);
    case ExprKind::masked: return masked(base, numberOf(e.b));
    case ExprKind::count: return count(base, e.b != 0);
    default: return outer(base, e.b);
    }
}

std::string ExprTable::spell(ExprId id, FunctionId function) const {
    const Expr& e = exprs_[id];
    switch (e.kind) {
    case ExprKind::none: return "?";
    case ExprKind::number: return fmt::format("{}", numberOf(id));
    case ExprKind::parameter: return function == kNoId ? "?" : code_.functions[function].locals[e.a].name;
    case ExprKind::function: return code_.symbols[e.a];
    case ExprKind::load:
    case ExprKind::count: return spellObject(e.a, function);
    case ExprKind::masked: return fmt::format("{} & {}", spell(e.a, function), numberOf(e.b));
    case ExprKind::phi: return spellObject(e.c, function);
    case ExprKind::result:
    case ExprKind::allocation: return "<result>";
    default: return "&" + spellObject(id, function);
    }
}

std::string ExprTable::spellObject(ExprId address, FunctionId function) const {
    const Expr& e = exprs_[address];
    switch (e.kind) {
    case ExprKind::global: return code_.globals[e.a].name;
    case ExprKind::local: return code_.functions[e.a].locals[e.b].name;
    case ExprKind::field: {
        ExprKind base = exprs_[e.a].kind;
        bool direct =
            base == ExprKind::global || base == ExprKind::local || base == ExprKind::field || base == ExprKind::element;
        const std::string& name = code_.fields[e.b].name;
        return direct ? spellObject(e.a, function) + "." + name : spell(e.a, function) + "->" + name;
    }
    case ExprKind::element: {
        std::string index = e.b == kAnyElement ? "*" : spell(e.b, function);
        return spellObject(e.a, function) + "[" + index + "]";
    }
    case ExprKind::outer: return "container of " + spellObject(e.a, function);
    default: return "*" + spell(address, function);
    }
}

} // namespace deadheat::link
