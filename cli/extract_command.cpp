// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// deadheat extract: one translation unit to one module, as a build action with a dependency file.
#include "analyzer/pipeline/modules.h"
#include "cli/analysis_options.h"
#include "cli/command.h"
#include "cli/files.h"

#include <CLI/CLI.hpp>
#include <memory>

namespace deadheat::cli {

namespace {

struct ExtractOptions {
    pipeline::ModuleRequest request;
    std::string file, buildFolder;
};

int extractUnit(const ExtractOptions& options, const Tail& tail) {
    auto request = options.request;
    request.unit.paths = {options.file};
    if (!options.buildFolder.empty())
        request.unit.buildFolder = options.buildFolder;
    if (tail.given)
        request.unit.flags = tail.arguments;
    requireWritable(request.output);
    printNotifications(pipeline::writeModule(request));
    return kClean;
}

Action configure(CLI::App& app) {
    auto options = std::make_shared<ExtractOptions>();
    app.add_option("file", options->file, "Source file of the unit")->required();
    app.add_option("-o,--output", options->request.output, "Module to write (.dhir)")->required();
    app.add_option("--depfile", options->request.depfile, "Also write what the module depends on, as a make rule");
    app.add_option("-p", options->buildFolder, "Folder with compile_commands.json");
    app.add_option("--config", options->request.configFile, "Configuration file with additions to the API table");
    app.footer("Flags behind -- replace the database: deadheat extract a.cpp -o a.dhir -- -std=c++20");
    return [options](const Tail& tail) { return extractUnit(*options, tail); };
}

const Registration kRegistration{{"extract", "Read one translation unit into a module", configure}};

} // namespace

} // namespace deadheat::cli
