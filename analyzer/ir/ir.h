// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The concurrency IR: what a translation unit does that matters to threads, and nothing else. A Module is to Deadheat what
// an object file is to a linker. Plain value types, no Clang. The text form is in text.h, the binary form in binary.h.
//
// Terms
//   place     an lvalue: a root (global, local, parameter) followed by steps (field, index, dereference)
//   value     an rvalue: what a place holds, the address of a place, a function, a constant
//   USR       Clang's unified symbol resolution string: one name for one entity in the whole program, also for file-local
//             ones. The text form may use any name without blanks.
//
// Conventions that extract keeps and link relies on
//   * `this` is local 0 of a non-static method (a pointer); parameters come next; then locals and temporaries.
//   * A parameter or local of reference type is a pointer in the IR; its use is written with an explicit dereference.
//   * An object returned or passed by value is a temporary (a local); the callee's first operand after `this` order is kept.
//   * A constructor or destructor call is a `call` whose operand 0 is the address of the object.
//   * Implicit destructors (scope exit, temporaries, members, bases, delete) are explicit calls, in order, on every edge.
//   * A smart pointer is a pointer: dereferencing it is one `deref` step. What a container owns is its `[*]` element.
//   * A lambda is a record; its captures are fields named after the variable (the captured `this` is `this`); a by-reference
//     capture is a pointer field. Its body is a method of that record. `callOperator` of the record names it.
//   * std::function and function pointers are pointers to a function or to a callable record.
//   * Locals whose address is never taken cannot race; their plain reads and writes are not recorded, only value flow.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace deadheat::ir {

using Index = std::uint32_t;
inline constexpr Index kNone = ~Index{0};

/// A source range. `file` indexes Module::files (kNone: no place). Lines and columns count from 1.
/// When the code comes from a macro, this is the expansion and `macro` indexes Module::macroPlaces (the spelling).
struct Range {
    Index file = kNone;
    std::uint32_t line = 0, column = 0, endLine = 0, endColumn = 0;
    Index macro = kNone;
    bool operator==(const Range&) const = default;
};

// ---- types ---------------------------------------------------------------------------------------------------------

/// What concurrency needs to know of a type; everything else is `scalar` or `record`.
enum class TypeKind : std::uint8_t {
    unknown,
    void_,
    scalar,
    pointer,
    reference,
    record,
    array,
    function,
    mutex,
    recursiveMutex,
    sharedMutex,
    spinLock,
    condition,
    semaphore,
    barrier,
    latch,
    once,
    thread,        ///< destructor terminates when joinable (std::thread)
    joiningThread, ///< destructor joins (std::jthread)
    threadHandle,  ///< plain handle (pthread_t, thrd_t)
    processHandle, ///< pid_t as result of fork
    future,
    promise,
    guard,  ///< lock_guard, unique_lock, scoped_lock, shared_lock ...
    atomic, ///< std::atomic, _Atomic, atomic_flag: its accesses are synchronisation
    container,
    smartPointer,
    sharedPointer,
    callable,
    stopToken,
    threadLocalKey,
    opaque, ///< a library object with no insides of interest (std::string, streams): accessed as a whole
};

struct Type {
    std::string spelling; ///< as printed in messages
    TypeKind kind = TypeKind::unknown;
    std::string record;     ///< USR of the record, of the pointee's record, or of the element's record; may be empty
    std::uint64_t size = 0; ///< bytes; 0 unknown
    bool isConst = false;   ///< for pointers and references: the pointee is const
    bool isVolatile = false;
    bool operator==(const Type&) const = default;
};

enum class Access : std::uint8_t { none, public_, protected_, private_ };

struct Field {
    std::string record; ///< USR of the declaring record
    std::string name;   ///< source name; "" for anonymous members is replaced by a generated one
    Index type = kNone; ///< Module::types
    Range range;
    Access access = Access::none;
    bool isConst = false, isMutable = false, isBitField = false;
    std::vector<std::string> guardedBy; ///< GUARDED_BY(x): the argument as written
    bool operator==(const Field&) const = default;
};

struct Record {
    std::string usr, name; ///< name: qualified, as printed
    Range range;
    std::vector<Index> fields;      ///< Module::fields, in declaration order (destroyed in reverse)
    std::vector<std::string> bases; ///< USRs of direct bases
    std::string callOperator;       ///< USR of operator() for lambdas and function objects, else empty
    bool isLambda = false, isUnion = false, isPolymorphic = false;
    bool operator==(const Record&) const = default;
};

// ---- places and values ---------------------------------------------------------------------------------------------

enum class StepKind : std::uint8_t {
    deref,    ///< the object that the pointer held here points to
    field,    ///< index: Module::fields
    element,  ///< some element, index unknown: [*]
    constant, ///< element [index], a constant
    variable, ///< element [local], index: Function::locals; the local's value selects
};

struct Step {
    StepKind kind = StepKind::deref;
    Index index = 0;
    bool operator==(const Step&) const = default;
};

enum class RootKind : std::uint8_t { none, local, global };

struct Place {
    RootKind root = RootKind::none;
    Index index = kNone; ///< Function::locals or Module::globals
    std::vector<Step> steps;
    bool operator==(const Place&) const = default;
    explicit operator bool() const { return root != RootKind::none; }
};

enum class ValueKind : std::uint8_t {
    unknown,
    null,
    constant,
    string,
    load,     ///< what `place` holds
    address,  ///< &place
    function, ///< the function `symbol`
    method,   ///< pointer to member function `symbol`
};

struct Value {
    ValueKind kind = ValueKind::unknown;
    Place place;
    std::int64_t number = 0;
    Index symbol = kNone; ///< Module::symbols
    bool operator==(const Value&) const = default;
};

/// The field that stands for the hidden pointer to a class's virtual functions: read by virtual calls, written where an object becomes one
/// of its base or of the derived class.
inline constexpr const char* kVirtualTable = "(vptr)";

// ---- instructions --------------------------------------------------------------------------------------------------

/// Operand conventions are given as (operand 0, operand 1, ...). `result` is the place that receives the value, if any.
enum class Op : std::uint8_t {
    // memory and values
    read,      ///< (address)                 a load from memory that another thread could reach
    write,     ///< (address)                 a store
    readWrite, ///< (address)                 x++, x += 1: a load and a store that are not atomic together
    copy,      ///< result = (value)          value flow only, no access; the access is a separate instruction
    alloc,     ///< result = fresh heap object of type `type`; (memory): made in raw memory from elsewhere
    free,      ///< (pointer)                 ends the object's life: counts as a write to all of it
    // calls
    call,         ///< result = symbol(operands) symbol: callee. `isVirtual`: dispatch on the record of operand 0
    callIndirect, ///< result = (callee value, operands...): function pointer, std::function, callable object
    bind,         ///< result = callable that calls operand 0 with operands 1.. in front (std::bind, bind_front)
    // locks
    lockInit,    ///< (lock)                    recursive flag says which kind; also conditions and semaphores
    lockDestroy, ///< (lock)                    also conditions, semaphores and barriers
    acquire,     ///< (lock) [result: status]   flags shared, try, timed, recursive; `success` tells the good status
    release,     ///< (lock)                    flag shared
    assertHeld,  ///< (lock)                    the code states that the lock is held from here (ASSERT_CAPABILITY ...)
    // guards: objects that own a lock. The guard is operand 0 by address.
    guardInit,    ///< (guard, lock...)          flags: defer, adopt, try, shared
    guardAcquire, ///< (guard) [result: status]  unique_lock::lock, try_lock
    guardRelease, ///< (guard)                   unique_lock::unlock
    guardForget,  ///< (guard)                   unique_lock::release: gives the lock up without unlocking
    guardMove,    ///< (to guard, from guard)
    guardOwns,    ///< result = (guard)          owns_lock(), operator bool
    guardDestroy, ///< (guard)                   releases what is still held
    // conditions and counters
    wait,          ///< (condition, lock or guard[, predicate callable]) flags predicate, timed
    notify,        ///< (condition)               flag all
    semaphoreWait, ///< (semaphore)               flags try, timed
    semaphorePost, ///< (semaphore)
    barrierInit,   ///< (barrier, count)
    barrierWait,   ///< (barrier)
    latchArrive,   ///< (latch)                   count_down
    latchWait,     ///< (latch)
    once,          ///< (flag, callable, operands...)
    // threads and processes
    spawn,         ///< (handle, callable, operands...) handle by address, or null; `spawn` tells the flavour
    join,          ///< (handle[, result])       what the thread returns is stored through `result`;
                   ///< handle by address where it has one, by value for pthread_t
    detach,        ///< (handle)
    joinable,      ///< result = (handle)
    handleMove,    ///< (to handle, from handle)  move or assignment; the old value of `to` is lost
    handleDestroy, ///< (handle)                  scope exit or member destruction of a std::thread, jthread or future
    fork,          ///< result = pid
    waitProcess,   ///< (pid)                     waitpid, wait (then no operand)
    execute,       ///< exec family: does not return when it works
    exitThread,    ///< pthread_exit, thrd_exit
    exitProcess,   ///< exit, _exit, abort, terminate
    futureGet,     ///< (future)                  get, wait
    promiseSet,    ///< (promise)
    submit,        ///< (pool, callable, operands...) hands a task to an executor
    signalHandler, ///< (signal number, function)
    atomicFence,
    sleep, ///< blocks the caller for a time
    block, ///< may block for I/O or another external event; symbol names the function
    yield,
    // file descriptors
    descriptorPair,  ///< (array)                  pipe, socketpair: what is written to one comes out of the other
    descriptorRead,  ///< (descriptor)             read, recv, accept ...
    descriptorWrite, ///< (descriptor)
    descriptorClose, ///< (descriptor)
};

enum class MemoryOrder : std::uint8_t { notAtomic, relaxed, consume, acquire, release, acqRel, seqCst };
enum class SpawnKind : std::uint8_t {
    none,
    thread,
    joiningThread,
    pthread,
    async,
    asyncMaybeDeferred,
    task,
    timer,
    signal,
    openmp
};
enum class Success : std::uint8_t { always, zero, nonZero };

/// Flags that qualify an instruction; meaning per Op above.
struct InstrFlags {
    bool shared = false, isTry = false, timed = false, recursive = false;
    bool defer = false, adopt = false, predicate = false, all = false;
    bool isVirtual = false;  ///< call: dispatches at run time
    bool isVolatile = false; ///< access through a volatile lvalue
    bool bitField = false;   ///< access to a bit-field
    bool isInit = false;     ///< access that initialises the object being constructed
    bool mayThrow = false;   ///< call: can leave by an exception
    bool opaqueBody = false; ///< access made by a library function on the operand (memcpy, vector::push_back)
    bool implicit = false;   ///< no source text of its own (implicit destructor)
    bool processShared = false;
    bool up =
        false; ///< readWrite: a number that grows; acquire, guardInit: of an element next to another one, `locks[i + 1]`
    bool down = false;  ///< readWrite: a number that shrinks
    bool split = false; ///< write of an atomic: what is stored comes from an earlier load of it
    bool operator==(const InstrFlags&) const = default;
};

struct Instr {
    Op op = Op::copy;
    InstrFlags flags;
    MemoryOrder order = MemoryOrder::notAtomic;
    SpawnKind spawn = SpawnKind::none;
    Success success = Success::always; ///< acquire with try/timed: which status means "held"
    std::uint32_t size = 0;            ///< bytes accessed; 0: the whole object or unknown
    Index symbol = kNone;              ///< Module::symbols: callee, or the API function this came from
    Index type = kNone;                ///< alloc: the object's type
    Place result;
    std::vector<Value> operands;
    Range range;
    bool operator==(const Instr&) const = default;
};

/// In front of the USR of a function that stands for a library function where that is called through a pointer.
inline constexpr std::string_view kStandInPrefix = "api:";

// ---- functions -----------------------------------------------------------------------------------------------------

enum class EdgeKind : std::uint8_t { normal, true_, false_, exceptional, caseOf };

struct Edge {
    Index target = 0;
    EdgeKind kind = EdgeKind::normal;
    bool operator==(const Edge&) const = default;
};

enum class Compare : std::uint8_t { none, equal, notEqual, less, lessEqual, greater, greaterEqual };

/// What a two-way branch tests: the true edge is taken when `(left & mask) compare right`. A bare `if (x)` is `x != 0`.
struct Condition {
    Compare compare = Compare::none;
    Value left, right;
    std::int64_t mask = kAllBits;
    static constexpr std::int64_t kAllBits = -1;
    bool operator==(const Condition&) const = default;
};

struct Block {
    std::vector<Instr> instrs;
    Condition condition; ///< for blocks that end in a true_/false_ pair
    std::vector<Edge> successors;
    bool operator==(const Block&) const = default;
};

enum class LocalKind : std::uint8_t { this_, parameter, variable, temporary };

struct Local {
    std::string name; ///< source name, or "t0", "t1" ... for temporaries
    Index type = kNone;
    LocalKind kind = LocalKind::variable;
    Range range;
    bool addressTaken = false;
    bool operator==(const Local&) const = default;
};

/// What thread-safety attributes say of a function; the strings are the arguments as written ("mu_", "this->mu_", "!mu_").
struct Contract {
    std::vector<std::string> requiresLocks, requiresShared, acquires, releases, excludes;
    bool noAnalysis = false;
    bool operator==(const Contract&) const = default;
};

struct Function {
    std::string usr, name; ///< name: qualified, for messages; a template's instantiation is printed without arguments
    std::string record;    ///< USR of the class of a method, else empty
    Range range;           ///< of the declaration's name
    Index result = kNone;  ///< Module::types
    std::vector<Local> locals; ///< `this`, parameters, variables, temporaries
    Index parameters = 0;      ///< count, `this` not included
    Local const* thisLocal() const {
        return !locals.empty() && locals[0].kind == LocalKind::this_ ? &locals[0] : nullptr;
    }
    /// How many locals callers give a value: the parameters, and `this`.
    Index formals() const { return parameters + (thisLocal() ? 1 : 0); }
    std::vector<Block> blocks; ///< block 0 is the entry; `exitBlock` the normal exit, empty
    Index exitBlock = kNone;
    Index unwindBlock = kNone; ///< where exceptions that leave the function go; kNone: none can
    Index returnLocal =
        kNone; ///< the local (temporary `return`) that `return v` copies v into; kNone: nothing of interest returned
    std::vector<std::string> overrides; ///< USRs of the methods it overrides directly
    Contract contract;
    Access access = Access::none;
    bool isVirtual = false, isConstructor = false, isDestructor = false, isStatic = false, isConst = false;
    bool isInternal = false; ///< file-local linkage
    bool isLambda = false, isMain = false, isNoReturn = false, isNoThrow = false, isImplicit = false;
    bool isDeclaration = false; ///< no body in this module; carries contract and overrides only
    bool isTemplateInstance = false;
    bool isVariadic = false; ///< takes more than its parameters, as printf does
    bool operator==(const Function&) const = default;
};

struct Global {
    std::string usr, name;
    Index type = kNone;
    Range range;
    bool isConst = false, isThreadLocal = false, isInternal = false;
    bool isStaticLocal = false; ///< a function's static variable; its initialisation is guarded by the language in C++
    bool isStaticMember = false;
    bool isConstantInit = false; ///< initialised before main without running code
    std::string record;          ///< USR of the class of a static member
    std::vector<std::string> guardedBy;
    bool operator==(const Global&) const = default;
};

/// What went wrong while the unit was read; nothing is dropped silently.
struct Diagnostic {
    Range range;
    std::string message; ///< a parse error, or a function that could not be lowered and why
    bool lostFunction = false;
    bool operator==(const Diagnostic&) const = default;
};

struct Module {
    std::string source; ///< main file, relative to the project root where below it
    std::vector<std::string> files;
    std::vector<Range> macroPlaces;
    std::vector<std::string> symbols; ///< USRs of called functions; unresolved API names are spelt "std::mutex::lock"
    std::vector<Type> types;
    std::vector<Field> fields;
    std::vector<Record> records;
    std::vector<Global> globals;
    std::vector<Function> functions; ///< a global initialiser that runs code is the function "<init>"
    std::vector<Diagnostic> diagnostics;
    bool operator==(const Module&) const = default;
};

} // namespace deadheat::ir
