// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/extract/unit.h"

#include "analyzer/extract/function_lowering.h"
#include "analyzer/extract/openmp_lowering.h"
#include "analyzer/extract/syntax.h"

#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>
#include <clang/Basic/SourceManager.h>
#include <llvm/Support/CrashRecoveryContext.h>

namespace deadheat::extract {
namespace {

/// Finds what a unit defines, without looking into bodies.
class DefinitionFinder {
public:
    explicit DefinitionFinder(Unit& unit) : unit_(unit) {}

    void visitContext(const clang::DeclContext* context) {
        for (const clang::Decl* declaration : context->decls())
            visit(declaration);
    }

private:
    void visit(const clang::Decl* declaration) {
        if (const auto* block = llvm::dyn_cast<clang::LinkageSpecDecl>(declaration))
            return visitContext(block);
        if (const auto* block = llvm::dyn_cast<clang::ExportDecl>(declaration))
            return visitContext(block);
        if (!unit_.options.recordSystemHeaders && unit_.places.isSystem(declaration->getLocation()))
            return;
        if (const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(declaration))
            return visitContext(space);
        if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(declaration))
            return unit_.enqueue(function);
        if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration))
            return unit_.enqueueInitializer(variable);
        if (const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(declaration))
            return visitRecord(record);
        if (const auto* function = llvm::dyn_cast<clang::FunctionTemplateDecl>(declaration)) {
            for (const clang::FunctionDecl* instance : function->specializations())
                unit_.enqueue(instance);
        } else if (const auto* type = llvm::dyn_cast<clang::ClassTemplateDecl>(declaration)) {
            for (const clang::ClassTemplateSpecializationDecl* instance : type->specializations())
                visitRecord(instance);
        } else if (const auto* variable = llvm::dyn_cast<clang::VarTemplateDecl>(declaration)) {
            for (const clang::VarTemplateSpecializationDecl* instance : variable->specializations())
                unit_.enqueueInitializer(instance);
        }
    }

    void visitRecord(const clang::CXXRecordDecl* record) {
        if (record->isThisDeclarationADefinition() && !record->isDependentContext())
            visitContext(record);
    }

    Unit& unit_;
};

/// What a constant initialiser leaves to say: which functions and objects a table points to.
void keepPointers(ir::Function& function, const std::vector<ir::Global>& globals) {
    auto isConstantInit = [&](const ir::Place& place) {
        return place.root == ir::RootKind::global && !hasDeref(place) && globals[place.index].isConstantInit;
    };
    for (ir::Block& block : function.blocks)
        std::erase_if(block.instrs, [&](const ir::Instr& instr) {
            if (instr.op == ir::Op::write)
                return instr.flags.isInit && isConstantInit(instr.operands[0].place);
            ir::ValueKind kind = instr.operands.empty() ? ir::ValueKind::load : instr.operands[0].kind;
            bool points = kind == ir::ValueKind::function || kind == ir::ValueKind::method ||
                          kind == ir::ValueKind::address || kind == ir::ValueKind::load;
            return instr.op == ir::Op::copy && !points && isConstantInit(instr.result);
        });
}

} // namespace

Unit::Unit(clang::ASTContext& context, clang::Sema* sema, const Options& given, const ApiTable& table)
    : ast(context), options(given), api(table), places(*this, given.projectRoot), names(*this), types(*this),
      declarations(*this), standIns(*this), sema_(sema) {}

void Unit::diagnose(ir::Range range, std::string message, bool lostFunction) {
    module.diagnostics.push_back({range, std::move(message), lostFunction});
}

/// The table may speak of a function by its plain name only where that name is the C library's.
const ApiEntry* Unit::describedFunction(const clang::FunctionDecl* function, unsigned arguments) {
    const std::string& name = names.qualified(function);
    const ApiEntry* entry = api.function(name, arguments);
    if (!entry || entry->isUser || name.find(':') != std::string::npos)
        return entry;
    return function->isExternC() || function->getBuiltinID() != 0 ? entry : nullptr;
}

void Unit::enqueue(const clang::FunctionDecl* function) {
    const clang::FunctionDecl* definition = nullptr;
    if (!function->hasBody(definition) || !definition || definition->isDependentContext() ||
        definition->isInvalidDecl() || definition->hasSkippedBody())
        return;
    if (!options.recordSystemHeaders && places.isSystem(definition->getLocation()))
        return;
    definition = syntax::standIn(definition);
    if (seen_.try_emplace(definition->getCanonicalDecl(), 0).second)
        functions_.push_back(definition);
}

template <typename Body>
bool Unit::guarded(ir::Range range, const std::string& what, Body body) {
    llvm::CrashRecoveryContext recovery;
    if (recovery.RunSafely(body))
        return true;
    diagnose(range, what + ": the analyzer crashed while reading this function; it is left out", true);
    return false;
}

void Unit::require(const clang::FunctionDecl* function) {
    if (!function->hasBody() && sema_) {
        bool intact = guarded(places.name(function), names.printed(function), [&] { define(function); });
        if (!intact)
            sema_ = nullptr; // its state can no longer be trusted
    }
    enqueue(function);
}

void Unit::enqueueInitializer(const clang::VarDecl* variable) {
    if (!variable->hasGlobalStorage() || variable->isInvalidDecl() || variable->getType()->isDependentType() ||
        variable->getDeclContext()->isDependentContext() || !variable->getInit() ||
        variable->getInit()->isValueDependent())
        return;
    if (seen_.try_emplace(variable, 0).second)
        initializers_.push_back(variable);
}

void Unit::enqueueMembers(const clang::CXXRecordDecl* record) { DefinitionFinder(*this).visitContext(record); }

void Unit::lower(const clang::FunctionDecl* function) {
    ir::Range range = places.name(function);
    std::optional<ir::Function> lowered;
    std::string name = names.printed(function);
    bool built = true;
    guarded(range, name, [&] {
        FunctionLowering lowering(*this, declarations.signature(function));
        built = lowering.lower(function);
        if (built)
            lowered = lowering.finish();
    });
    if (!built)
        diagnose(range, name + ": Clang cannot build the control flow graph; the function is left out", true);
    if (lowered)
        module.functions.push_back(std::move(*lowered));
}

/// One pseudo function does what happens before main.
ir::Function Unit::initializerSignature() const {
    ir::Function signature;
    signature.usr = "<init>|" + module.source;
    signature.name = "<init>";
    signature.isInternal = true;
    return signature;
}

void Unit::lowerInitializer(FunctionLowering& all, const clang::VarDecl* variable) {
    guarded(places.name(variable), names.printed(variable), [&] {
        ir::Place storage = globalPlace(declarations.global(variable));
        const clang::Expr* init = variable->getInit();
        if (variable->getType()->isReferenceType())
            all.ir.copy(storage, addressOf(all.expressions.lvalue(init)), places.range(init));
        else
            all.expressions.initialise(storage, init);
    });
}

void Unit::finishInitializers(FunctionLowering& all) {
    all.ir.jump(all.ir.function().exitBlock);
    keepPointers(all.ir.function(), module.globals);
    ir::Function function = all.finish();
    if (function.blocks.size() > 1 && !function.blocks[0].instrs.empty())
        module.functions.push_back(std::move(function));
}

void Unit::run() {
    const clang::SourceManager& sources = ast.getSourceManager();
    if (auto entry = sources.getFileEntryRefForID(sources.getMainFileID()))
        module.source = places.relative(entry->getName());
    DefinitionFinder(*this).visitContext(ast.getTranslationUnitDecl());
    FunctionLowering initialization(*this, initializerSignature());
    while (!initializers_.empty() || !functions_.empty() || !outlined_.empty()) {
        if (!initializers_.empty()) {
            const clang::VarDecl* next = initializers_.front();
            initializers_.pop_front();
            lowerInitializer(initialization, next);
        } else if (!functions_.empty()) {
            const clang::FunctionDecl* next = functions_.front();
            functions_.pop_front();
            lower(next);
        } else {
            std::function<void()> region = std::move(outlined_.front());
            outlined_.pop_front();
            guarded({}, "an OpenMP region", region);
        }
    }
    finishInitializers(initialization);
    declarations.addMentioned();
}

} // namespace deadheat::extract
