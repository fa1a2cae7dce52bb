// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/assumed_locks.h"

#include "analyzer/ir/lock_names.h"
#include "analyzer/link/merge.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <ranges>
#include <set>

namespace deadheat::link {

namespace {

using ir::LockName;
using ir::LockVerb;

bool isRelease(LockVerb verb) { return verb == LockVerb::release || verb == LockVerb::releaseShared; }
bool isTry(LockVerb verb) { return verb == LockVerb::tryAcquire || verb == LockVerb::tryAcquireShared; }
bool isShared(LockVerb verb) {
    return verb == LockVerb::acquireShared || verb == LockVerb::tryAcquireShared || verb == LockVerb::releaseShared;
}

ir::Value addressOf(ir::Place place) { return {ir::ValueKind::address, std::move(place), 0, ir::kNone}; }

ir::Value pointee(ir::Index local) { return addressOf({ir::RootKind::local, local, {{ir::StepKind::deref, 0}}}); }

bool isPointer(const ir::Module& code, ir::Index type) {
    return type != ir::kNone &&
           (code.types[type].kind == ir::TypeKind::pointer || code.types[type].kind == ir::TypeKind::reference);
}

bool isLockType(ir::TypeKind kind) {
    return kind == ir::TypeKind::mutex || kind == ir::TypeKind::recursiveMutex || kind == ir::TypeKind::sharedMutex ||
           kind == ir::TypeKind::spinLock;
}

class LockBodies {
public:
    explicit LockBodies(ir::Module& code) : code_(code) {
        for (ir::Function& function : code_.functions)
            if (function.isDeclaration && function.blocks.empty() && !function.isVirtual)
                declared_.push_back(&function);
        for (const ir::Record& record : code_.records)
            records_[record.usr] = &record;
    }

    void run() {
        findPairs();
        findGuards();
        for (ir::Function* function : declared_) {
            if (guards_.contains(function->record))
                continue;
            if (std::vector<ir::Instr> instrs = bodyOf(*function); !instrs.empty())
                define(*function, std::move(instrs));
        }
        rewriteGuardCalls();
    }

private:
    /// A class named `Lock` has no verb in the names of its constructors.
    static LockName verbOf(const ir::Function& function) {
        return function.isConstructor || function.isDestructor ? LockName{} : ir::lockNameOf(function.name);
    }

    /// A verb alone is no lock: both halves must be declared.
    void findPairs() {
        std::map<std::pair<std::string, std::string>, int> halves; // class and rest of the name
        for (const ir::Function* function : declared_) {
            LockName name = verbOf(*function);
            if (name.verb != LockVerb::none)
                halves[{function->record, name.of}] |= isRelease(name.verb) ? 2 : 1;
        }
        for (const auto& [key, found] : halves)
            if (found == 3)
                pairs_.insert(key);
    }

    bool isLockRecord(const std::string& usr) const {
        auto record = records_.find(usr);
        return record != records_.end() && (pairs_.contains({usr, ""}) || ir::isNamedLikeLock(record->second->name));
    }

    /// Whether a parameter is a lock that a guard can take.
    bool isLockParameter(const ir::Function& function, ir::Index local) const {
        ir::Index type = function.locals[local].type;
        if (!isPointer(code_, type))
            return false;
        const ir::Type& described = code_.types[type];
        bool library = std::ranges::any_of(code_.types, [&](const ir::Type& t) {
            return isLockType(t.kind) && described.spelling.starts_with(t.spelling + " ");
        });
        return library ||
               (!described.record.empty() && described.record != function.record && isLockRecord(described.record));
    }

    void findGuards() {
        std::set<std::string> destroyed;
        for (const ir::Function* function : declared_)
            if (function->isDestructor)
                destroyed.insert(function->record);
        for (const ir::Function* function : declared_)
            if (function->isConstructor && destroyed.contains(function->record) && function->parameters > 0 &&
                isLockParameter(*function, 1))
                guards_.insert(function->record);
    }

    std::vector<ir::Instr> bodyOf(const ir::Function& function) {
        ir::Instr instr;
        LockName name = verbOf(function);
        if (name.verb == LockVerb::none || !pairs_.contains({function.record, name.of}))
            return {};
        bool tells =
            isTry(name.verb) && function.result != ir::kNone && code_.types[function.result].spelling == "bool";
        if (isTry(name.verb) && !tells)
            return {};
        ir::Value lock = lockOf(function, name);
        if (lock.kind != ir::ValueKind::address)
            return {};
        instr.op = isRelease(name.verb) ? ir::Op::release : ir::Op::acquire;
        instr.flags.shared = isShared(name.verb);
        instr.flags.isTry = isTry(name.verb);
        instr.flags.recursive = true; // for all one knows
        instr.success = tells ? ir::Success::nonZero : ir::Success::always;
        instr.operands = {std::move(lock)};
        return {instr};
    }

    /// The object of a method, what a pointer leads to, the element that a number chooses, or one lock for all.
    ir::Value lockOf(const ir::Function& function, const LockName& name) {
        if (function.thisLocal())
            return pointee(0);
        if (!function.record.empty() || function.parameters > 1)
            return {};
        if (function.parameters == 1 && isPointer(code_, function.locals[0].type))
            return pointee(0);
        ir::Place lock{ir::RootKind::global, hiddenLock(name.of), {}};
        if (function.parameters == 1)
            lock.steps.push_back({ir::StepKind::variable, 0});
        return addressOf(std::move(lock));
    }

    ir::Index hiddenLock(const std::string& of) {
        auto [known, isNew] = hidden_.try_emplace(of, static_cast<ir::Index>(code_.globals.size()));
        if (!isNew)
            return known->second;
        ir::Global global;
        global.name = of.empty() ? "lock" : of + "_lock";
        global.usr = "assumed lock " + global.name;
        global.type = static_cast<ir::Index>(code_.types.size());
        global.isConstantInit = true;
        code_.types.push_back({global.name, ir::TypeKind::mutex, {}, 0, false, false});
        code_.globals.push_back(std::move(global));
        return known->second;
    }

    void define(ir::Function& function, std::vector<ir::Instr> instrs) {
        for (ir::Instr& instr : instrs) {
            instr.range = function.range;
            if (instr.flags.isTry) {
                function.returnLocal = static_cast<ir::Index>(function.locals.size());
                function.locals.push_back({"return", function.result, ir::LocalKind::temporary, {}, false});
                instr.result = {ir::RootKind::local, function.returnLocal, {}};
            }
        }
        function.blocks.resize(2);
        function.blocks[0].instrs = std::move(instrs);
        function.blocks[0].successors = {{1, ir::EdgeKind::normal}};
        function.exitBlock = 1;
        function.isDeclaration = false;
        function.isNoThrow = true;
    }

    /// What a method of a guard does, if it has to do with its lock.
    std::optional<ir::Op> guardOp(const ir::Function& function) const {
        const LockVerb verb = verbOf(function).verb;
        if (function.isConstructor)
            return function.parameters > 0 && isLockParameter(function, 1) ? std::optional(ir::Op::guardInit)
                                                                           : std::nullopt;
        if (function.isDestructor)
            return ir::Op::guardDestroy;
        if (verb == LockVerb::acquire || verb == LockVerb::acquireShared)
            return ir::Op::guardAcquire;
        return isRelease(verb) ? std::optional(ir::Op::guardRelease) : std::nullopt;
    }

    /// Calls of a guard's methods become the operations of the guards that are known, whose state the simulation follows.
    void rewriteGuardCalls() {
        std::map<std::string, ir::Op> ops;
        for (const ir::Function* function : declared_)
            if (guards_.contains(function->record))
                if (std::optional<ir::Op> op = guardOp(*function))
                    ops[function->usr] = *op;
        if (ops.empty())
            return;
        for (ir::Function& function : code_.functions)
            for (ir::Block& block : function.blocks)
                for (ir::Instr& instr : block.instrs)
                    if (instr.op == ir::Op::call && instr.symbol != ir::kNone)
                        if (auto known = ops.find(code_.symbols[instr.symbol]); known != ops.end())
                            rewrite(instr, known->second);
    }

    static void rewrite(ir::Instr& instr, ir::Op op) {
        ir::InstrFlags flags;
        flags.implicit = instr.flags.implicit;
        instr.op = op;
        instr.flags = flags;
        instr.result = {};
        instr.operands.resize(op == ir::Op::guardInit ? 2 : 1);
    }

    ir::Module& code_;
    std::vector<ir::Function*> declared_;
    std::map<std::string, const ir::Record*> records_;
    std::set<std::pair<std::string, std::string>> pairs_;
    std::set<std::string> guards_;
    std::map<std::string, ir::Index> hidden_;
};

void forEachInstr(ir::Module& code, const std::function<void(ir::Instr&)>& visit) {
    for (ir::Function& function : code.functions)
        for (ir::Block& block : function.blocks)
            for (ir::Instr& instr : block.instrs)
                visit(instr);
}

/// The lock is the last argument, a pointer.
void becomeLockOperation(ir::Instr& instr, LockVerb verb) {
    ir::Value lock = instr.operands.back();
    if (isTry(verb) || instr.operands.size() < 2 || lock.kind != ir::ValueKind::load)
        return;
    lock.kind = ir::ValueKind::address;
    lock.place.steps.push_back({ir::StepKind::deref, 0});
    instr.op = isRelease(verb) ? ir::Op::release : ir::Op::acquire;
    instr.symbol = ir::kNone;
    instr.flags = {};
    instr.flags.shared = isShared(verb);
    instr.flags.recursive = true;      // for all one knows
    instr.success = ir::Success::zero; // by the custom of pthreads, where there is a status at all
    instr.operands = {std::move(lock)};
}

/// Calls through one function pointer for both halves, told apart by a mode: `locking(CRYPTO_LOCK | mode, lock)`.
void assumeLockModes(ir::Module& code) {
    auto modeOf = [&](const ir::Instr& instr) -> LockName {
        if (instr.op != ir::Op::callIndirect || instr.symbol == ir::kNone)
            return {};
        const std::string& symbol = code.symbols[instr.symbol];
        return symbol.starts_with(ir::kLockMode) ? ir::lockNameOf(symbol.substr(ir::kLockMode.size())) : LockName{};
    };
    std::map<std::string, int> halves; // a mode alone is no lock: both halves must be used
    forEachInstr(code, [&](ir::Instr& instr) {
        if (const LockName mode = modeOf(instr); mode.verb != LockVerb::none)
            halves[mode.of] |= isRelease(mode.verb) ? 2 : 1;
    });
    forEachInstr(code, [&](ir::Instr& instr) {
        if (const LockName mode = modeOf(instr); mode.verb != LockVerb::none && halves[mode.of] == 3)
            becomeLockOperation(instr, mode.verb);
    });
}

/// Calls through tables of lock functions, as libraries use them that leave the threads to their users.
class LockTables {
public:
    explicit LockTables(ir::Module& code) : code_(code) {
        for (ir::Index f = 0; f < code_.fields.size(); ++f)
            if (LockName name = ir::lockNameOf(code_.fields[f].name); name.verb != LockVerb::none)
                verbs_[f] = name;
        std::map<std::pair<std::string, std::string>, int> halves;
        for (const auto& [field, name] : verbs_)
            halves[{code_.fields[field].record, name.of}] |= isRelease(name.verb) ? 2 : 1;
        std::erase_if(verbs_, [&](const auto& entry) {
            return halves[{code_.fields[entry.first].record, entry.second.of}] != 3;
        });
    }

    void run() {
        if (verbs_.empty())
            return;
        forEachInstr(code_, [&](ir::Instr& instr) {
            bool assigns = instr.op == ir::Op::copy && !instr.operands.empty() &&
                           instr.operands[0].kind == ir::ValueKind::function && !instr.result.steps.empty() &&
                           instr.result.steps.back().kind == ir::StepKind::field;
            if (assigns)
                forget(instr.result.steps.back().index);
        });
        forEachInstr(code_, [&](ir::Instr& instr) {
            if (instr.op == ir::Op::callIndirect)
                rewrite(instr);
        });
    }

private:
    /// The program says what it calls: both halves of the pair are known.
    void forget(ir::Index assigned) {
        const auto known = verbs_.find(assigned);
        if (known == verbs_.end())
            return;
        const std::string record = code_.fields[assigned].record, of = known->second.of;
        std::erase_if(verbs_, [&](const auto& entry) {
            return code_.fields[entry.first].record == record && entry.second.of == of;
        });
    }

    void rewrite(ir::Instr& instr) {
        const ir::Value& callee = instr.operands[0];
        if (callee.kind != ir::ValueKind::load || callee.place.steps.empty() ||
            callee.place.steps.back().kind != ir::StepKind::field)
            return;
        if (auto verb = verbs_.find(callee.place.steps.back().index); verb != verbs_.end())
            becomeLockOperation(instr, verb->second.verb);
    }

    ir::Module& code_;
    std::map<ir::Index, LockName> verbs_; ///< by field
};

/// Small functions that take or give back the lock that a parameter leads to.
class LockWrappers {
public:
    static constexpr std::size_t kMostBlocks = 12; ///< of one that spins first and looks for errors

    explicit LockWrappers(const ir::Module& code)
        : functionOfSymbol_(functionsBySymbol(code)), locked_(code.functions.size(), ir::kNone) {
        for (ir::Index f = 0; f < locked_.size(); ++f)
            for (const ir::Block& block : code.functions[f].blocks)
                for (const ir::Instr& instr : block.instrs)
                    if (code.functions[f].blocks.size() <= kMostBlocks)
                        if (const ir::Index parameter = lockedBy(code.functions[f], instr); parameter != ir::kNone)
                            locked_[f] = parameter;
    }

    /// The pointer to the lock that the instruction takes or gives back; none for other instructions.
    ir::Place lockedBy(const ir::Instr& instr) const {
        if (instr.op == ir::Op::acquire || instr.op == ir::Op::release)
            return pointerTo(instr.operands[0]);
        const ir::Index callee =
            instr.op == ir::Op::call && instr.symbol != ir::kNone ? functionOfSymbol_[instr.symbol] : ir::kNone;
        const bool isWrapper = callee != ir::kNone && locked_[callee] < instr.operands.size();
        return isWrapper ? pointerTo(instr.operands[locked_[callee]]) : ir::Place{};
    }

private:
    static ir::Place pointerTo(const ir::Value& lock) {
        if (lock.kind == ir::ValueKind::load)
            return lock.place;
        const bool isBehind = lock.kind == ir::ValueKind::address && !lock.place.steps.empty() &&
                              lock.place.steps.back().kind == ir::StepKind::deref;
        ir::Place pointer = isBehind ? lock.place : ir::Place{};
        if (isBehind)
            pointer.steps.pop_back();
        return pointer;
    }

    static ir::Index lockedBy(const ir::Function& function, const ir::Instr& instr) {
        if (instr.op != ir::Op::acquire && instr.op != ir::Op::release)
            return ir::kNone;
        const ir::Place pointer = pointerTo(instr.operands[0]);
        const bool isParameter = pointer && pointer.root == ir::RootKind::local && pointer.steps.empty() &&
                                 function.locals[pointer.index].kind == ir::LocalKind::parameter;
        return isParameter ? pointer.index : ir::kNone;
    }

    std::vector<ir::Index> functionOfSymbol_, locked_; ///< locked_: the parameter, by function
};

/// `if (m) lock(m)`: the way around the lock is closed.
void skipNullTests(ir::Function& function, const LockWrappers& wrappers) {
    auto isWork = [](const ir::Instr& instr) { return instr.op != ir::Op::read; };
    auto locks = [&](ir::Index block, const ir::Place& pointer) {
        for (int nested = 0; nested < 3 && function.blocks[block].successors.size() == 1 &&
                             std::ranges::none_of(function.blocks[block].instrs, isWork);
             ++nested) // a test inside of a test
            block = function.blocks[block].successors[0].target;
        const std::vector<ir::Instr>& instrs = function.blocks[block].instrs;
        auto first = std::ranges::find_if(instrs, isWork);
        return first != instrs.end() && wrappers.lockedBy(*first) == pointer;
    };
    for (ir::Block& block : std::views::reverse(function.blocks)) { // inner tests first
        const ir::Condition& test = block.condition;
        bool againstNull = test.right.kind == ir::ValueKind::null ||
                           (test.right.kind == ir::ValueKind::constant && test.right.number == 0);
        bool isTest = test.compare == ir::Compare::equal || test.compare == ir::Compare::notEqual;
        isTest = isTest && test.mask == ir::Condition::kAllBits;
        if (!isTest || !againstNull || test.left.kind != ir::ValueKind::load)
            continue;
        ir::EdgeKind present = test.compare == ir::Compare::notEqual ? ir::EdgeKind::true_ : ir::EdgeKind::false_;
        auto edge = std::ranges::find(block.successors, present, &ir::Edge::kind);
        if (edge == block.successors.end() || !locks(edge->target, test.left.place))
            continue;
        std::erase_if(block.successors, [&](const ir::Edge& e) {
            return e.kind != present && (e.kind == ir::EdgeKind::true_ || e.kind == ir::EdgeKind::false_);
        });
        for (ir::Edge& left : block.successors)
            if (left.kind == present)
                left.kind = ir::EdgeKind::normal;
        block.condition = {};
    }
}

} // namespace

void assumeLocks(ir::Module& code) {
    LockBodies(code).run();
    LockTables(code).run();
    assumeLockModes(code);
    const LockWrappers wrappers(code);
    for (ir::Function& function : code.functions)
        skipNullTests(function, wrappers);
}

} // namespace deadheat::link
