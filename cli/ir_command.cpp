// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// deadheat ir: a module as text.
#include "analyzer/pipeline/modules.h"
#include "cli/command.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <memory>

namespace deadheat::cli {

namespace {

Action configure(CLI::App& app) {
    auto file = std::make_shared<std::string>();
    app.add_option("module", *file, "Module (.dhir)")->required();
    return [file](const Tail&) -> int {
        fmt::print("{}", pipeline::moduleText(*file));
        return kClean;
    };
}

const Registration kRegistration{{"ir", "Print a module as text", configure}};

} // namespace

} // namespace deadheat::cli
