// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// deadheat extract: one translation unit to one module, as a build action with a dependency file.
#include "analyzer/extract/extract.h"
#include "analyzer/ir/binary.h"
#include "analyzer/pipeline/project_api.h"
#include "analyzer/pipeline/units.h"
#include "cli/command.h"
#include "cli/files.h"
#include "report/user_error.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <memory>

namespace deadheat::cli {

namespace {

struct ExtractOptions {
    std::string file, output, depfile, buildFolder, configFile;
};

/// A make rule: blanks, `#` and `$` in names are escaped as make and ninja expect.
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

int extractUnit(const ExtractOptions& options, const Tail& tail) {
    pipeline::UnitRequest request;
    request.paths = {options.file};
    if (!options.buildFolder.empty())
        request.buildFolder = options.buildFolder;
    if (tail.given)
        request.flags = tail.arguments;
    const auto units = pipeline::selectUnits(request);
    if (units.commands.size() != 1)
        throw report::UserError(fmt::format("{}: names {} translation units; extract takes one", options.file, units.commands.size()));
    requireWritable(options.output);
    const auto api = pipeline::projectApi(options.configFile, units.projectRoot);

    extract::Options extraction;
    extraction.projectRoot = units.projectRoot.string();
    extraction.api = &api;
    const auto result = extract::extract(units.commands[0], extraction);
    if (!result.fatal.empty())
        throw report::UserError(fmt::format("{}: {}", options.file, result.fatal));
    for (const auto& diagnostic : result.module.diagnostics)
        fmt::print(stderr, "{}: warning: {}\n", result.module.source, diagnostic.message);
    ir::writeFile(result.module, options.output);
    if (!options.depfile.empty())
        writeOutput(options.depfile, depfileText(options.output, result.filesRead));
    return kClean;
}

Action configure(CLI::App& app) {
    auto options = std::make_shared<ExtractOptions>();
    app.add_option("file", options->file, "Source file of the unit")->required();
    app.add_option("-o,--output", options->output, "Module to write (.dhir)")->required();
    app.add_option("--depfile", options->depfile, "Also write what the module depends on, as a make rule");
    app.add_option("-p", options->buildFolder, "Folder with compile_commands.json");
    app.add_option("--config", options->configFile, "Configuration file with additions to the API table");
    app.footer("Flags behind -- replace the database: deadheat extract a.cpp -o a.dhir -- -std=c++20");
    return [options](const Tail& tail) { return extractUnit(*options, tail); };
}

const Registration kRegistration{{"extract", "Read one translation unit into a module", configure}};

} // namespace

} // namespace deadheat::cli
