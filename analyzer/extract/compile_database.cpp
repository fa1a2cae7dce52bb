// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/extract/compile_database.h"

#include <clang/Tooling/CompilationDatabase.h>
#include <clang/Tooling/JSONCompilationDatabase.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/VirtualFileSystem.h>

namespace deadheat::extract {
namespace {

namespace path = llvm::sys::path;

constexpr llvm::StringRef kName = "compile_commands.json";
constexpr llvm::StringRef kBuildFolders[] = {"",
                                             "build",
                                             "out",
                                             "builddir",
                                             "_build",
                                             "build/debug",
                                             "build/release",
                                             "cmake-build-debug",
                                             "cmake-build-release",
                                             "out/build",
                                             "out/Debug",
                                             "out/Release"};

constexpr const char* kHowToGetOne = "make one with cmake -DCMAKE_EXPORT_COMPILE_COMMANDS=ON, or with bear -- make";

std::string absolute(llvm::StringRef file, llvm::StringRef directory = {}) {
    llvm::SmallString<256> result;
    if (!path::is_absolute(file))
        result = directory;
    path::append(result, file);
    llvm::sys::fs::make_absolute(result);
    path::remove_dots(result, true);
    return std::string(result);
}

std::string firstLine(llvm::StringRef text) { return text.trim().split('\n').first.str(); }

CompileDatabase failed(std::string message) {
    CompileDatabase database;
    database.error = std::move(message);
    return database;
}

std::optional<std::string> inFolder(llvm::StringRef folder) {
    for (llvm::StringRef build : kBuildFolders) {
        llvm::SmallString<256> candidate(folder);
        path::append(candidate, build, kName);
        if (llvm::sys::fs::is_regular_file(candidate))
            return std::string(candidate);
    }
    return std::nullopt;
}

} // namespace

CompileDatabase locateCompileDatabase(const std::optional<std::string>& build, const std::string& firstFile) {
    CompileDatabase database;
    if (build) {
        llvm::SmallString<256> file(absolute(*build));
        if (llvm::sys::fs::is_directory(file))
            path::append(file, kName);
        if (!llvm::sys::fs::is_regular_file(file))
            return failed(*build + ": no compile_commands.json in it; " + kHowToGetOne);
        database.path = std::string(file);
        return database;
    }
    std::string start = absolute(firstFile.empty() ? "." : firstFile);
    llvm::StringRef folder = llvm::sys::fs::is_directory(start) ? llvm::StringRef(start) : path::parent_path(start);
    for (; !folder.empty(); folder = path::parent_path(folder))
        if (auto found = inFolder(folder)) {
            database.path = *found;
            return database;
        }
    return failed("no compile_commands.json in " + start + " or above; name its folder with -p, or " + kHowToGetOne);
}

CompileDatabase loadCompileDatabase(const std::string& file) {
    std::string error;
    auto json = clang::tooling::JSONCompilationDatabase::loadFromFile(
        file, error, clang::tooling::JSONCommandLineSyntax::AutoDetect);
    if (!json)
        return failed(file + ": not a compile database: " + firstLine(error));
    auto expanded = clang::tooling::expandResponseFiles(std::move(json), llvm::vfs::getRealFileSystem());
    CompileDatabase database;
    database.path = file;
    for (const clang::tooling::CompileCommand& entry : expanded->getAllCompileCommands()) {
        std::string directory = absolute(entry.Directory, path::parent_path(file));
        database.commands.push_back({directory, absolute(entry.Filename, directory), entry.CommandLine});
    }
    if (database.commands.empty())
        database.error = file + ": no compile command in it";
    return database;
}

} // namespace deadheat::extract
