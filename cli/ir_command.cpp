// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// deadheat ir: a module as text.
#include "analyzer/ir/binary.h"
#include "analyzer/ir/text.h"
#include "cli/command.h"
#include "report/user_error.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <memory>

namespace deadheat::cli {

namespace {

Action configure(CLI::App& app) {
    auto file = std::make_shared<std::string>();
    app.add_option("module", *file, "Module (.dhir)")->required();
    return [file](const Tail&) {
        try {
            fmt::print("{}", ir::print(ir::readFile(*file)));
        } catch (const ir::FormatError& error) {
            throw report::UserError(error.what());
        }
        return static_cast<int>(kClean);
    };
}

const Registration kRegistration{{"ir", "Print a module as text", configure}};

} // namespace

} // namespace deadheat::cli
