// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a subcommand is. Each lives in <name>_command.cpp and registers itself there; main.cpp has no list of them.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace deadheat::cli {

enum ExitCode : int {
    kClean = 0,    ///< nothing found
    kFindings = 1, ///< findings, or a program that failed
    kUsage = 2,    ///< bad options, configuration or input: report::UserError
    kInternal = 3, ///< a defect of Deadheat
};

/// What stands behind `--` on the command line. `given` tells an empty tail from none.
struct Tail {
    bool given = false;
    std::vector<std::string> arguments;
};

/// Runs the subcommand after its options were parsed; returns the exit code. Throws report::UserError.
using Action = std::function<int(const Tail& tail)>;

struct Command {
    std::string name, summary;
    std::function<Action(CLI::App& app)> configure; ///< adds the options
};

struct Registration {
    explicit Registration(Command command);
};

/// All subcommands, sorted by name.
const std::vector<Command>& commands();

} // namespace deadheat::cli
