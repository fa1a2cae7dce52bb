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
class BinaryConditionalOperator;
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
class CXXInheritedCtorInitExpr;
class CXXNewExpr;
class CXXOperatorCallExpr;
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
class OpenMp;

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
    void bindRegionCaptures(const clang::CapturedStmt* region, const ir::Place& closure);
    void bind(const clang::ValueDecl* variable, ir::Place place) { captures_[variable] = std::move(place); }
    bool isDeclared(const clang::VarDecl* variable) const;
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
    void write(const ir::Place& place, clang::QualType type, const clang::Expr* at, ir::InstrFlags flags = {});
    void update(const ir::Place& place, clang::QualType type, const clang::Expr* at, ir::InstrFlags flags);
    /// By a library function, to what `pointer` points to.
    void library(ir::Op op, const ir::Value& pointer, std::uint32_t size, ir::Range range, ir::Index symbol,
                 bool isInit = false);

private:
    bool isConstant(const ir::Place& place) const;
    bool isPlainVariable(const ir::Value& pointer) const;
    void access(ir::Op op, const ir::Place& place, clang::QualType type, const clang::Expr* at,
                ir::InstrFlags flags = {});
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
    /// A call of the __sync family.
    std::optional<ir::Value> syncBuiltin(const struct CallSite& site);
    /// The pointer type that the value of a call is cast to, when it is being cast.
    clang::QualType castTarget(const clang::Expr* call) const;
    /// As an operand: a pointer for a glvalue, the temporary's content for a class, else the value.
    ir::Value argument(const clang::Expr* e);
    /// The element of an array or sequence; the index is kept as far as two uses of it can be seen to be equal.
    ir::Place elementAt(ir::Place base, ir::Value index, clang::QualType type, ir::Range range);
    /// Stores a scalar: the access and the value flow.
    void store(const ir::Place& to, clang::QualType type, ir::Value value, const clang::Expr* at,
               ir::InstrFlags flags = {});
    /// Lowers a CFG element whose result an expression of a later block may ask for.
    void element(const clang::Expr* e);
    ir::Place placeAt(ir::Value pointer, clang::QualType pointee, const clang::Expr* at);
    void noteTemporary(const clang::CXXBindTemporaryExpr* bind, const ir::Place& place);
    /// The temporary that the CFG destroys here; empty when it has no life of its own.
    ir::Place temporaryOf(const clang::CXXBindTemporaryExpr* bind);
    /// The callee destroys it.
    void handOver(const clang::Expr* argument);
    /// The temporary at `place` was moved from: nothing is left to destroy.
    void forgetTemporary(const ir::Place& place);
    /// What a place holds; for a temporary that holds a known value, that value.
    ir::Value content(const ir::Place& place) const;
    void remember(const clang::Expr* e, Lowered lowered);

    /// Operators that the CFG splits over blocks: their arms are elements of their own.
    /// `isLoaded`: both arms are places, of which only the content is wanted.
    void splitConditional(const clang::AbstractConditionalOperator* e, bool isLoaded);
    /// `a ?: b`: evaluates and tests `a`, which is also the result when it is set.
    ir::Condition testCommon(const clang::BinaryConditionalOperator* e);
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
    const clang::RecordDecl* recordBefore(const clang::BinaryOperator* sum, const clang::Expr* pointer,
                                          const clang::Expr* offset) const;
    ir::Value comparison(const clang::Expr* e);
    ir::Value logical(const clang::BinaryOperator* e);
    ir::Value atomic(const clang::AtomicExpr* e);
    ir::Value atomicAccess(llvm::StringRef name, const ir::Value& object, ir::MemoryOrder order, const clang::Expr* at,
                           bool split = false);
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
    llvm::DenseMap<const clang::Expr*, const clang::Expr*> arms_;  // arm to its operator
    llvm::DenseMap<const clang::Expr*, ir::Index> armTemporaries_; // operator to its temporary
    llvm::DenseSet<const clang::Expr*> split_, loaded_;
    llvm::DenseMap<const clang::CXXBindTemporaryExpr*, ir::Place> temporaries_;
    llvm::DenseSet<const clang::CXXBindTemporaryExpr*> handedOver_;
    std::unordered_map<ir::Index, ir::Value> scalarTemporaries_; // temporaries that hold one value all their life
    std::pair<const clang::Expr*, void*> castTarget_{}; // the operand of the cast being lowered, and its opaque type
};

/// Arguments and what they were lowered to: a pointer for a glvalue (see Expressions::argument).
struct Given {
    llvm::ArrayRef<const clang::Expr*> expressions;
    llvm::ArrayRef<ir::Value> values;
};

/// Objects of class type: construction, copies, destruction, new and delete.
class Objects {
public:
    explicit Objects(FunctionLowering& f) : f_(f) {}
    void construct(const ir::Place& to, const clang::CXXConstructExpr* e);
    void lambda(const ir::Place& to, const clang::LambdaExpr* e);
    void list(const ir::Place& to, const clang::InitListExpr* e);
    /// A braced initialiser of a library object, such as PTHREAD_MUTEX_INITIALIZER.
    void initialiser(const ir::Place& to, const clang::InitListExpr* e);
    void elements(const ir::Place& to, clang::QualType type, llvm::ArrayRef<clang::Expr*> values);
    void member(const clang::CXXCtorInitializer* initializer);
    /// Copies or moves a whole object, with its accesses.
    void transfer(const ir::Place& to, const ir::Place& from, clang::QualType type, bool isMove, bool isInit,
                  const clang::Expr* at);
    void destroy(const ir::Place& place, clang::QualType type, ir::Range range);
    /// What a destructor does at its end, to the object itself.
    void destroyBase(clang::QualType base, ir::Range range);
    ir::Value newObject(const clang::CXXNewExpr* e);
    void deleteObject(const clang::CXXDeleteExpr* e);
    ir::Value allocate(clang::QualType type, ir::Range range, ir::Value memory = {});
    void callDestructor(const ir::Value& object, const clang::CXXRecordDecl* record, bool isVirtual, ir::Range range);
    /// Builds an object from arguments where the source names no constructor (make_unique, emplace_back).
    void constructFrom(const ir::Place& to, clang::QualType type, Given arguments, const clang::Expr* at);
    /// The content of an owner or collection ends, the owner itself does not.
    void endContent(const ir::Place& place, clang::QualType type, ir::Range range);

private:
    bool constructLibrary(const ir::Place& to, const clang::CXXConstructExpr* e);
    void constructRecord(const ir::Place& to, const clang::CXXRecordDecl* record, Given arguments,
                         const clang::Expr* at);
    ir::Value adapted(clang::QualType parameter, const clang::Expr* argument, const ir::Value& value);
    void move(ir::Op op, const ir::Place& to, const ir::Place& from, const clang::Expr* at);
    void constructCallable(const ir::Place& to, const clang::Expr* from, const ir::Value& value);
    void constructPair(const ir::Place& to, const clang::CXXRecordDecl* pair, Given arguments, const clang::Expr* at);
    void destroyPointee(const ir::Place& pointer, clang::QualType pointee, ir::Range range, bool isImplicit = true);
    /// The object's type changes from or to that of a base, and with it the functions that virtual calls find.
    void becomeBase(clang::QualType base, bool isEnd, ir::Range range);
    void destroyIfSet(const ir::Place& pointer, clang::QualType pointee, ir::Range range, bool isImplicit = true);
    void emitOnHandle(ir::Op op, const ir::Place& place, ir::Range range);
    FunctionLowering& f_;
};

/// A call whose callee is known by name: what the table needs to know of it.
struct CallSite {
    const clang::Expr* call = nullptr;
    const clang::FunctionDecl* callee = nullptr;
    ir::Value object; ///< pointer to the object of a method
    const clang::Expr* objectExpr = nullptr;
    void* objectType = nullptr; ///< opaque QualType
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
    /// Of a base's constructor with the parameters of the one that inherits it.
    void inheritedConstructor(const ir::Place& object, const clang::CXXInheritedCtorInitExpr* e);
    ir::Instr direct(const clang::FunctionDecl* callee, ir::Range range);
    void addArguments(ir::Instr& instr, const clang::FunctionDecl* callee,
                      llvm::ArrayRef<const clang::Expr*> arguments);
    /// Emits a finished call and yields its result.
    Lowered emit(ir::Instr instr, clang::QualType result, const ir::Place* destination);
    bool mayThrow(const clang::FunctionDecl* callee) const;

private:
    std::optional<CallSite> resolve(const clang::CallExpr* e, const ir::Place* destination);
    Lowered ordinary(const CallSite& site, const clang::CallExpr* e);
    Lowered indirect(const clang::CallExpr* e, const ir::Place* destination);
    std::string lockMode(const clang::Stmt* argument) const;
    std::optional<Lowered> builtin(const CallSite& site);
    bool isVirtual(const clang::CXXMethodDecl* method, const clang::CallExpr* e) const;
    /// What a virtual call reads of the object to find its function.
    void readVirtualTable(const CallSite& site, const clang::CXXRecordDecl* record, const clang::Expr* at);
    FunctionLowering& f_;
};

/// Guards of the library over a lock type of the program: `std::unique_lock<MyLock>`. Such a lock has no operations in the IR,
/// so that the guard becomes what it is: [0] points to the lock, [1] says whether it is owned, and the program's own lock and
/// unlock are called.
class UserLockGuards {
public:
    explicit UserLockGuards(FunctionLowering& f) : f_(f) {}
    /// The program's class that a guard of this type locks; null when it is the library's.
    const clang::CXXRecordDecl* lockOf(clang::QualType guard) const;
    /// Lowers what `step` would do with the guard, for `lock` operands already lowered.
    std::optional<ir::Value> step(ir::Op op, const ir::Place& guard, clang::QualType type,
                                  llvm::ArrayRef<ir::Value> locks, ir::InstrFlags flags, ir::Range range);
    void move(const ir::Place& to, const ir::Place& from, ir::Range range);
    void destroy(const ir::Place& guard, clang::QualType type, ir::Range range);

private:
    ir::Value call(const ir::Place& guard, clang::QualType type, const char* name, ir::Range range,
                   bool isEnding = false);
    FunctionLowering& f_;
};

/// Calls that the API table describes, and library functions in general.
class ApiCalls {
public:
    explicit ApiCalls(FunctionLowering& f) : f_(f) {}
    /// Nothing when the callee is no library function: then it is an ordinary call.
    std::optional<Lowered> call(CallSite& site);
    /// What a function that is only declared here does to the library objects it is given.
    void declaredAccess(const CallSite& site, const ir::Instr& call);

private:
    struct Arguments {
        std::vector<ir::Value> values;
        ir::Place result; ///< what the call yields, once a step has made it
        ir::Place handle; ///< a handle that only this call has
        bool wantsResult = true;
        bool throws = false;
        ir::InstrFlags marked; ///< from the attribute object given
        ir::Index symbol = ir::kNone;
    };
    const ApiEntry* find(const CallSite& site) const;
    Lowered lower(CallSite& site, const ApiEntry& entry);
    void step(CallSite& site, const ApiStep& step, Arguments& arguments);
    Lowered pairGet(CallSite& site, Arguments& arguments);
    void eachStep(CallSite& site, const ApiStep& step, Arguments& arguments);
    void makeResult(CallSite& site, const ApiStep& step, Arguments& arguments, ir::Instr& instr);
    ir::Index allocatedType(const CallSite& site) const;
    bool isSplit(const CallSite& site) const;
    bool isZero(const CallSite& site, int argument) const;
    bool isUserGuard(CallSite& site, const ir::Instr& instr, const Arguments& arguments);
    ir::SpawnKind spawnKind(const CallSite& site, const ApiStep& step) const;
    void addTypeFlags(const CallSite& site, const ApiStep& step, ir::Instr& instr) const;
    void addMarks(const Arguments& arguments, ir::Instr& instr) const;
    void readMarks(CallSite& site, const ApiEntry& entry, Arguments& arguments);
    std::uint32_t bytes(const ApiEntry& entry, const Arguments& arguments) const;
    void destroy(CallSite& site, const ApiEntry& entry, Arguments& arguments);
    void clear(CallSite& site, const ApiEntry& entry, Arguments& arguments, Lowered& lowered);
    void transfer(CallSite& site, const ApiFlow& flow, Arguments& arguments);
    void call(CallSite& site, const ApiCallback& callback, Arguments& arguments);
    void construct(CallSite& site, const ApiFlow& flow, Arguments& arguments);
    Lowered result(CallSite& site, const ApiEntry& entry, Arguments& arguments);

    std::vector<ir::Value> operands(CallSite& site, const ApiStep& step, Arguments& arguments, ir::InstrFlags& flags);
    void addRest(CallSite& site, const ApiValue& from, const ApiStep& step, Arguments& arguments,
                 std::vector<ir::Value>& out);
    void addStopToken(const CallSite& site, std::size_t index, const ApiStep& step, std::vector<ir::Value>& out) const;
    std::size_t firstCallable(const CallSite& site) const;
    void addLocks(CallSite& site, Arguments& arguments, std::vector<ir::Value>& out, ir::InstrFlags& flags) const;
    ir::Value base(CallSite& site, const ApiValue& value, Arguments& arguments);
    ir::Value value(CallSite& site, const ApiValue& value, Arguments& arguments);
    ir::Place place(CallSite& site, const ApiValue& value, Arguments& arguments);
    ir::Value member(const CallSite& site, const ApiValue& value, Arguments& arguments);
    ir::Value passed(CallSite& site, std::size_t index, Arguments& arguments);
    ir::Value callable(CallSite& site, std::size_t index, Arguments& arguments);
    bool takesReference(const CallSite& site, std::size_t index) const;

    // Library functions that the table does not name.
    Lowered general(CallSite& site);
    bool copies(CallSite& site);
    bool synchronises(clang::QualType type) const;
    void takeHandle(CallSite& site, const ir::Value& handle);
    void variadicAccess(CallSite& site, std::size_t index, const ir::Value& argument);
    void generalAccess(CallSite& site, std::size_t index, const ir::Value& argument);
    void generalCallback(CallSite& site, std::size_t index, Arguments& arguments);
    bool isRangeBegin(const clang::Expr* e) const;
    void escape(CallSite& site, const Arguments& arguments);
    Lowered generalResult(CallSite& site, Arguments& arguments);
    std::vector<std::pair<ir::Place, ir::InstrFlags>> marks_; // attribute objects and what was set in them
    FunctionLowering& f_;
};

/// The order that an argument of a call names; seqCst when it cannot be told.
ir::MemoryOrder memoryOrder(const clang::Expr* e, const clang::ASTContext& ast);

class Conditions {
public:
    explicit Conditions(FunctionLowering& f) : f_(f) {}
    /// Evaluates `e` and says what it tests.
    ir::Condition test(const clang::Expr* e);

private:
    bool comparePointers(const clang::CXXOperatorCallExpr* e, ir::Condition& condition);
    ir::Value maskedValue(const clang::Expr* e, std::int64_t& mask);
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
    /// May leave by an exception from here: a library function that is known to throw.
    void mayRaise(ir::Range range);
    ir::Index unwindTarget();
    /// The path of an exception is being built: any owner may have been moved from.
    bool isUnwinding() const { return unwinding_ > 0; }

private:
    struct Live;
    struct State;
    void prepare(const clang::CFG& cfg, const clang::Stmt* body);
    void run(const clang::CFGBlock* from);
    void lowerBlock(const clang::CFGBlock* block);
    void lowerElements(const clang::CFGBlock* block);
    void lowerElement(const clang::CFGElement& element, const clang::Expr* condition);
    void lowerStatement(const clang::Stmt* statement, const clang::Expr* condition);
    void lowerEdges(const clang::CFGBlock* block);
    void lowerSwitch(const clang::CFGBlock* block);
    bool lowerAsTests(const clang::CFGBlock* block);
    std::optional<std::int64_t> caseNumber(const clang::CFGBlock* block) const;
    void test(const clang::Expr* e);
    void declare(const clang::DeclStmt* statement);
    void declare(const clang::VarDecl* variable);
    bool isGuardedStatic(const clang::VarDecl* variable) const;
    void emitOnStatic(ir::Op op, const ir::Place& storage, ir::Range range);
    void endStaticInit(const ir::Place& storage, ir::Range range);
    void lowerStaticInit(const clang::CFGBlock* block, const clang::VarDecl* variable);
    void leave(const clang::ReturnStmt* statement);
    void leaveScope(const clang::VarDecl* variable, ir::Range range);
    ir::Index blockOf(const clang::CFGBlock* block);
    ir::Index cleanup(const Live* live, const clang::CXXTryStmt* inside);
    ir::Index dispatch(const clang::CXXTryStmt* statement, const Live* outside);
    ir::Index unwindBlock();
    ir::Index exitTarget();

    FunctionLowering& f_;
    std::unique_ptr<State> state_;
    unsigned unwinding_ = 0;
};

class FunctionLowering {
public:
    FunctionLowering(Unit& unit, ir::Function signature);
    ~FunctionLowering();
    /// Null when the function cannot be lowered; then a diagnostic says why.
    bool lower(const clang::FunctionDecl* function);
    /// With a body that is not written in the source.
    bool lower(const clang::FunctionDecl* function, clang::Stmt* body);
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
    UserLockGuards userGuards;
    Conditions conditions;
    ControlFlow flow;
    std::unique_ptr<OpenMp> openmp; ///< null when the unit is compiled without -fopenmp
};

} // namespace deadheat::extract
