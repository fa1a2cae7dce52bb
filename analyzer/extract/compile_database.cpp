// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/extract/compile_database.h"

#include <clang/Tooling/CompilationDatabase.h>
#include <clang/Tooling/JSONCompilationDatabase.h>
#include <llvm/Support/VirtualFileSystem.h>

namespace deadheat::extract {

CompileDatabase readCompileDatabase(const std::string& file) {
    using namespace clang::tooling;
    CompileDatabase result;
    std::unique_ptr<CompilationDatabase> database =
        JSONCompilationDatabase::loadFromFile(file, result.error, JSONCommandLineSyntax::AutoDetect);
    if (!database)
        return result;
    result.error.clear();
    database = expandResponseFiles(std::move(database), llvm::vfs::getRealFileSystem());
    for (auto& command : database->getAllCompileCommands())
        result.commands.push_back({command.Directory, command.Filename, command.CommandLine});
    return result;
}

} // namespace deadheat::extract
