// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Symbolic expressions: what a pointer or an integer surely is, in terms of a function's entry state. Two equal ids mean
// the same value as long as memory that was not seen to change has not changed. This is the must-alias side of link (lock
// identity, handle identity, ownership); the may-alias side is points_to.h.
//
// A `parameter` is relative to the function that mentions it; every other expression has one meaning in the whole program.
// Hash-consed: equality is identity. Not thread safe.
#pragma once

#include "analyzer/link/hash_index.h"
#include "analyzer/link/ids.h"

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace deadheat::link {

using ExprId = std::uint32_t;
inline constexpr ExprId kNoExpr = 0; ///< nothing known; never equal to anything, itself included

enum class ExprKind : std::uint8_t {
    none,
    number,     ///< a: index into a table of constants
    parameter,  ///< a: local index of a parameter or `this`; its value at entry
    global,     ///< a: address of Module::globals[a]
    local,      ///< a: function, b: local; its address
    function,   ///< a: symbol
    field,      ///< a: address of the record, b: field; address of the field
    element,    ///< a: address of the array, b: index expression (kAnyElement: unknown); address of the element
    masked,     ///< a: integer, b: number; the bits of the integer that the number has
    load,       ///< a: address; what memory held there at entry or since the last unknown change
    result,     ///< a, b: function and serial number of the instruction; what it returned
    allocation, ///< a, b: as above; a fresh object's address
    phi,        ///< a: function, b: block, c: address; what memory holds there after paths met
    outer,      ///< a: address of a part, b: field; address of the record whose field it is
    count, ///< a: address of a counter, b: 1 when counted up; stands for all that were to count there having done so
};

struct Expr {
    ExprKind kind = ExprKind::none;
    std::uint32_t a = 0, b = 0, c = 0;
    bool operator==(const Expr&) const = default;
};

/// Serial number of the n-th value that the call with number `call` brought from its callee; the low bits name the call.
inline constexpr std::uint32_t kSerialBits = 20;
inline std::uint32_t importedSerial(std::uint32_t call, std::size_t n) {
    return call | (static_cast<std::uint32_t>(n % 4095 + 1) << kSerialBits);
}
inline std::uint32_t instructionOfSerial(std::uint32_t serial) { return serial & ((1u << kSerialBits) - 1); }

inline constexpr std::uint32_t kAnyElement = ~std::uint32_t{0};

class ExprTable {
public:
    explicit ExprTable(const ir::Module& code);

    ExprId number(std::int64_t value);
    ExprId parameter(ir::Index local) { return intern({ExprKind::parameter, local}); }
    ExprId global(ir::Index index) { return intern({ExprKind::global, index}); }
    ExprId local(FunctionId function, ir::Index index) { return intern({ExprKind::local, function, index}); }
    ExprId function(ir::Index symbol) { return intern({ExprKind::function, symbol}); }
    ExprId field(ExprId base, ir::Index field);
    ExprId element(ExprId base, std::uint32_t index);
    ExprId load(ExprId address);
    /// `value & mask`; a number when the value is one.
    ExprId masked(ExprId value, std::int64_t mask);
    ExprId result(FunctionId function, std::uint32_t serial) { return intern({ExprKind::result, function, serial}); }
    ExprId allocation(FunctionId function, std::uint32_t serial) {
        return intern({ExprKind::allocation, function, serial});
    }
    ExprId phi(FunctionId function, ir::Index block, ExprId address);
    /// Whether `value` is that phi; asks for none to be made.
    bool isPhi(ExprId value, FunctionId function, ir::Index block, ExprId address) const {
        return exprs_[value] == Expr{ExprKind::phi, function, block, address};
    }
    ExprId outer(ExprId part, ir::Index field);
    ExprId count(ExprId address, bool up) {
        return address == kNoExpr ? kNoExpr : intern({ExprKind::count, address, up ? 1u : 0u});
    }

    const Expr& operator[](ExprId id) const { return exprs_[id]; }
    std::int64_t numberOf(ExprId id) const { return numbers_[exprs_[id].a]; }
    bool isNumber(ExprId id) const { return exprs_[id].kind == ExprKind::number; }
    std::size_t size() const { return exprs_.size(); }

    /// The innermost expression that `id` is computed from: a parameter, global, local, result ...
    ExprId root(ExprId id) const { return roots_[id]; }
    /// Whether the address lies in the object `root` itself, without going through a pointer.
    bool isPartOf(ExprId id, ExprId whole) const;
    /// Whether `part` occurs in `id`.
    bool contains(ExprId id, ExprId part) const;
    bool mentionsParameter(ExprId id) const { return exprs_[roots_[id]].kind == ExprKind::parameter; }
    /// Whether the expression means the same in every function: rooted in a global, function or number.
    bool isAbsolute(ExprId id) const;
    /// Whether anybody has asked for the expression before.
    bool isKnown(const Expr& expr) const { return find(expr) != HashIndex::kAbsent; }
    /// Rewrites `id` with `from` replaced by `to`; kNoExpr when the result would be too deep. Loads stay loads.
    ExprId replace(ExprId id, ExprId from, ExprId to);

    /// As the source would spell it within `function`: "this->mutex_", "g_lock", "conn->thread->lock".
    std::string spell(ExprId id, FunctionId function) const;

private:
    ExprId intern(Expr expr);
    std::string spellObject(ExprId address, FunctionId function) const;

    const ir::Module& code_;
    static std::uint64_t hashOf(const Expr& e) {
        return mixBits(pairKey(e.a, e.b) ^ mixBits(pairKey(e.c, static_cast<std::uint32_t>(e.kind))));
    }
    ExprId find(const Expr& expr) const {
        return ids_.find(hashOf(expr), [&](ExprId id) { return exprs_[id] == expr; });
    }

    HashIndex ids_;
    std::unordered_map<std::int64_t, std::uint32_t> numberIds_;
    std::vector<Expr> exprs_;
    std::vector<ExprId> roots_;
    std::vector<std::uint8_t> depths_;
    std::vector<std::int64_t> numbers_;
};

} // namespace deadheat::link
