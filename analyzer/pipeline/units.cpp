// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/pipeline/units.h"

#include "analyzer/extract/compile_database.h"
#include "analyzer/pipeline/config.h"
#include "analyzer/pipeline/paths.h"
#include "report/glob.h"
#include "report/user_error.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

namespace deadheat::pipeline {

namespace fs = std::filesystem;

namespace {

/// Absolute, without `.`, `..` and a slash at the end.
fs::path normalized(const fs::path& path) {
    const auto normal = fs::absolute(path).lexically_normal();
    return normal.has_filename() ? normal : normal.parent_path();
}

bool isFile(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
}

/// The line of a byte position, counted from 1.
std::size_t lineOf(const std::string& text, std::size_t position) {
    return 1 + static_cast<std::size_t>(std::count(
                   text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(position, text.size())), '\n'));
}

void requireEntry(const nlohmann::json& entry, std::size_t number, const fs::path& file) {
    const auto isText = [&](const char* key) { return entry.contains(key) && entry[key].is_string(); };
    const char* problem = nullptr;
    if (!entry.is_object())
        problem = "is no object";
    else if (!isText("directory") || !isText("file"))
        problem = "lacks 'directory' or 'file'";
    else if (!isText("command") && !(entry.contains("arguments") && entry["arguments"].is_array()))
        problem = "lacks 'command' or 'arguments'";
    if (problem)
        throw report::UserError(fmt::format("{}: entry {} {}", file.string(), number, problem));
}

/// Clang's reader prints what it dislikes over several lines; so the text is checked first.
void requireValidDatabase(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    in.peek(); // opening a folder succeeds, reading it does not
    if (!in.is_open() || in.bad())
        throw report::UserError(fmt::format("{}: cannot read it", file.string()));
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    try {
        const auto json = nlohmann::json::parse(text);
        if (!json.is_array())
            throw report::UserError(fmt::format("{}: expected a list of compile commands", file.string()));
        for (std::size_t i = 0; i < json.size(); ++i)
            requireEntry(json[i], i + 1, file);
    } catch (const nlohmann::json::parse_error& error) {
        throw report::UserError(fmt::format("{}:{}: not valid JSON; build the project's compile commands again",
                                            file.string(), lineOf(text, error.byte)));
    }
}

/// What the output is called does not change the unit; the same command for two targets is one unit.
std::string identity(const extract::CompileCommand& command) {
    std::string text = command.directory + '\0' + command.file;
    for (std::size_t i = 0; i < command.arguments.size(); ++i) {
        const auto& argument = command.arguments[i];
        if (argument == "-o" || argument == "-MF" || argument == "-MT" || argument == "-MQ")
            ++i;
        else
            text += '\0' + argument;
    }
    return text;
}

extract::CompileDatabase succeeded(extract::CompileDatabase database) {
    if (!database.error.empty())
        throw report::UserError(database.error);
    return database;
}

std::vector<extract::CompileCommand> readDatabase(const fs::path& file) {
    requireValidDatabase(file);
    auto database = succeeded(extract::loadCompileDatabase(file.string()));
    std::vector<extract::CompileCommand> commands;
    std::set<std::string> seen;
    for (auto& command : database.commands)
        if (seen.insert(identity(command)).second)
            commands.push_back(std::move(command));
    return commands;
}

bool hasGlob(const std::string& path) { return path.find_first_of("*?") != std::string::npos; }

/// A file is itself, a folder everything below it, a glob what it matches.
bool names(const std::string& path, const fs::path& file) {
    const auto wanted = normalized(path);
    if (hasGlob(path))
        return report::matchesGlob(wanted.string(), file.string());
    const auto relative = file.lexically_relative(wanted);
    return file == wanted || (!relative.empty() && *relative.begin() != "..");
}

void keepNamed(std::vector<extract::CompileCommand>& commands, const std::vector<std::string>& paths,
               const fs::path& database) {
    if (paths.empty())
        return;
    for (const auto& path : paths) {
        const auto isNamed = [&](const extract::CompileCommand& command) { return names(path, mainFile(command)); };
        if (std::any_of(commands.begin(), commands.end(), isNamed))
            continue;
        if (!hasGlob(path) && !fs::exists(path))
            throw report::UserError(fmt::format("{}: no such file or folder", path));
        throw report::UserError(fmt::format("{}: no translation unit of {} is there", path, database.string()));
    }
    std::erase_if(commands, [&](const extract::CompileCommand& command) {
        return std::none_of(paths.begin(), paths.end(),
                            [&](const std::string& path) { return names(path, mainFile(command)); });
    });
}

std::vector<extract::CompileCommand> commandsFor(const std::vector<std::string>& paths,
                                                 const std::vector<std::string>& flags) {
    std::vector<extract::CompileCommand> commands;
    for (const auto& path : paths) {
        if (!isFile(path))
            throw report::UserError(fmt::format("{}: no such file", path));
        const bool isC = fs::path(path).extension() == ".c";
        extract::CompileCommand command{
            fs::current_path().string(), normalized(path).string(), {isC ? "clang" : "clang++"}};
        command.arguments.insert(command.arguments.end(), flags.begin(), flags.end());
        command.arguments.push_back(command.file);
        commands.push_back(std::move(command));
    }
    return commands;
}

std::optional<fs::path> nearestWith(const fs::path& folder, const char* name) {
    for (auto at = folder;; at = at.parent_path()) {
        std::error_code ignored;
        if (fs::exists(at / name, ignored))
            return at;
        if (at == at.parent_path())
            return std::nullopt;
    }
}

fs::path commonFolder(const fs::path& a, const fs::path& b) {
    fs::path common;
    for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end() && *i == *j; ++i, ++j)
        common /= *i;
    return common;
}

/// The folder that contains all sources, and the one the compiler is started in where that lies above them: projects
/// compile from their root.
fs::path commonRoot(const std::vector<extract::CompileCommand>& commands) {
    auto sources = mainFile(commands.front()).parent_path();
    for (const auto& command : commands)
        sources = commonFolder(sources, mainFile(command).parent_path());
    const auto started = fs::path(commands.front().directory).lexically_normal();
    const bool isAbove = commonFolder(sources, started) == started && started != started.root_path();
    const bool isSame = std::ranges::all_of(
        commands, [&](const auto& command) { return fs::path(command.directory).lexically_normal() == started; });
    return isAbove && isSame ? started : sources;
}

} // namespace

fs::path projectRootOf(const std::vector<extract::CompileCommand>& commands) {
    if (commands.empty())
        return fs::current_path();
    const auto common = commonRoot(commands);
    for (const auto* name : {kConfigName, ".git"})
        for (const auto& folder : {common, mainFile(commands.front()).parent_path()})
            if (const auto found = nearestWith(folder, name))
                return *found;
    return common;
}

Units selectUnits(const UnitRequest& request) {
    Units units;
    if (request.flags) {
        if (request.paths.empty())
            throw report::UserError("flags behind -- need at least one source file in front of it");
        units.commands = commandsFor(request.paths, *request.flags);
        units.buildFolder = fs::current_path();
        units.projectRoot = projectRootOf(units.commands);
        return units;
    }
    const bool startsHere = request.paths.empty() || hasGlob(request.paths[0]);
    const auto build = request.buildFolder ? std::optional(request.buildFolder->string()) : std::nullopt;
    const fs::path database = succeeded(extract::locateCompileDatabase(build, startsHere ? "" : request.paths[0])).path;
    units.commands = readDatabase(database);
    units.buildFolder = database.parent_path();
    units.projectRoot = projectRootOf(units.commands); // before the selection: names must not depend on it
    keepNamed(units.commands, request.paths, database);
    return units;
}

} // namespace deadheat::pipeline
