// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What library functions and types mean to threads: the only table of its kind in Deadheat. The data is api.yaml (its head
// explains the syntax), embedded at build time; users add entries in the same syntax.
#pragma once

#include "analyzer/ir/ir.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace deadheat::extract {

/// A value or place of a call, relative to its object (`this`) and its arguments.
struct ApiValue {
    enum class Base : std::uint8_t { null, object, argument, rest, locks, member };
    Base base = Base::null;
    std::uint8_t index = 0;   ///< of the argument; `rest`: of the first
    bool element = false;     ///< the element of what the base points to
    std::uint8_t derefs = 0;  ///< applied after `element`
    bool address = false;     ///< the address of that place, not its content
    std::string member;       ///< Base::member: the method of the object
    bool isPlace() const { return element || derefs > 0; }
};

/// One instruction that the call stands for.
struct ApiStep {
    ir::Op op = ir::Op::call;
    std::vector<ApiValue> operands;
    ir::InstrFlags flags;
    ir::Success success = ir::Success::always;
    ir::SpawnKind spawn = ir::SpawnKind::none;
    int order = -1;           ///< argument that holds the memory order
};

struct ApiFlow {
    ApiValue to, from;
};

struct ApiCallback {
    ApiValue callable;
    std::vector<ApiValue> operands;
};

struct ApiEntry {
    std::vector<ApiStep> steps;
    std::vector<ApiValue> reads, writes, updates;
    int size = -1;            ///< argument that holds the number of bytes accessed
    std::vector<ApiFlow> flow;
    std::vector<ApiCallback> calls;
    std::optional<ApiValue> result;
    bool resultIsReference = false;
    bool noReturn = false;
    bool inert = false;       ///< does nothing that matters to threads, not even to its arguments
    unsigned fewest = 0, most = ~0u; ///< numbers of arguments the entry is for
};

struct ApiType {
    ir::TypeKind kind = ir::TypeKind::unknown;
    ir::InstrFlags flags;     ///< of a guard: shared; of a lock: recursive; of a tag: defer, adopt, try
    int element = -1;         ///< template argument that is the element or pointee
    bool isTag = false;
};

class ApiTable {
public:
    static const ApiTable& builtIn();

    ApiTable();
    ApiTable(const ApiTable&);
    ApiTable(ApiTable&&) noexcept;
    ApiTable& operator=(ApiTable) noexcept;
    ~ApiTable();

    /// Adds entries; a later entry for a name goes before the earlier ones. Returns what is wrong, in one line, or nothing.
    std::optional<std::string> add(std::string_view yaml, const std::string& name);

    const ApiEntry* function(std::string_view qualifiedName, unsigned arguments) const;
    const ApiEntry* method(ir::TypeKind kind, std::string_view name, unsigned arguments) const;
    const ApiType* type(std::string_view qualifiedName) const;
    /// A hash of the table's source text, for cache keys.
    std::uint64_t fingerprint() const;

private:
    struct Data;
    std::unique_ptr<Data> data_;
};

} // namespace deadheat::extract
