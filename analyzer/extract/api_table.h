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
    enum class Base : std::uint8_t { null, object, argument, rest, callable, locks, member, result, handle, fresh };
    static constexpr std::uint8_t kFirstCallable = 255;
    Base base = Base::null;
    std::uint8_t index = 0;  ///< of the argument; `rest`: of the first; kFirstCallable: the first that can be run (for
                             ///< `rest`: those after it)
    bool ofArgument = false; ///< member: of the object that argument `index` points to, not of `this`
    bool element = false;    ///< an element of what the base points to
    std::optional<unsigned> chosenBy; ///< argument that chooses the element; without one, it is some element
    std::uint8_t derefs = 0;          ///< applied after `element`
    bool lastElement = false;         ///< an element of all that
    bool address = false;             ///< the address of that place, not its content
    std::string member;               ///< Base::member: a method or field of the object
    bool isPlace() const { return element || derefs > 0; }
};

/// One instruction that the call stands for.
struct ApiStep {
    ir::Op op = ir::Op::call;
    std::vector<ApiValue> operands;
    ir::InstrFlags flags;
    ir::Success success = ir::Success::always;
    ir::SpawnKind spawn = ir::SpawnKind::none;
    int order = -1;     ///< argument that holds the memory order
    int sharedIf0 = -1; ///< argument that is 0 when the mode is shared
    bool each = false;  ///< once for every argument, together: the order among them means nothing
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
    int size = -1;                          ///< argument that holds the number of bytes accessed
    std::vector<ApiValue> destroys, clears; ///< places whose content ends, or that are null afterwards
    int sharedFlag = -1; ///< argument whose lowest bit says that the memory is shared between processes
    int marks = -1;      ///< argument: an attribute object; `markFlags` go to whatever is made with it
    ir::InstrFlags markFlags;
    int markedBy = -1; ///< argument: the attribute object that may carry such marks
    std::vector<ApiFlow> flow;
    std::vector<ApiCallback> calls;
    std::optional<ApiFlow> construct; ///< builds an object at `to` (or a fresh one) from the arguments `from`...
    std::optional<ApiValue> result;
    bool resultIsReference = false;
    bool noReturn = false;
    bool inert = false;              ///< does nothing that matters to threads, not even to its arguments
    bool throws = false;             ///< leaves by an exception in ordinary use
    bool isUser = false;             ///< added by the user: goes for any function of that name
    unsigned fewest = 0, most = ~0u; ///< numbers of arguments the entry is for
};

struct ApiType {
    ir::TypeKind kind = ir::TypeKind::unknown;
    ir::InstrFlags flags; ///< of a guard: shared; of a lock: recursive; of a tag: defer, adopt, try
    int element = -1;     ///< template argument that is the element or pointee
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

    /// Adds a user's entries; a later entry for a name goes before the earlier ones. Returns what is wrong, in one line, or
    /// nothing.
    std::optional<std::string> add(std::string_view yaml, const std::string& name);

    const ApiEntry* function(std::string_view qualifiedName, unsigned arguments) const;
    const ApiEntry* method(ir::TypeKind kind, std::string_view name, unsigned arguments) const;
    bool hasMethods() const;
    const ApiType* type(std::string_view qualifiedName) const;
    /// A hash of the table's source text, for cache keys.
    std::uint64_t fingerprint() const;

private:
    struct Data;
    std::unique_ptr<Data> data_;
};

} // namespace deadheat::extract
