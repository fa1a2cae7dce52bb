// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The differences between the Clang versions that Deadheat supports (19 to 22), all in one place.
#pragma once

#include <clang/AST/ASTContext.h>
#include <clang/Basic/Version.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/CompilerInvocation.h>
#include <llvm/Support/VirtualFileSystem.h>

#if CLANG_VERSION_MAJOR >= 22
#include <clang/Driver/CreateInvocationFromArgs.h>
#include <clang/Options/Options.h>
#else
#include <clang/Driver/Options.h>
#include <clang/Frontend/Utils.h>
#endif

namespace deadheat::extract::compat {

#if CLANG_VERSION_MAJOR >= 22
namespace options = clang::options;
inline const llvm::opt::OptTable& driverOptions() { return clang::getDriverOptTable(); }
#else
namespace options = clang::driver::options;
inline const llvm::opt::OptTable& driverOptions() { return clang::driver::getDriverOptTable(); }
#endif

/// The variables that an OpenMP clause lists.
template <typename Clause>
auto variablesOf(const Clause* clause) {
#if CLANG_VERSION_MAJOR >= 20
    return clause->varlist();
#else
    return clause->varlists();
#endif
}

inline clang::QualType recordType(const clang::ASTContext& ast, const clang::RecordDecl* record) {
#if CLANG_VERSION_MAJOR >= 22
    return ast.getCanonicalTagType(record);
#else
    return ast.getRecordType(record);
#endif
}

/// A diagnostics engine that reports to `consumer` (not owned). `keep` owns what the engine refers to.
struct Diagnostics {
    llvm::IntrusiveRefCntPtr<clang::DiagnosticsEngine> engine;
#if CLANG_VERSION_MAJOR >= 21
    std::unique_ptr<clang::DiagnosticOptions> options = std::make_unique<clang::DiagnosticOptions>();
#else
    llvm::IntrusiveRefCntPtr<clang::DiagnosticOptions> options{new clang::DiagnosticOptions};
#endif

    Diagnostics([[maybe_unused]] llvm::vfs::FileSystem& files, clang::DiagnosticConsumer& consumer) {
#if CLANG_VERSION_MAJOR >= 21
        engine = clang::CompilerInstance::createDiagnostics(files, *options, &consumer, false);
#elif CLANG_VERSION_MAJOR == 20
        engine = clang::CompilerInstance::createDiagnostics(files, options.get(), &consumer, false);
#else
        engine = clang::CompilerInstance::createDiagnostics(options.get(), &consumer, false);
#endif
    }
};

inline std::unique_ptr<clang::CompilerInstance> makeInstance(std::shared_ptr<clang::CompilerInvocation> invocation) {
#if CLANG_VERSION_MAJOR >= 21
    return std::make_unique<clang::CompilerInstance>(std::move(invocation));
#else
    auto instance = std::make_unique<clang::CompilerInstance>();
    instance->setInvocation(std::move(invocation));
    return instance;
#endif
}

/// File manager, source manager and diagnostics over `files`.
inline void attachFiles(clang::CompilerInstance& instance, llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files,
                        clang::DiagnosticConsumer& consumer) {
#if CLANG_VERSION_MAJOR >= 22
    instance.setVirtualFileSystem(files);
    instance.createDiagnostics(&consumer, false);
    instance.createFileManager();
#elif CLANG_VERSION_MAJOR >= 20
    instance.createDiagnostics(*files, &consumer, false);
    instance.createFileManager(files);
#else
    instance.createDiagnostics(&consumer, false);
    instance.createFileManager(files);
#endif
}

} // namespace deadheat::extract::compat
