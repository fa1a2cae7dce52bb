// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/pipeline/modules.h"

#include "analyzer/extract/extract.h"
#include "analyzer/ir/binary.h"
#include "analyzer/ir/text.h"
#include "analyzer/pipeline/diagnostics.h"
#include "analyzer/pipeline/project_api.h"
#include "report/user_error.h"

#include <fmt/format.h>
#include <fstream>

namespace deadheat::pipeline {

namespace {

extract::Result extractOne(const ModuleRequest& request) {
    const auto units = selectUnits(request.unit);
    const auto& path = request.unit.paths.at(0);
    if (units.commands.size() != 1)
        throw report::UserError(
            fmt::format("{}: names {} translation units; extract takes one", path, units.commands.size()));
    const auto api = projectApi(projectConfig(request.configFile, units.projectRoot));
    extract::Options options;
    options.projectRoot = units.projectRoot.string();
    options.api = &api;
    auto result = extract::extract(units.commands[0], options);
    if (!result.fatal.empty())
        throw report::UserError(fmt::format("{}: {}", path, result.fatal));
    return result;
}

} // namespace

std::string depfileText(const std::string& target, const std::vector<std::string>& inputs) {
    const auto escaped = [](const std::string& name) {
        std::string out;
        for (const char c : name)
            out += c == '$' ? "$$" : c == ' ' || c == '#' ? fmt::format("\\{}", c) : std::string(1, c);
        return out;
    };
    std::string text = escaped(target) + ":";
    for (const auto& input : inputs)
        text += " \\\n  " + escaped(input);
    return text + "\n";
}

std::vector<report::Notification> writeModule(const ModuleRequest& request) {
    const auto result = extractOne(request);
    try {
        ir::writeFile(result.module, request.output);
    } catch (const ir::FormatError& error) {
        throw report::UserError(error.what());
    }
    if (!request.depfile.empty()) {
        std::ofstream out(request.depfile);
        out << depfileText(request.output, result.filesRead);
        out.close();
        if (!out)
            throw report::UserError(fmt::format("{}: cannot write the dependencies", request.depfile));
    }
    return notificationsOf(result.module);
}

LoadedModules readModules(const std::vector<std::string>& files) {
    LoadedModules loaded;
    try {
        for (const auto& file : files)
            loaded.modules.push_back(ir::readFile(file));
    } catch (const ir::FormatError& error) {
        throw report::UserError(error.what());
    }
    for (const auto& module : loaded.modules) {
        loaded.withErrors += hasErrors(module) ? 1 : 0;
        for (auto& note : notificationsOf(module))
            loaded.notifications.push_back(std::move(note));
    }
    return loaded;
}

std::string moduleText(const std::filesystem::path& file) {
    try {
        return ir::print(ir::readFile(file));
    } catch (const ir::FormatError& error) {
        throw report::UserError(error.what());
    }
}

} // namespace deadheat::pipeline
