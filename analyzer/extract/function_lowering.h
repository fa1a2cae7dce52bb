// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The lowering of one function, from Clang's AST and CFG to an ir::Function. FunctionLowering only holds the parts together;
// each part answers for one kind of construct and reaches the others through it.
#pragma once

#include "analyzer/extract/ir_builder.h"
#include "analyzer/extract/unit.h"

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/DenseSet.h>

namespace clang {
class AbstractConditionalOperator;
class ArraySubscriptExpr;
class AtomicExpr;
class BinaryOperator;
class CFG;
class CFGBlock;
class CFGElement;
class CXXBindTemporaryExpr;
class CXXConstructExpr;
class CXXConstructorDecl;
class CXXCtorInitializer;
class CXXDeleteExpr;
class CXXDestructorDecl;
class CXXMethodDecl;
class CXXNewExpr;
class CXXTryStmt;
class CallExpr;
class CastExpr;
class CompoundAssignOperator;
class DeclRefExpr;
class DeclStmt;
class InitListExpr;
class MemberExpr;
class ParmVarDecl;
class ReturnStmt;
class StmtExpr;
class SwitchStmt;
class UnaryOperator;
class ValueDecl;
} // namespace clang

namespace deadheat::extract {

class FunctionLowering;

/// What an expression yields: a place for glvalues and objects of class type, else a value.
struct Lowered {
    ir::Place place;
    ir::Value value;
    static Lowered of(ir::Place p) { return {std::move(p), {}}; }
    static Lowered of(ir::Value v) { return {{}, std::move(v)}; }
};

/// Where the variables of a function live.
class Variables {
public:
    explicit Variables(FunctionLowering& f) : f_(f) {}
    ir::Index declareThis(clang::QualType pointer);
    ir::Index declare(const clang::VarDecl* variable);
    /// The object that the name denotes: references are looked through.
    ir::Place place(const clang::ValueDecl* variable);
    /// The variable itself: for a reference, the pointer it is in the IR.
    ir::Place storage(const clang::VarDecl* variable);
    ir::Value thisValue();
    /// Variables of an enclosing function live in the fields of `closure`.
    void bindLambdaCaptures(const clang::CXXRecordDecl* lambda);
    void bindRegionCaptures(const clang::CapturedStmt* region);
    void bind(const clang::ValueDecl* variable, ir::Place place) { captures_[variable] = std::move(place); }
    bool isMoved(ir::Index local) const { return moved_.contains(local); }
    void markMoved(const ir::Place& place);

private:
    FunctionLowering& f_;
    llvm::DenseMap<const clang::VarDecl*, ir::Index> locals_;
    std::unordered_map<const clang::ValueDecl*, ir::Place> captures_;
    ir::Place capturedThis_;
    llvm::DenseSet<ir::Index> moved_; // locals whose content was moved away somewhere
};

/// Emits reads and writes of memory, as far as another thread could reach it.
class Accesses {
public:
    explicit Accesses(FunctionLowering& f) : f_(f) {}
    void read(const ir::Place& place, clang::QualType type, const clang::Expr* at);
    void write(const ir::Place& place, clang::QualType type, const clang::Expr* at, bool isInit = false);
    void update(const ir::Place& place, clang::QualType type, const clang::Expr* at);
    /// By a library function, to what `pointer` points to.
    void library(ir::Op op, const ir::Value& pointer, std::uint32_t size, ir::Range range, ir::Index symbol,
                 bool isInit = false);

private:
    void access(ir::Op op, const ir::Place& place, clang::QualType type, const clang::Expr* at, bool isInit);
    FunctionLowering& f_;
};

class Expressions {
public:
    explicit Expressions(FunctionLowering& f) : f_(f) {}
    ir::Place lvalue(const clang::Expr* e);
    ir::Value rvalue(const clang::Expr* e);
    /// A class prvalue in a temporary of its own.
    ir::Place materialise(const clang::Expr* e);
    /// Evaluates `e` into an object that begins its life at `to`.
    void initialise(const ir::Place& to, const clang::Expr* e);
    void discard(const clang::Expr* e);
    /// As an operand: a pointer for a glvalue, the temporary's content for a class, else the value.
    ir::Value argument(const clang::Expr* e);
    /// Stores a scalar: the access and the value flow.
    void store(const ir::Place& to, clang::QualType type, ir::Value value, const clang::Expr* at, bool isInit = false);
    /// Lowers a CFG element whose result an expression of a later block may ask for.
    void element(const clang::Expr* e);
    ir::Place placeAt(ir::Value pointer, clang::QualType pointee, const clang::Expr* at);
    void noteTemporary(const clang::CXXBindTemporaryExpr* bind, const ir::Place& place);
    /// The temporary that the CFG destroys here; empty when it has no life of its own.
    ir::Place temporaryOf(const clang::CXXBindTemporaryExpr* bind);
    /// The callee destroys it.
    void handOver(const clang::Expr* argument);

    /// Operators that the CFG splits over blocks: their arms are elements of their own.
    void splitConditional(const clang::AbstractConditionalOperator* e);
    void splitLogical(const clang::BinaryOperator* e);
    /// In the block that tests the left side: what the whole is worth when the right side is skipped.
    void skipRightSide(const clang::BinaryOperator* e);

private:
    ir::Place lvalueOf(const clang::Expr* e);
    ir::Value rvalueOf(const clang::Expr* e);
    ir::Place name(const clang::DeclRefExpr* e);
    ir::Place member(const clang::MemberExpr* e);
    ir::Place subscript(const clang::ArraySubscriptExpr* e);
    ir::Place elementOf(ir::Place base, const clang::Expr* index);
    ir::Place assign(const clang::BinaryOperator* e);
    ir::Place compoundAssign(const clang::BinaryOperator* e);
    ir::Place increment(const clang::UnaryOperator* e);
    ir::Value postIncrement(const clang::UnaryOperator* e);
    ir::Value cast(const clang::CastExpr* e);
    ir::Value load(const ir::Place& place, clang::QualType type, const clang::Expr* at);
    ir::Value unary(const clang::UnaryOperator* e);
    ir::Value addressOfOperand(const clang::Expr* operand);
    ir::Value binary(const clang::BinaryOperator* e);
    ir::Value pointerArithmetic(const clang::BinaryOperator* e);
    std::optional<ir::Value> containerOf(const clang::Expr* pointer, const clang::Expr* offset);
    ir::Value comparison(const clang::Expr* e);
    ir::Value logical(const clang::BinaryOperator* e);
    ir::Value atomic(const clang::AtomicExpr* e);
    ir::Value literal(const clang::Expr* e, bool& isLiteral);
    ir::Value functionOrUnknown(const clang::Expr* e);
    ir::Value reference(const clang::DeclRefExpr* e);
    void initialiseAggregate(const ir::Place& to, const clang::Expr* e);
    const Lowered* known(const clang::Expr* e) const;
    Lowered evaluate(const clang::Expr* e);
    ir::Index armTemporary(const clang::Expr* whole);
    void storeArm(const clang::Expr* whole, const clang::Expr* arm);
    Lowered conditionalResult(const clang::AbstractConditionalOperator* e);
    Lowered statementResult(const clang::StmtExpr* e);
    ir::Index temporary(const clang::Expr* e);

    FunctionLowering& f_;
    llvm::DenseMap<const clang::Expr*, Lowered> known_;
    llvm::DenseMap<const clang::Expr*, const clang::Expr*> arms_;       // arm to its operator
    llvm::DenseMap<const clang::Expr*, ir::Index> armTemporaries_;      // operator to its temporary
    llvm::DenseSet<const clang::Expr*> split_;
    llvm::DenseMap<const clang::CXXBindTemporaryExpr*, ir::Place> temporaries_;
    llvm::DenseSet<const clang::CXXBindTemporaryExpr*> handedOver_;
    const clang::CXXBindTemporaryExpr* binding_ = nullptr;
};

/// Objects of class type: construction, copies, destruction, new and delete.
class Objects {
public:
    explicit Objects(FunctionLowering& f) : f_(f) {}
    void construct(const ir::Place& to, const clang::CXXConstructExpr* e);
    void lambda(const ir::Place& to, const clang::LambdaExpr* e);
    void list(const ir::Place& to, const clang::InitListExpr* e);
    void elements(const ir::Place& to, clang::QualType type, llvm::ArrayRef<clang::Expr*> values);
    void member(const clang::CXXCtorInitializer* initializer);
    /// Copies or moves a whole object, with its accesses.
    void transfer(const ir::Place& to, const ir::Place& from, clang::QualType type, bool isMove, bool isInit,
                  const clang::Expr* at);
    void destroy(const ir::Place& place, clang::QualType type, ir::Range range);
    void destroyMembers(const clang::CXXRecordDecl* record, ir::Range range);
    ir::Value newObject(const clang::CXXNewExpr* e);
    void deleteObject(const clang::CXXDeleteExpr* e);
    ir::Value allocate(clang::QualType type, ir::Range range);
    void callDestructor(const ir::Value& object, const clang::CXXRecordDecl* record, bool isVirtual, ir::Range range);
    /// Builds an object from arguments where the source names no constructor (make_unique, emplace_back).
    void constructFrom(const ir::Place& to, clang::QualType type, llvm::ArrayRef<const clang::Expr*> arguments,
                       const clang::Expr* at);

private:
    void constructCallable(const ir::Place& to, const clang::Expr* from);
    void constructPair(const ir::Place& to, const clang::CXXConstructExpr* e);
    void destroyPointee(const ir::Place& pointer, clang::QualType pointee, ir::Range range);
    void destroyIfSet(const ir::Place& pointer, clang::QualType pointee, ir::Range range);
    void emitOnHandle(ir::Op op, const ir::Place& place, ir::Range range);
    FunctionLowering& f_;
};

/// A call whose callee is known by name: what the table needs to know of it.
struct CallSite {
    const clang::Expr* call = nullptr;
    const clang::FunctionDecl* callee = nullptr;
    ir::Value object;                 ///< pointer to the object of a method
    const clang::Expr* objectExpr = nullptr;
    void* objectType = nullptr;       ///< opaque QualType
    std::vector<const clang::Expr*> arguments;
    const ir::Place* destination = nullptr; ///< where an object that the call returns goes
    ir::Range range;
};

class Calls {
public:
    explicit Calls(FunctionLowering& f) : f_(f) {}
    Lowered call(const clang::CallExpr* e, const ir::Place* destination = nullptr);
    /// A direct call of a constructor on `object`.
    void constructor(const ir::Place& object, const clang::CXXConstructorDecl* callee,
                     llvm::ArrayRef<const clang::Expr*> arguments, const clang::Expr* at);
    ir::Instr direct(const clang::FunctionDecl* callee, ir::Range range);
    void addArguments(ir::Instr& instr, const clang::FunctionDecl* callee, llvm::ArrayRef<const clang::Expr*> arguments);
    /// Emits a finished call and yields its result.
    Lowered emit(ir::Instr instr, clang::QualType result, const ir::Place* destination);
    bool mayThrow(const clang::FunctionDecl* callee) const;

private:
    std::optional<CallSite> resolve(const clang::CallExpr* e, const ir::Place* destination);
    Lowered ordinary(const CallSite& site, const clang::CallExpr* e);
    Lowered indirect(const clang::CallExpr* e, const ir::Place* destination);
    std::optional<Lowered> builtin(const CallSite& site);
    bool isVirtual(const clang::CXXMethodDecl* method, const clang::CallExpr* e) const;
    FunctionLowering& f_;
};

/// Calls that the API table describes, and library functions in general.
class ApiCalls {
public:
    explicit ApiCalls(FunctionLowering& f) : f_(f) {}
    /// Nothing when the callee is no library function: then it is an ordinary call.
    std::optional<Lowered> call(CallSite& site);

private:
    struct Arguments;
    const ApiEntry* find(const CallSite& site) const;
    Lowered lower(CallSite& site, const ApiEntry& entry);
    Lowered general(CallSite& site);
    void step(CallSite& site, const ApiStep& step, Arguments& arguments);
    std::vector<ir::Value> operands(CallSite& site, const std::vector<ApiValue>& values, Arguments& arguments);
    ir::Value value(CallSite& site, const ApiValue& value, Arguments& arguments);
    ir::Place place(CallSite& site, const ApiValue& value, Arguments& arguments);
    FunctionLowering& f_;
};

class Conditions {
public:
    explicit Conditions(FunctionLowering& f) : f_(f) {}
    /// Evaluates `e` and says what it tests.
    ir::Condition test(const clang::Expr* e);

private:
    FunctionLowering& f_;
};

/// Blocks, edges, scopes and exceptions.
class ControlFlow {
public:
    explicit ControlFlow(FunctionLowering& f);
    ~ControlFlow();
    /// Lowers a body between the current block and the function's exit. False: Clang cannot build its CFG.
    bool lower(const clang::Decl* declaration, clang::Stmt* body);
    /// The object begins its life; it is destroyed when an exception passes.
    void enterScope(const clang::VarDecl* variable);
    void declareParameters(llvm::ArrayRef<clang::ParmVarDecl*> parameters);
    /// Leaves by an exception from here.
    void raise(ir::Range range);
    ir::Index unwindTarget();

private:
    struct Live;
    struct State;
    void prepare(const clang::CFG& cfg);
    void run(const clang::CFGBlock* from);
    void lowerBlock(const clang::CFGBlock* block);
    void lowerElements(const clang::CFGBlock* block);
    void lowerElement(const clang::CFGElement& element, const clang::Expr* condition);
    void lowerStatement(const clang::Stmt* statement, const clang::Expr* condition);
    void lowerEdges(const clang::CFGBlock* block);
    void lowerSwitch(const clang::CFGBlock* block, const clang::SwitchStmt* statement);
    void declare(const clang::DeclStmt* statement);
    void declare(const clang::VarDecl* variable);
    void leave(const clang::ReturnStmt* statement);
    void leaveScope(const clang::VarDecl* variable, ir::Range range);
    ir::Index blockOf(const clang::CFGBlock* block);
    ir::Index cleanup(const Live* live, const clang::CXXTryStmt* inside);
    ir::Index dispatch(const clang::CXXTryStmt* statement, const Live* outside);
    ir::Index unwindBlock();
    ir::Index exitTarget();

    FunctionLowering& f_;
    std::unique_ptr<State> state_;
};

class FunctionLowering {
public:
    FunctionLowering(Unit& unit, ir::Function signature);
    /// Null when the function cannot be lowered; then a diagnostic says why.
    bool lower(const clang::FunctionDecl* function);
    ir::Function finish() { return ir.finish(); }

    ir::Index temporary(clang::QualType type, ir::Range range);

    Unit& unit;
    IrBuilder ir;
    Variables variables;
    Accesses accesses;
    Expressions expressions;
    Objects objects;
    Calls calls;
    ApiCalls api;
    Conditions conditions;
    ControlFlow flow;
};

} // namespace deadheat::extract
