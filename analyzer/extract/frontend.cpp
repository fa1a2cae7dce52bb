// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs Clang's parser over one unit, leaving out what no lowering needs: warnings, and the bodies of system headers.
#include "analyzer/extract/clang_compat.h"
#include "analyzer/extract/command_line.h"
#include "analyzer/extract/unit.h"

#include <clang/AST/ASTConsumer.h>
#include <clang/AST/ASTContext.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/Basic/SourceManager.h>
#include <clang/Frontend/FrontendAction.h>
#include <clang/Lex/PPCallbacks.h>
#include <clang/Lex/Preprocessor.h>
#include <clang/Lex/PreprocessorOptions.h>
#include <llvm/Support/CrashRecoveryContext.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/TargetSelect.h>

#include <algorithm>
#include <mutex>

namespace deadheat::extract {
namespace {

constexpr std::size_t kMostDiagnostics = 50; ///< per unit; one missing header can cause thousands

struct Problem {
    std::string file, message;
    unsigned line = 0, column = 0;
};

/// Keeps errors as text: the source manager is gone when they are reported.
class ErrorCollector : public clang::DiagnosticConsumer {
public:
    void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& diagnostic) override {
        DiagnosticConsumer::HandleDiagnostic(level, diagnostic);
        if (level < clang::DiagnosticsEngine::Error || problems.size() >= kMostDiagnostics)
            return;
        llvm::SmallString<128> text;
        diagnostic.FormatDiagnostic(text);
        Problem problem{{}, text.str().str()};
        if (diagnostic.hasSourceManager() && diagnostic.getLocation().isValid()) {
            auto& sources = diagnostic.getSourceManager();
            auto location = sources.getFileLoc(diagnostic.getLocation());
            if (auto file = sources.getFileEntryRefForID(sources.getFileID(location)))
                problem.file = file->getName();
            problem.line = sources.getSpellingLineNumber(location);
            problem.column = sources.getSpellingColumnNumber(location);
        }
        add(std::move(problem));
    }
    void add(Problem problem) { problems.push_back(std::move(problem)); }

    std::vector<Problem> problems;
};

/// A header that is missing is reported, and the rest of the unit is read all the same.
class MissingHeaders : public clang::PPCallbacks {
public:
    MissingHeaders(clang::SourceManager& sources, ErrorCollector& errors) : sources_(sources), errors_(errors) {}

    bool FileNotFound(llvm::StringRef) override { return true; } // InclusionDirective says it, with the place

    void InclusionDirective(clang::SourceLocation hash, const clang::Token&, llvm::StringRef name, bool,
                            clang::CharSourceRange, clang::OptionalFileEntryRef file, llvm::StringRef, llvm::StringRef,
                            const clang::Module*, bool, clang::SrcMgr::CharacteristicKind) override {
        if (file)
            return;
        Problem problem{{}, "header '" + name.str() + "' not found"};
        if (auto from = sources_.getFileEntryRefForID(sources_.getFileID(hash)))
            problem.file = from->getName();
        problem.line = sources_.getSpellingLineNumber(hash);
        problem.column = sources_.getSpellingColumnNumber(hash);
        errors_.add(std::move(problem));
    }

private:
    clang::SourceManager& sources_;
    ErrorCollector& errors_;
};

struct Job {
    const Options& options;
    Result& result;
    ErrorCollector errors;
};

class Consumer : public clang::ASTConsumer {
public:
    Consumer(clang::CompilerInstance& compiler, Job& job) : compiler_(compiler), job_(job) {}

    /// Bodies in system headers are described by the API table. Sema itself keeps those of constexpr functions and of
    /// functions whose type depends on them.
    bool shouldSkipFunctionBody(clang::Decl* declaration) override {
        return !job_.options.recordSystemHeaders &&
               compiler_.getSourceManager().isInSystemHeader(declaration->getLocation());
    }

    void HandleTranslationUnit(clang::ASTContext& ast) override {
        const ApiTable& api = job_.options.api ? *job_.options.api : ApiTable::builtIn();
        Unit unit(ast, compiler_.hasSema() ? &compiler_.getSema() : nullptr, job_.options, api);
        unit.run();
        addProblems(unit);
        job_.result.module = std::move(unit.module);
        collectFiles();
    }

private:
    void addProblems(Unit& unit) {
        std::vector<ir::Diagnostic> all;
        for (Problem& problem : job_.errors.problems) {
            ir::Diagnostic diagnostic;
            diagnostic.message = std::move(problem.message);
            if (!problem.file.empty()) {
                std::string name = unit.places.relative(problem.file);
                auto& files = unit.module.files;
                auto known = std::find(files.begin(), files.end(), name);
                diagnostic.range.file = static_cast<ir::Index>(known - files.begin());
                if (known == files.end())
                    files.push_back(name);
                diagnostic.range.line = diagnostic.range.endLine = problem.line;
                diagnostic.range.column = diagnostic.range.endColumn = problem.column;
            }
            all.push_back(std::move(diagnostic));
        }
        unit.module.diagnostics.insert(unit.module.diagnostics.begin(), all.begin(), all.end());
    }

    void collectFiles() {
        clang::SourceManager& sources = compiler_.getSourceManager();
        auto& files = job_.result.filesRead;
        for (auto file = sources.fileinfo_begin(); file != sources.fileinfo_end(); ++file) {
            llvm::SmallString<256> path(file->first.getName());
            sources.getFileManager().makeAbsolutePath(path);
            llvm::sys::path::remove_dots(path, true);
            files.push_back(path.str().str());
        }
        std::sort(files.begin(), files.end());
        files.erase(std::unique(files.begin(), files.end()), files.end());
    }

    clang::CompilerInstance& compiler_;
    Job& job_;
};

class Action : public clang::ASTFrontendAction {
public:
    explicit Action(Job& job) : job_(job) {}

    std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler, llvm::StringRef) override {
        clang::Preprocessor& preprocessor = compiler.getPreprocessor();
        preprocessor.addPPCallbacks(std::make_unique<MissingHeaders>(compiler.getSourceManager(), job_.errors));
        return std::make_unique<Consumer>(compiler, job_);
    }

private:
    Job& job_;
};

llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> makeFiles(const CompileCommand& command, const Options& options) {
    llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> disk(llvm::vfs::createPhysicalFileSystem().release());
    disk->setCurrentWorkingDirectory(command.directory);
    if (options.overlay.empty())
        return disk;
    llvm::IntrusiveRefCntPtr<llvm::vfs::InMemoryFileSystem> memory(new llvm::vfs::InMemoryFileSystem);
    memory->setCurrentWorkingDirectory(command.directory);
    for (const auto& [path, text] : options.overlay)
        memory->addFile(path, 0, llvm::MemoryBuffer::getMemBufferCopy(text, path));
    llvm::IntrusiveRefCntPtr<llvm::vfs::OverlayFileSystem> both(new llvm::vfs::OverlayFileSystem(disk));
    both->pushOverlay(memory);
    both->setCurrentWorkingDirectory(command.directory);
    return both;
}

/// Only the parse matters: no output, no plugins, no warnings, and what GCC takes without an error is none here.
void adjust(clang::CompilerInvocation& invocation, const std::string& directory) {
    auto& frontend = invocation.getFrontendOpts();
    frontend.ProgramAction = clang::frontend::ParseSyntaxOnly;
    frontend.SkipFunctionBodies = true;
    frontend.DisableFree = false;
    frontend.OutputFile.clear();
    frontend.Plugins.clear();
    frontend.AddPluginActions.clear();
    invocation.getDependencyOutputOpts() = {};
    invocation.getFileSystemOpts().WorkingDir = directory;
    auto& diagnostics = invocation.getDiagnosticOpts();
    diagnostics.IgnoreWarnings = true;
    diagnostics.ErrorLimit = 0;
    diagnostics.ShowCarets = false;
    diagnostics.Warnings = {"no-everything"};
    diagnostics.DiagnosticSerializationFile.clear();
    invocation.getLangOpts().SpellChecking = false;
    // A header compiled by another compiler cannot be read; the text it stands for is included instead.
    invocation.getPreprocessorOpts().ImplicitPCHInclude.clear();
}

std::shared_ptr<clang::CompilerInvocation> makeInvocation(const std::vector<std::string>& arguments,
                                                          llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files,
                                                          ErrorCollector& errors) {
    std::vector<const char*> raw;
    for (const std::string& argument : arguments)
        raw.push_back(argument.c_str());
    compat::Diagnostics diagnostics(*files, errors);
    clang::CreateInvocationOptions options;
    options.Diags = diagnostics.engine;
    options.VFS = files;
    options.RecoverOnError = true;
    return clang::createInvocation(raw, options);
}

void initialiseLlvm() {
    static std::once_flag once;
    std::call_once(once, [] {
        llvm::InitializeAllTargetInfos();
        llvm::CrashRecoveryContext::Enable();
    });
}

void parse(const CompileCommand& command, Job& job) {
    auto files = makeFiles(command, job.options);
    CleanCommand clean = cleanCommand(command);
    job.result.droppedFlags = clean.dropped;
    auto invocation = makeInvocation(clean.arguments, files, job.errors);
    if (!invocation || invocation->getFrontendOpts().Inputs.empty()) {
        std::string why = job.errors.problems.empty() ? "no input" : job.errors.problems.front().message;
        job.result.fatal = command.file + ": the compile command cannot be understood: " + why;
        return;
    }
    job.errors.problems.clear(); // of the driver, which has recovered from them
    adjust(*invocation, command.directory);
    auto compiler = compat::makeInstance(std::move(invocation));
    compat::attachFiles(*compiler, files, job.errors);
    Action action(job);
    bool ran = compiler->ExecuteAction(action);
    job.result.parsed = ran && job.errors.problems.empty();
    if (job.result.filesRead.empty())
        job.result.fatal = command.file + ": " +
                           (job.errors.problems.empty() ? "cannot be read" : job.errors.problems.front().message);
}

} // namespace

std::string clangVersion() { return CLANG_VERSION_STRING; }

Result extract(const CompileCommand& command, const Options& options) {
    initialiseLlvm();
    Result result;
    Job job{options, result, {}};
    llvm::CrashRecoveryContext recovery;
    // Deeply nested code needs more stack than a thread of a pool has.
    constexpr unsigned kStackSize = 64u << 20;
    if (!recovery.RunSafelyOnThread([&] { parse(command, job); }, kStackSize))
        result.fatal = command.file + ": Clang crashed while reading this file";
    return result;
}

} // namespace deadheat::extract
