// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/extract/command_line.h"

#include "analyzer/extract/clang_compat.h"

#include <clang/Driver/ToolChain.h>
#include <llvm/Option/ArgList.h>
#include <llvm/Option/OptTable.h>
#include <llvm/Support/Path.h>

#include <map>

namespace deadheat::extract {
namespace {

namespace opt = compat::options;

/// ccache and the like stand in front of the compiler's name.
std::size_t compilerPosition(const std::vector<std::string>& arguments) {
    static constexpr llvm::StringRef wrappers[] = {"ccache", "sccache", "distcc", "icecc", "gomacc", "buildcache"};
    std::size_t position = 0;
    while (position + 1 < arguments.size() && llvm::is_contained(wrappers, llvm::sys::path::stem(arguments[position])))
        ++position;
    return position;
}

/// Flags that write files, load code or turn warnings into errors: no business of a reader.
bool isUnwanted(const llvm::opt::Option& option) {
    switch (option.getID()) {
    case opt::OPT_o:
    case opt::OPT_c:
    case opt::OPT_S:
    case opt::OPT_E:
    case opt::OPT_fplugin_EQ:
    case opt::OPT_fplugin_arg:
    case opt::OPT_fpass_plugin_EQ:
    case opt::OPT_save_temps:
    case opt::OPT_save_temps_EQ:
    case opt::OPT__serialize_diags:
    case opt::OPT_pedantic_errors:
    case opt::OPT_ftime_trace:
    case opt::OPT_ftime_trace_EQ:
    case opt::OPT_v:
    case opt::OPT__HASH_HASH_HASH: return true;
    default: return option.matches(opt::OPT_M_Group);
    }
}

bool isWerror(llvm::StringRef text) { return text == "-Werror" || text.starts_with("-Werror="); }

std::string builtCompiler(llvm::StringRef invokedAs) {
    bool isCxx = invokedAs.contains("++");
    return std::string(DEADHEAT_CLANG_PREFIX) + (isCxx ? "/bin/clang++" : "/bin/clang");
}

/// The index of each argument that starts an option, with what to do about it.
enum class Fate { keep, unwanted, unknown };
std::map<unsigned, Fate> judge(llvm::ArrayRef<const char*> arguments) {
    unsigned missingIndex = 0, missingCount = 0;
    auto parsed = compat::driverOptions().ParseArgs(arguments, missingIndex, missingCount,
                                                    llvm::opt::Visibility(opt::ClangOption));
    std::map<unsigned, Fate> fates;
    for (const llvm::opt::Arg* arg : parsed) {
        Fate fate = Fate::keep;
        if (arg->getOption().getID() == opt::OPT_UNKNOWN)
            fate = Fate::unknown;
        else if (isUnwanted(arg->getOption()) || isWerror(arguments[arg->getIndex()]))
            fate = Fate::unwanted;
        fates.try_emplace(arg->getIndex(), fate);
    }
    if (missingCount > 0)
        fates.try_emplace(missingIndex, Fate::unknown);
    return fates;
}

} // namespace

CleanCommand cleanCommand(const CompileCommand& command) {
    CleanCommand clean;
    std::size_t compiler = command.arguments.empty() ? 0 : compilerPosition(command.arguments);
    std::string invokedAs = command.arguments.empty() ? "clang" : command.arguments[compiler];
    clean.arguments.push_back(builtCompiler(llvm::sys::path::filename(invokedAs)));
    auto mode = clang::driver::ToolChain::getTargetAndModeFromProgramName(invokedAs);
    if (mode.DriverMode)
        clean.arguments.push_back(mode.DriverMode);
    if (mode.TargetIsValid)
        clean.arguments.push_back("--target=" + mode.TargetPrefix);

    std::vector<const char*> raw;
    for (std::size_t i = compiler + 1; i < command.arguments.size(); ++i)
        raw.push_back(command.arguments[i].c_str());
    Fate current = Fate::keep;
    auto fates = judge(raw);
    for (unsigned i = 0; i < raw.size(); ++i) {
        if (auto fate = fates.find(i); fate != fates.end()) {
            current = fate->second;
            clean.dropped += current == Fate::unknown;
        }
        if (current == Fate::keep)
            clean.arguments.push_back(raw[i]);
    }
    // Before any "--" or input, and after the compiler: a later flag of the command must still win.
    clean.arguments.insert(clean.arguments.begin() + 1, "-fsyntax-only");
    return clean;
}

} // namespace deadheat::extract
