// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// deadheat demo: the workshop's programs. `run` hands over to `deadheat explore` with the strategy and seed of demo.json, and
// prints that command, so that a reader can vary it.
#include "cli/command.h"
#include "report/user_error.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace deadheat::cli {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct Demo {
    std::string name;
    Json info;
};

/// In a build tree the demos lie beside the command; an installed one has them in lib/deadheat.
fs::path demoFolder() {
    const auto own = fs::read_symlink("/proc/self/exe").parent_path();
    for (const auto& folder : {own / "demos", own / ".." / "lib" / "deadheat" / "demos"})
        if (fs::is_directory(folder))
            return folder.lexically_normal();
    throw report::UserError(
        fmt::format("{}: no demos beside the command; build Deadheat with DEADHEAT_BUILD_DEMOS=ON", own.string()));
}

std::vector<Demo> readDemos(const fs::path& folder) {
    std::vector<Demo> demos;
    for (const auto& entry : fs::directory_iterator(folder)) {
        std::ifstream in(entry.path() / "demo.json");
        if (in)
            demos.push_back({entry.path().filename().string(), Json::parse(in)});
    }
    std::sort(demos.begin(), demos.end(), [](const Demo& a, const Demo& b) { return a.name < b.name; });
    return demos;
}

std::string variantsOf(const Demo& demo) {
    std::string list;
    for (const auto& [variant, unused] : demo.info["variants"].items())
        list += (list.empty() ? "" : ", ") + variant;
    return list;
}

int listDemos() {
    for (const auto& demo : readDemos(demoFolder()))
        fmt::print("{:<12} {} ({})\n{:<12} {}\n", demo.name, demo.info["title"].get<std::string>(), variantsOf(demo),
                   "", demo.info["story"].get<std::string>());
    return kClean;
}

struct RunOptions {
    std::string name, variant = "thread";
    bool fixed = false;
};

std::vector<std::string> exploreCommand(const Json& explore, const fs::path& program) {
    return {"deadheat",    "explore",
            "--strategy",  explore["strategy"].get<std::string>(),
            "--seed",      std::to_string(explore["seed"].get<std::uint64_t>()),
            "--schedules", std::to_string(explore["schedules"].get<std::uint64_t>()),
            "--",          program.string()};
}

[[noreturn]] void becomeCommand(std::vector<std::string> arguments) {
    std::vector<char*> pointers;
    for (auto& argument : arguments)
        pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    ::execv("/proc/self/exe", pointers.data());
    throw std::runtime_error(fmt::format("cannot start deadheat explore: {}", std::strerror(errno)));
}

int runDemo(const RunOptions& options) {
    const auto folder = demoFolder();
    const auto demos = readDemos(folder);
    const auto demo =
        std::find_if(demos.begin(), demos.end(), [&](const Demo& item) { return item.name == options.name; });
    if (demo == demos.end())
        throw report::UserError(fmt::format("no demo is called '{}'; deadheat demo list shows them", options.name));
    if (!demo->info["variants"].contains(options.variant))
        throw report::UserError(
            fmt::format("demo '{}' has no variant '{}'; it has {}", options.name, options.variant, variantsOf(*demo)));
    const auto program = folder / demo->name / fmt::format("{}_{}", options.variant, options.fixed ? "fixed" : "buggy");
    if (!fs::exists(program))
        throw report::UserError(fmt::format("{}: not built", program.string()));
    const auto command = exploreCommand(demo->info["variants"][options.variant]["explore"], program);
    fmt::print("{}\n$ {}\n", demo->info["story"].get<std::string>(), fmt::join(command, " "));
    std::fflush(stdout);
    becomeCommand(command);
}

Action configure(CLI::App& app) {
    auto options = std::make_shared<RunOptions>();
    app.require_subcommand(1);
    auto* list = app.add_subcommand("list", "List the demos");
    auto* run = app.add_subcommand("run", "Run a demo under the scheduler");
    run->add_option("name", options->name, "Which demo")->required();
    run->add_option("--variant", options->variant, "thread (default), process or pool");
    run->add_flag("--fixed", options->fixed, "The program without the bug");
    return [options, list](const Tail&) { return list->parsed() ? listDemos() : runDemo(*options); };
}

const Registration kRegistration{{"demo", "List and run the workshop's demos", configure}};

} // namespace

} // namespace deadheat::cli
