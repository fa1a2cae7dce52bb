// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The `deadheat` command: chooses the subcommand, turns errors into one line and an exit code. Nothing else.
#include "cli/command.h"
#include "report/user_error.h"

#include "deadheat_version.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <fmt/format.h>

namespace {

using namespace deadheat;

/// CLI11's messages may have several lines; ours have one.
int usageError(std::string message) {
    std::replace(message.begin(), message.end(), '\n', ' ');
    while (message.ends_with(' '))
        message.pop_back();
    fmt::print(stderr, "deadheat: {} (see deadheat --help)\n", message);
    return cli::kUsage;
}

cli::Tail splitTail(std::vector<std::string>& arguments) {
    cli::Tail tail;
    const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
    if (dashes != arguments.end()) {
        tail.given = true;
        tail.arguments.assign(dashes + 1, arguments.end());
        arguments.erase(dashes, arguments.end());
    }
    return tail;
}

int run(std::vector<std::string> arguments) {
    CLI::App app("Finds, replays and explains concurrency bugs in C and C++ programs.", "deadheat");
    app.set_version_flag("--version", fmt::format("deadheat {}", report::kVersion));
    app.require_subcommand(1);
    std::vector<std::pair<CLI::App*, cli::Action>> actions;
    for (const auto& command : cli::commands()) {
        auto* subcommand = app.add_subcommand(command.name, command.summary);
        actions.emplace_back(subcommand, command.configure(*subcommand));
    }
    const auto tail = splitTail(arguments);
    const auto isCommand = [&](const std::string& name) {
        return std::any_of(actions.begin(), actions.end(),
                           [&](const auto& entry) { return entry.first->get_name() == name; });
    };
    if (!arguments.empty() && !arguments[0].starts_with('-') && !isCommand(arguments[0]))
        return usageError(fmt::format("there is no command '{}'", arguments[0]));
    std::reverse(arguments.begin(), arguments.end()); // as CLI11 wants a vector
    try {
        app.parse(arguments);
    } catch (const CLI::Success& wanted) { // --help, --version
        return app.exit(wanted);
    } catch (const CLI::ParseError& error) {
        return usageError(error.what());
    }
    for (const auto& [subcommand, action] : actions)
        if (subcommand->parsed())
            return action(tail);
    return cli::kUsage;
}

} // namespace

int main(int argc, char** argv) {
    try {
        return run({argv + 1, argv + argc});
    } catch (const report::UserError& error) {
        fmt::print(stderr, "deadheat: {}\n", error.what());
        return cli::kUsage;
    } catch (const std::exception& error) {
        fmt::print(stderr, "deadheat: internal error: {}\n", error.what());
        return cli::kInternal;
    }
}
