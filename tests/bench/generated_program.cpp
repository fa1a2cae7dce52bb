// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/bench/generated_program.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <random>

namespace deadheat::bench {
namespace {

using ir::Index;
using ir::Instr;
using ir::Op;
using ir::Place;
using ir::RootKind;
using ir::StepKind;
using ir::TypeKind;
using ir::Value;
using ir::ValueKind;

constexpr unsigned kClassesPerFile = 6;
constexpr unsigned kGlobalsPerFile = 8;
constexpr unsigned kLocalsPerFunction = 12;
constexpr unsigned kSharedRoutines = 24;
constexpr unsigned kHandlersPerTable = 8;
constexpr unsigned kMostThreads = 8;

enum FieldRole : Index { kNext, kPeer, kMutex, kCount, kHandler, kItems, kFieldRoles };

std::string className(unsigned file, unsigned index) { return fmt::format("c:@S@F{}C{}", file, index); }
std::string functionName(unsigned file, unsigned index) { return fmt::format("c:@F@f{}_{}", file, index); }
std::string routineName(unsigned index) { return fmt::format("c:@F@list_{}", index); }

/// Builds one module; what it mentions of other files is declared in it, as a header would.
class FileBuilder {
public:
    FileBuilder(const ProgramSize& size, unsigned file) : size_(size), file_(file), random_(file * 7919 + 17) {
        module_.source = fmt::format("src/file{}.cpp", file);
        module_.files.push_back(module_.source);
    }

    ir::Module build() {
        for (unsigned index = 0; index < kClassesPerFile; ++index)
            declareClass(file_, index);
        for (unsigned index = 0; index < kGlobalsPerFile; ++index)
            addGlobal(index);
        if (file_ == 0)
            for (unsigned index = 0; index < kSharedRoutines; ++index)
                addRoutine(index);
        for (unsigned index = 0; index < size_.functionsPerFile; ++index)
            addFunction(index);
        if (file_ == 0)
            addMain();
        return std::move(module_);
    }

private:
    unsigned pick(unsigned count) { return static_cast<unsigned>(random_() % count); }

    Index symbol(const std::string& usr) {
        const auto [at, isNew] = symbols_.try_emplace(usr, static_cast<Index>(module_.symbols.size()));
        if (isNew)
            module_.symbols.push_back(usr);
        return at->second;
    }

    Index type(const std::string& spelling, TypeKind kind, const std::string& record = {}, std::uint64_t bytes = 8) {
        const auto [at, isNew] = types_.try_emplace(spelling, static_cast<Index>(module_.types.size()));
        if (isNew)
            module_.types.push_back({spelling, kind, record, bytes, false, false});
        return at->second;
    }
    Index pointerTo(const std::string& record) { return type(record + " *", TypeKind::pointer, record); }
    Index voidPointer() { return type("void *", TypeKind::pointer); }

    /// The first field of the class in this module.
    Index declareClass(unsigned file, unsigned index) {
        const std::string usr = className(file, index);
        if (const auto known = firstField_.find(usr); known != firstField_.end())
            return known->second;
        const auto first = static_cast<Index>(module_.fields.size());
        firstField_[usr] = first;
        ir::Record record;
        record.usr = record.name = usr;
        record.isPolymorphic = true;
        if (index > 0 && index % 2 == 1)
            record.bases.push_back(className(file, index - 1));
        const std::string peer = className((file + 1) % size_.files, index);
        addField(record, "next", pointerTo(usr));
        addField(record, "peer", pointerTo(peer));
        addField(record, "mutex", type("std::mutex", TypeKind::mutex, {}, 40));
        addField(record, "count", type("int", TypeKind::scalar, {}, 4));
        addField(record, "handler", type("std::function<void ()>", TypeKind::callable, {}, 32));
        addField(record, "items", type(fmt::format("std::vector<{} *>", usr), TypeKind::container, usr, 24));
        module_.records.push_back(std::move(record));
        return first;
    }

    void addField(ir::Record& record, const char* name, Index fieldType) {
        record.fields.push_back(static_cast<Index>(module_.fields.size()));
        module_.fields.push_back({record.usr, name, fieldType, range(), ir::Access::private_, false, false, false, {}});
    }

    void addGlobal(unsigned index) {
        ir::Global global;
        global.usr = global.name = fmt::format("g{}_{}", file_, index);
        const std::string usr = className(file_, index % kClassesPerFile);
        if (index == 0)
            global.type = type(fmt::format("void (*[{}])(void *)", kHandlersPerTable), TypeKind::array);
        else
            global.type = index % 2 ? type(usr, TypeKind::record, usr, 128) : pointerTo(usr);
        global.range = range();
        module_.globals.push_back(std::move(global));
    }

    ir::Range range() { return {0, ++line_, 3, line_, 20, ir::kNone}; }

    // ---- places and values
    static Place local(Index index) { return {RootKind::local, index, {}}; }
    Place member(Index index, Index field) {
        return {RootKind::local, index, {{StepKind::deref, 0}, {StepKind::field, field}}};
    }
    static Value load(Place place) { return {ValueKind::load, std::move(place), 0, ir::kNone}; }
    static Value address(Place place) { return {ValueKind::address, std::move(place), 0, ir::kNone}; }
    Value function(const std::string& usr) { return {ValueKind::function, {}, 0, symbol(usr)}; }

    Instr& emit(Op op, Place result, std::vector<Value> operands) {
        Instr& instr = body_->instrs.emplace_back();
        instr.op = op;
        instr.result = std::move(result);
        instr.operands = std::move(operands);
        instr.range = range();
        return instr;
    }

    void emitCall(const std::string& usr, Place result, std::vector<Value> operands, bool isVirtual = false) {
        Instr& instr = emit(Op::call, std::move(result), std::move(operands));
        instr.symbol = symbol(usr);
        instr.flags.isVirtual = isVirtual;
    }

    // ---- functions
    ir::Function& begin(const std::string& usr) {
        ir::Function& function = module_.functions.emplace_back();
        function.usr = function.name = usr;
        function.range = range();
        function.blocks.resize(2);
        function.blocks[0].successors.push_back({1, ir::EdgeKind::normal});
        function.exitBlock = 1;
        body_ = &function.blocks[0];
        return function;
    }

    Index addLocal(ir::Function& function, const std::string& name, Index localType, ir::LocalKind kind) {
        function.locals.push_back({name, localType, kind, range(), false});
        return static_cast<Index>(function.locals.size() - 1);
    }

    /// Containers of void pointers: even ones put, odd ones take.
    void addRoutine(unsigned index) {
        const std::string node = "c:@S@ListNode";
        const std::string list = fmt::format("c:@S@List{}", index / 2);
        ir::Record record;
        record.usr = record.name = list;
        const auto head = static_cast<Index>(module_.fields.size());
        addField(record, "head", pointerTo(node));
        if (index % 2 == 0)
            module_.records.push_back(record);
        ir::Function& function = begin(routineName(index));
        const Index listLocal = addLocal(function, "list", pointerTo(list), ir::LocalKind::parameter);
        const Index item = addLocal(function, "item", voidPointer(), ir::LocalKind::parameter);
        const Index nodeLocal = addLocal(function, "node", pointerTo(node), ir::LocalKind::variable);
        function.parameters = 2;
        function.returnLocal = addLocal(function, "return", voidPointer(), ir::LocalKind::temporary);
        const Index data = nodeField("data", voidPointer()), next = nodeField("next", pointerTo(node));
        if (index % 2 == 0) {
            emit(Op::alloc, local(nodeLocal), {}).type = type(node, TypeKind::record, node, 16);
            emit(Op::copy, member(nodeLocal, data), {load(local(item))});
            emit(Op::copy, member(nodeLocal, next), {load(member(listLocal, head))});
            emit(Op::copy, member(listLocal, head), {load(local(nodeLocal))});
        } else {
            emit(Op::copy, local(nodeLocal), {load(member(listLocal, head))});
            emit(Op::copy, member(listLocal, head), {load(member(nodeLocal, next))});
            emit(Op::copy, local(function.returnLocal), {load(member(nodeLocal, data))});
        }
    }

    Index nodeField(const std::string& name, Index fieldType) {
        const std::string usr = "c:@S@ListNode";
        const auto [at, isNew] = nodeFields_.try_emplace(name, static_cast<Index>(module_.fields.size()));
        if (isNew)
            module_.fields.push_back({usr, name, fieldType, range(), ir::Access::public_, false, false, false, {}});
        return at->second;
    }

    void addFunction(unsigned index) {
        const bool isMethod = index % 3 == 0;
        ir::Function& function = begin(functionName(file_, index));
        localClass_.clear();
        if (isMethod) {
            function.record = className(file_, index % kClassesPerFile);
            function.isVirtual = true;
            if (index % kClassesPerFile % 2 == 1 && index >= 3)
                function.overrides.push_back(functionName(file_, index - 3));
        }
        for (unsigned at = 0; at < kLocalsPerFunction; ++at) {
            const unsigned classIndex = at == 0 ? index % kClassesPerFile : (at + index) % kClassesPerFile;
            const bool isParameter = at < 3;
            const auto kind = at == 0 && isMethod ? ir::LocalKind::this_
                              : isParameter       ? ir::LocalKind::parameter
                                                  : ir::LocalKind::variable;
            addLocal(function, fmt::format("v{}", at), pointerTo(className(file_, classIndex)), kind);
            localClass_.push_back(classIndex);
        }
        function.parameters = isMethod ? 2 : 3;
        function.result = pointerTo(className(file_, index % kClassesPerFile));
        function.returnLocal = addLocal(function, "return", function.result, ir::LocalKind::temporary);
        for (unsigned at = 0; at < size_.instructionsPerFunction; ++at)
            addInstruction(index);
        emit(Op::copy, local(function.returnLocal), {load(local(localOf(index % kClassesPerFile)))});
    }

    /// Some local that points to the class.
    Index localOf(unsigned classIndex) {
        const unsigned start = pick(kLocalsPerFunction);
        for (unsigned at = 0; at < kLocalsPerFunction; ++at)
            if (const unsigned each = (start + at) % kLocalsPerFunction; localClass_[each] == classIndex)
                return each;
        return 0;
    }

    Index field(unsigned classIndex, FieldRole role) { return declareClass(file_, classIndex) + role; }

    void addInstruction(unsigned index) {
        const unsigned at = pick(kLocalsPerFunction);
        const unsigned classIndex = localClass_[at];
        const Index other = localOf(classIndex);
        const unsigned kind = pick(100);
        if (kind < 25)
            emit(Op::copy, local(at), {load(local(other))});
        else if (kind < 40)
            emit(Op::copy, local(at), {load(member(other, field(classIndex, kNext)))});
        else if (kind < 48)
            emit(Op::copy, member(at, field(classIndex, kNext)), {load(local(other))});
        else if (kind < 60)
            emit(kind % 2 ? Op::read : Op::write, {}, {address(member(at, field(classIndex, kCount)))});
        else if (kind < 64)
            addCriticalSection(at, classIndex);
        else if (kind < 67)
            emit(Op::alloc, local(at), {}).type =
                type(className(file_, classIndex), TypeKind::record, className(file_, classIndex), 128);
        else if (kind < 75)
            addMemoryInstruction(at, classIndex, other, kind);
        else
            addCallInstruction(index, at, classIndex, kind);
    }

    /// `this->mutex` or a parameter's: taken, the count changed, given back.
    void addCriticalSection(Index at, unsigned classIndex) {
        const Index object = at % 3;
        const Place mutex = member(object, field(localClass_[object], kMutex));
        emit(Op::acquire, {}, {address(mutex)});
        emit(Op::write, {}, {address(member(object, field(localClass_[object], kCount)))});
        if (classIndex % 2)
            emit(Op::read, {}, {address(member(at, field(classIndex, kCount)))});
        emit(Op::release, {}, {address(mutex)});
    }

    void addMemoryInstruction(Index at, unsigned classIndex, Index other, unsigned kind) {
        Place items = member(at, field(classIndex, kItems));
        items.steps.push_back({StepKind::element, 0});
        const Index globalObject = 1 + 2 * (classIndex / 2); // odd globals are objects
        if (kind < 69)
            emit(Op::copy, items, {load(local(other))});
        else if (kind < 71)
            emit(Op::copy, local(other), {load(items)});
        else if (kind < 73)
            emit(Op::copy, local(localOf(globalObject % kClassesPerFile)),
                 {address({RootKind::global, globalObject, {}})});
        else
            emit(Op::copy, {RootKind::global, 0, {{StepKind::constant, pick(kHandlersPerTable)}}},
                 {function(functionName(file_, pick(size_.functionsPerFile)))});
    }

    std::vector<Value> argumentsFor(unsigned callee) {
        return {load(local(localOf(callee % kClassesPerFile))), load(local(localOf((callee + 1) % kClassesPerFile))),
                load(local(localOf((callee + 2) % kClassesPerFile)))};
    }

    void addCallInstruction(unsigned index, Index at, unsigned classIndex, unsigned kind) {
        // Calls mostly lead down the file, so that the call graph is deep and has some cycles.
        const unsigned callee = pick(10) ? index + pick(size_.functionsPerFile - index) : pick(size_.functionsPerFile);
        if (kind < 92)
            emitCall(functionName(file_, callee), local(localOf(callee % kClassesPerFile)), argumentsFor(callee));
        else if (kind < 94)
            emitCall(functionName((file_ + 1 + pick(4)) % size_.files, callee), {}, argumentsFor(callee));
        else if (kind < 95)
            emitCall(functionName(file_, callee - callee % 3), {}, argumentsFor(callee - callee % 3), true);
        else if (kind < 96)
            emit(Op::callIndirect, {},
                 {load({RootKind::global, 0, {{StepKind::element, 0}}}), load(local(at)), load(local(0)),
                  load(local(1))});
        else if (kind < 98)
            emitCall(fmt::format("external_{}", pick(50)), local(at), {load(local(at))});
        else
            addRoutineCall(at, classIndex, kind == 98);
    }

    void addRoutineCall(Index at, unsigned, bool puts) {
        const unsigned pair = pick(10) ? file_ * 3 % (kSharedRoutines / 2) : 0;
        const unsigned routine = pair * 2 + (puts ? 0 : 1);
        const Value list = address({RootKind::local, at, {{StepKind::deref, 0}}});
        emitCall(routineName(routine), puts ? Place{} : local(at), {list, load(local(at))});
    }

    /// Starts threads at files spread over the program.
    void addMain() {
        ir::Function& entry = begin("main");
        entry.isMain = true;
        std::vector<Index> handles;
        const unsigned threads = std::min(size_.files, kMostThreads);
        for (unsigned file = 0; file < size_.files; file += size_.files / threads) {
            handles.push_back(addLocal(entry, fmt::format("t{}", file), type("std::thread", TypeKind::thread),
                                       ir::LocalKind::variable));
            emit(Op::spawn, {}, {address(local(handles.back())), function(functionName(file, 0))}).spawn =
                ir::SpawnKind::thread;
        }
        for (const Index handle : handles)
            emit(Op::join, {}, {address(local(handle))});
    }

    ProgramSize size_;
    unsigned file_;
    std::mt19937 random_;
    ir::Module module_;
    ir::Block* body_ = nullptr;
    std::uint32_t line_ = 0;
    std::map<std::string, Index> symbols_, types_, firstField_, nodeFields_;
    std::vector<unsigned> localClass_;
};

} // namespace

std::vector<ir::Module> generateProgram(const ProgramSize& size) {
    std::vector<ir::Module> modules;
    modules.reserve(size.files);
    for (unsigned file = 0; file < size.files; ++file)
        modules.push_back(FileBuilder(size, file).build());
    return modules;
}

std::size_t instructionCount(const std::vector<ir::Module>& modules) {
    std::size_t count = 0;
    for (const ir::Module& module : modules)
        for (const ir::Function& function : module.functions)
            for (const ir::Block& block : function.blocks)
                count += block.instrs.size();
    return count;
}

} // namespace deadheat::bench
