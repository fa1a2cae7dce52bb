// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/programs.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <unordered_map>

namespace deadheat::link {

namespace {

using Place = std::tuple<std::string, std::uint32_t, std::uint32_t>;

Place placeOf(const ir::Module& module, const ir::Range& range) {
    return {range.file == ir::kNone ? std::string() : module.files[range.file], range.line, range.column};
}

bool hasMain(const ir::Module& module) { return std::ranges::any_of(module.functions, &ir::Function::isMain); }

/// The first definition of each name; tells whether another one is the same entity (a header's inline function).
class Definitions {
public:
    bool clashes(const std::string& usr, Place place) {
        auto [entry, isNew] = first_.try_emplace(usr, place);
        return !isNew && entry->second != place;
    }

private:
    std::unordered_map<std::string, Place> first_;
};

void renameFunction(ir::Module& module, ir::Function& function, const std::string& name) {
    std::ranges::replace(module.symbols, function.usr, name);
    function.usr = name;
}

} // namespace

void keepProgramsApart(std::vector<ir::Module>& modules) {
    Definitions functions, globals;
    for (ir::Module& module : modules) {
        const bool isProgram = hasMain(module);
        for (ir::Function& function : module.functions)
            if (!function.blocks.empty() && !function.isInternal && function.name != "<init>" &&
                functions.clashes(function.usr, placeOf(module, function.range)))
                renameFunction(module, function, function.usr + "@" + module.source);
        for (ir::Global& global : module.globals) {
            const bool ownSource = global.range.file != ir::kNone && module.files[global.range.file] == module.source;
            if (isProgram && ownSource && !global.isInternal &&
                globals.clashes(global.usr, placeOf(module, global.range)))
                global.usr += "@" + module.source;
        }
    }
}

} // namespace deadheat::link
