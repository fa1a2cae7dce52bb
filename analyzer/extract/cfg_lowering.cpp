// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From Clang's CFG to blocks. Clang lists as elements the statements and, before them, those of their parts that contain
// calls or cross blocks. Only the outermost element of each tree in a block is lowered; it evaluates its parts in order.
#include "analyzer/extract/control_flow_state.h"
#include "analyzer/extract/openmp_lowering.h"
#include "analyzer/extract/syntax.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/StmtCXX.h>

namespace deadheat::extract {
namespace {

clang::CFG::BuildOptions buildOptions() {
    clang::CFG::BuildOptions options;
    options.AddImplicitDtors = true;
    options.AddTemporaryDtors = true;
    options.AddInitializers = true;
    options.AddStaticInitBranches = true;
    options.OmitImplicitValueInitializers = true;
    return options;
}

/// Marks everything that the lowering of `root` will visit in this block. Parts in other blocks, statements inside
/// expressions and the bodies of lambdas are elements of their own.
void markCovered(const clang::Stmt* root, llvm::DenseSet<const clang::Stmt*>& covered) {
    std::vector<const clang::Stmt*> stack{root};
    while (!stack.empty()) {
        const clang::Stmt* statement = stack.back();
        stack.pop_back();
        auto add = [&](const clang::Stmt* child) {
            if (child && covered.insert(child).second)
                stack.push_back(child);
        };
        if (llvm::isa<clang::StmtExpr>(statement))
            continue;
        if (const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(statement)) {
            for (const clang::Expr* init : lambda->capture_inits())
                add(init);
            continue;
        }
        if (const auto* list = llvm::dyn_cast<clang::InitListExpr>(statement); list && list->getSemanticForm())
            add(list->getSemanticForm());
        if (const auto* declarations = llvm::dyn_cast<clang::DeclStmt>(statement)) {
            for (const clang::Decl* declaration : declarations->decls())
                if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration))
                    add(variable->getInit());
            continue;
        }
        for (const clang::Stmt* child : statement->children())
            add(child);
    }
}

/// Statements inside the try block of each try statement; handlers belong to what surrounds it.
void mapTryBlocks(const clang::Stmt* statement, const clang::CXXTryStmt* inside,
                  llvm::DenseMap<const clang::Stmt*, const clang::CXXTryStmt*>& out) {
    if (!statement)
        return;
    if (inside)
        out[statement] = inside;
    if (const auto* nested = llvm::dyn_cast<clang::CXXTryStmt>(statement)) {
        mapTryBlocks(nested->getTryBlock(), nested, out);
        for (unsigned i = 0; i < nested->getNumHandlers(); ++i)
            mapTryBlocks(nested->getHandler(i), inside, out);
        return;
    }
    if (llvm::isa<clang::LambdaExpr>(statement))
        return;
    for (const clang::Stmt* child : statement->children())
        mapTryBlocks(child, inside, out);
}

void postOrder(const clang::CFGBlock* from, const llvm::DenseSet<const clang::CFGBlock*>& done,
               std::vector<const clang::CFGBlock*>& out) {
    llvm::DenseSet<const clang::CFGBlock*> seen;
    std::vector<std::pair<const clang::CFGBlock*, clang::CFGBlock::const_succ_iterator>> stack;
    auto visit = [&](const clang::CFGBlock* block) {
        if (block && !done.contains(block) && seen.insert(block).second)
            stack.emplace_back(block, block->succ_begin());
    };
    visit(from);
    while (!stack.empty()) {
        auto& [block, next] = stack.back();
        if (next == block->succ_end()) {
            out.push_back(block);
            stack.pop_back();
            continue;
        }
        const clang::CFGBlock* successor = next->getReachableBlock();
        ++next;
        visit(successor);
    }
}

/// `c ? a : b` names one of two places.
bool hasPlaceChoice(const clang::CFG& cfg) {
    return llvm::any_of(cfg, [](const clang::CFGBlock* block) {
        const auto* choice = llvm::dyn_cast_or_null<clang::AbstractConditionalOperator>(block->getTerminatorStmt());
        return choice && choice->isGLValue();
    });
}

/// The choices between places of which only the content is wanted: nobody needs their addresses.
void findLoaded(const clang::Stmt* statement, llvm::DenseSet<const clang::Expr*>& out) {
    if (!statement || llvm::isa<clang::LambdaExpr>(statement))
        return;
    const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(statement);
    if (cast && cast->getCastKind() == clang::CK_LValueToRValue)
        if (const auto* choice = llvm::dyn_cast<clang::AbstractConditionalOperator>(cast->getSubExpr()->IgnoreParens()))
            out.insert(choice);
    for (const clang::Stmt* child : statement->children())
        findLoaded(child, out);
}

const clang::Expr* conditionOf(const clang::CFGBlock* block) {
    const clang::Stmt* terminator = block->getTerminatorStmt();
    bool isSwitch = llvm::isa_and_nonnull<clang::SwitchStmt>(terminator);
    if (!terminator || !block->getTerminator().isStmtBranch() || (block->succ_size() != 2 && !isSwitch) ||
        llvm::isa<clang::CXXTryStmt>(terminator))
        return nullptr;
    for (auto element = block->rbegin(); element != block->rend(); ++element)
        if (auto statement = element->getAs<clang::CFGStmt>())
            return llvm::dyn_cast<clang::Expr>(statement->getStmt());
    return nullptr;
}

} // namespace

ControlFlow::ControlFlow(FunctionLowering& f) : f_(f), state_(std::make_unique<State>()) {}
ControlFlow::~ControlFlow() = default;

bool ControlFlow::lower(const clang::Decl* declaration, clang::Stmt* body) {
    if (f_.openmp)
        f_.openmp->mark(body);
    state_->cfg = clang::CFG::buildCFG(declaration, body, &f_.unit.ast, buildOptions());
    if (f_.openmp)
        f_.openmp->restore();
    if (!state_->cfg)
        return false;
    if (state_->cfg->try_blocks_begin() != state_->cfg->try_blocks_end())
        mapTryBlocks(body, nullptr, state_->tryOf);
    prepare(*state_->cfg, body);
    if (f_.unit.ast.getLangOpts().CXXExceptions)
        f_.ir.setUnwindTarget([this] { return unwindTarget(); });
    const Live* live = state_->live;
    state_->liveAtEntry[&state_->cfg->getEntry()] = live;
    f_.ir.jump(blockOf(&state_->cfg->getEntry()));
    run(&state_->cfg->getEntry());
    while (!state_->handlers.empty()) {
        const clang::CFGBlock* handler = state_->handlers.back();
        state_->handlers.pop_back();
        run(handler);
    }
    f_.ir.setUnwindTarget(nullptr);
    return true;
}

/// Operators and try statements that are spread over blocks must be known before the first block is lowered.
void ControlFlow::prepare(const clang::CFG& cfg, const clang::Stmt* body) {
    llvm::DenseSet<const clang::Expr*> loaded;
    if (hasPlaceChoice(cfg))
        findLoaded(body, loaded);
    for (const clang::CFGBlock* block : cfg) {
        const clang::Stmt* terminator = block->getTerminatorStmt();
        if (!terminator)
            continue;
        if (const auto* attempt = llvm::dyn_cast<clang::CXXTryStmt>(terminator))
            state_->dispatchBlocks[attempt] = block;
        if (!block->getTerminator().isStmtBranch())
            continue;
        if (const auto* conditional = llvm::dyn_cast<clang::AbstractConditionalOperator>(terminator))
            f_.expressions.splitConditional(conditional, loaded.contains(conditional));
        else if (const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(terminator);
                 binary && binary->isLogicalOp())
            f_.expressions.splitLogical(binary);
    }
}

void ControlFlow::run(const clang::CFGBlock* from) {
    std::vector<const clang::CFGBlock*> order;
    postOrder(from, state_->done, order);
    for (auto block = order.rbegin(); block != order.rend(); ++block)
        lowerBlock(*block);
}

ir::Index ControlFlow::blockOf(const clang::CFGBlock* block) {
    if (block == &state_->cfg->getExit())
        return exitTarget();
    auto [known, isNew] = state_->blocks.try_emplace(block, ir::kNone);
    if (isNew)
        known->second = f_.ir.newBlock();
    return known->second;
}

void ControlFlow::lowerBlock(const clang::CFGBlock* block) {
    if (block == &state_->cfg->getExit() || !state_->done.insert(block).second)
        return;
    f_.ir.setBlock(blockOf(block));
    state_->live = state_->liveAtEntry.try_emplace(block, nullptr).first->second;
    state_->condition = {};
    state_->switched = {};
    state_->terminator = block->getTerminatorStmt();
    lowerElements(block);
    lowerEdges(block);
}

void ControlFlow::lowerElements(const clang::CFGBlock* block) {
    // Parts stand before the trees they belong to: from the end, whatever is not covered yet is a root.
    std::vector<const clang::CFGElement*> roots;
    std::vector<clang::CFGElement> elements(block->begin(), block->end());
    llvm::DenseSet<const clang::Stmt*> covered;
    for (auto element = elements.rbegin(); element != elements.rend(); ++element) {
        const clang::Stmt* tree = nullptr;
        if (auto statement = element->getAs<clang::CFGStmt>())
            tree = statement->getStmt();
        else if (auto initializer = element->getAs<clang::CFGInitializer>())
            tree = initializer->getInitializer()->getInit();
        if (tree && !element->getAs<clang::CFGInitializer>() && covered.contains(tree))
            continue;
        roots.push_back(&*element);
        if (tree && elements.size() > 1) {
            covered.insert(tree);
            markCovered(tree, covered);
        }
    }
    const clang::Expr* condition = conditionOf(block);
    for (auto root = roots.rbegin(); root != roots.rend(); ++root)
        lowerElement(**root, condition);
}

void ControlFlow::lowerElement(const clang::CFGElement& element, const clang::Expr* condition) {
    if (auto statement = element.getAs<clang::CFGStmt>())
        return lowerStatement(statement->getStmt(), condition);
    if (auto initializer = element.getAs<clang::CFGInitializer>())
        return f_.objects.member(initializer->getInitializer());
    if (auto dtor = element.getAs<clang::CFGAutomaticObjDtor>()) {
        const clang::Stmt* trigger = dtor->getTriggerStmt();
        clang::SourceLocation end = trigger ? trigger->getEndLoc() : dtor->getVarDecl()->getEndLoc();
        return leaveScope(dtor->getVarDecl(), f_.unit.places.range(clang::SourceRange(end)));
    }
    if (auto dtor = element.getAs<clang::CFGTemporaryDtor>()) {
        const clang::CXXBindTemporaryExpr* bind = dtor->getBindTemporaryExpr();
        return f_.objects.destroy(f_.expressions.temporaryOf(bind), bind->getType(), f_.unit.places.range(bind));
    }
    ir::Place object = f_.ir.function().thisLocal() ? dereferenced(localPlace(0)) : ir::Place{};
    ir::Range range = f_.ir.function().range;
    if (auto dtor = element.getAs<clang::CFGMemberDtor>()) {
        const clang::FieldDecl* field = dtor->getFieldDecl();
        f_.objects.destroy(withField(object, f_.unit.types.field(field)), field->getType(), range);
    }
    if (auto dtor = element.getAs<clang::CFGBaseDtor>())
        f_.objects.destroyBase(dtor->getBaseSpecifier()->getType(), range);
}

void ControlFlow::lowerStatement(const clang::Stmt* statement, const clang::Expr* condition) {
    state_->inside = state_->tryOf.lookup(statement);
    if (f_.openmp) {
        if (f_.openmp->lowerMarker(statement))
            return;
        f_.openmp->before(statement);
    }
    if (const auto* declarations = llvm::dyn_cast<clang::DeclStmt>(statement))
        return declare(declarations);
    if (const auto* leaving = llvm::dyn_cast<clang::ReturnStmt>(statement))
        return leave(leaving);
    const auto* expression = llvm::dyn_cast<clang::Expr>(statement);
    if (!expression) {
        for (const clang::Stmt* child : statement->children())
            if (const auto* operand = llvm::dyn_cast_or_null<clang::Expr>(child))
                f_.expressions.discard(operand);
        return;
    }
    if (expression == condition)
        test(expression);
    else
        f_.expressions.element(expression);
}

/// The expression that the block's terminator decides by.
void ControlFlow::test(const clang::Expr* e) {
    if (const auto* choice = llvm::dyn_cast_or_null<clang::BinaryConditionalOperator>(state_->terminator)) {
        state_->condition = f_.expressions.testCommon(choice);
    } else if (llvm::isa_and_nonnull<clang::SwitchStmt>(state_->terminator) && !e->isGLValue()) {
        state_->switched = f_.expressions.rvalue(e);
    } else {
        state_->condition = f_.conditions.test(e);
    }
}

void ControlFlow::declare(const clang::DeclStmt* statement) {
    for (const clang::Decl* declaration : statement->decls()) {
        if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration))
            declare(variable);
        else if (const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(declaration))
            f_.unit.enqueueMembers(record);
    }
}

void ControlFlow::declare(const clang::VarDecl* variable) {
    if (variable->hasExternalStorage() || variable->isInvalidDecl())
        return;
    if (variable->hasLocalStorage())
        f_.variables.declare(variable);
    ir::Place storage = f_.variables.storage(variable);
    if (variable->isStaticLocal() && f_.unit.module.globals[storage.index].isConstantInit)
        return f_.unit.enqueueInitializer(variable); // before any code runs
    const clang::Expr* init = variable->getInit();
    if (init && variable->getType()->isReferenceType())
        f_.ir.copy(storage, addressOf(f_.expressions.lvalue(init)), f_.unit.places.range(init));
    else if (init)
        f_.expressions.initialise(storage, init);
    if (const auto* decomposition = llvm::dyn_cast<clang::DecompositionDecl>(variable))
        for (const clang::BindingDecl* binding : decomposition->bindings())
            if (const clang::VarDecl* holder = binding->getHoldingVar()) {
                declare(holder);
                if (holder->getInit())
                    f_.expressions.remember(holder->getInit(), Lowered::of(f_.variables.place(holder)));
            }
    if (init && isGuardedStatic(variable))
        endStaticInit(storage, f_.unit.places.range(init));
    enterScope(variable);
}

void ControlFlow::enterScope(const clang::VarDecl* variable) {
    if (variable->hasLocalStorage() && !variable->getType()->isReferenceType() &&
        f_.unit.types.destructionMatters(variable->getType()))
        state_->live = state_->push(variable, state_->inside, state_->live);
}

void ControlFlow::leaveScope(const clang::VarDecl* variable, ir::Range range) {
    const Live* live = state_->live;
    while (live && live->variable != variable)
        live = live->outer;
    if (live)
        state_->live = live->outer;
    ir::Place place = f_.variables.place(variable); // through a reference: a temporary whose life it extends
    f_.objects.destroy(place, variable->getType().getNonReferenceType(), range);
}

void ControlFlow::leave(const clang::ReturnStmt* statement) {
    const clang::Expr* value = statement->getRetValue();
    if (!value)
        return;
    if (value->getType()->isVoidType())
        return f_.expressions.discard(value);
    ir::Function& function = f_.ir.function();
    if (function.returnLocal == ir::kNone)
        function.returnLocal = f_.ir.addLocal({"return", function.result, ir::LocalKind::temporary, {}, false});
    ir::Place to = localPlace(function.returnLocal);
    ir::Range range = f_.unit.places.range(statement);
    if (value->isGLValue() && !value->getType()->isFunctionType())
        f_.ir.copy(to, addressOf(f_.expressions.lvalue(value)), range);
    else if (isObject(value->getType()))
        f_.expressions.initialise(to, value);
    else
        f_.ir.copy(to, f_.expressions.rvalue(value), range);
}

// ---- edges ---------------------------------------------------------------------------------------------------------

void ControlFlow::lowerEdges(const clang::CFGBlock* block) {
    for (const clang::CFGBlock* successor : block->succs())
        if (successor)
            state_->liveAtEntry.try_emplace(successor, state_->live);
    const clang::Stmt* terminator = block->getTerminatorStmt();
    if (llvm::isa_and_nonnull<clang::SwitchStmt>(terminator))
        return lowerSwitch(block);
    if (const auto* declared = llvm::dyn_cast_or_null<clang::DeclStmt>(terminator);
        declared && block->succ_size() == 2 && *block->succ_begin() && *(block->succ_begin() + 1))
        if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(declared->getSingleDecl()))
            return lowerStaticInit(block, variable);
    bool isBranch = terminator && block->getTerminator().isStmtBranch() && block->succ_size() == 2 &&
                    !llvm::isa<clang::CXXTryStmt, clang::IndirectGotoStmt, clang::DeclStmt, clang::AsmStmt>(terminator);
    if (!isBranch) {
        for (const clang::CFGBlock* successor : block->succs())
            if (successor)
                f_.ir.jump(blockOf(successor));
        return;
    }
    if (const auto* logical = llvm::dyn_cast<clang::BinaryOperator>(terminator))
        f_.expressions.skipRightSide(logical);
    const clang::CFGBlock* whenTrue = *block->succ_begin();
    const clang::CFGBlock* whenFalse = *(block->succ_begin() + 1);
    if (whenTrue && whenFalse)
        return f_.ir.branch(state_->condition, blockOf(whenTrue), blockOf(whenFalse));
    if (whenTrue || whenFalse)
        f_.ir.jump(blockOf(whenTrue ? whenTrue : whenFalse));
}

/// The number of a case label; nothing for default, ranges and what is no constant.
std::optional<std::int64_t> ControlFlow::caseNumber(const clang::CFGBlock* block) const {
    const auto* label = llvm::dyn_cast_or_null<clang::CaseStmt>(block->getLabel());
    clang::Expr::EvalResult result;
    if (!label || label->getRHS() || label->getLHS()->isValueDependent() ||
        !label->getLHS()->EvaluateAsInt(result, f_.unit.ast) || result.Val.getInt().getSignificantBits() > 64)
        return std::nullopt;
    return result.Val.getInt().getExtValue();
}

/// A few cases of a known value become tests, one after the other, which say what holds on each path: `switch (fork())`.
bool ControlFlow::lowerAsTests(const clang::CFGBlock* block) {
    constexpr std::size_t kMostTests = 8;
    const clang::CFGBlock* otherwise = nullptr;
    std::vector<std::pair<std::int64_t, const clang::CFGBlock*>> cases;
    for (const clang::CFGBlock* successor : block->succs()) {
        if (!successor)
            continue;
        if (auto number = caseNumber(successor))
            cases.emplace_back(*number, successor);
        else if (otherwise)
            return false;
        else
            otherwise = successor;
    }
    const ir::Value& value = state_->switched;
    bool isLocal =
        value.kind == ir::ValueKind::load && value.place.root == ir::RootKind::local && value.place.steps.empty();
    if (!isLocal || cases.empty() || cases.size() > kMostTests)
        return false;
    if (!otherwise) { // every value of an enumeration has a case
        otherwise = cases.back().second;
        cases.pop_back();
    }
    for (auto [number, target] : cases) {
        ir::Index next = f_.ir.newBlock();
        f_.ir.branch({ir::Compare::equal, value, constantOf(number)}, blockOf(target), next);
        f_.ir.setBlock(next);
    }
    f_.ir.jump(blockOf(otherwise));
    return true;
}

void ControlFlow::lowerSwitch(const clang::CFGBlock* block) {
    if (lowerAsTests(block))
        return;
    for (const clang::CFGBlock* successor : block->succs())
        if (successor)
            f_.ir.jump(blockOf(successor), ir::EdgeKind::caseOf);
}

} // namespace deadheat::extract
