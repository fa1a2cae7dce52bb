// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/pipeline/diagnostics.h"

#include <algorithm>
#include <fmt/format.h>

namespace deadheat::pipeline {

namespace {

bool isError(const ir::Diagnostic& diagnostic) { return !diagnostic.lostFunction; }

report::Location locationOf(const ir::Module& module, const ir::Range& range) {
    if (range.file == ir::kNone)
        return {module.source, 0, 0, 0, 0};
    return {module.files[range.file], range.line, range.column, range.endLine, range.endColumn};
}

} // namespace

bool hasErrors(const ir::Module& module) {
    return std::any_of(module.diagnostics.begin(), module.diagnostics.end(), isError);
}

std::vector<report::Notification> notificationsOf(const ir::Module& module) {
    std::vector<report::Notification> notes;
    const auto& all = module.diagnostics;
    const auto first = std::find_if(all.begin(), all.end(), isError);
    if (first != all.end()) {
        const auto others = std::count_if(all.begin(), all.end(), isError) - 1;
        const auto more = others == 0 ? std::string() : fmt::format(" (and {} more)", others);
        notes.push_back({fmt::format("{}{}; {} is analysed as far as it parses", first->message, more, module.source),
                         locationOf(module, first->range)});
    }
    for (const auto& diagnostic : all)
        if (diagnostic.lostFunction)
            notes.push_back({diagnostic.message, locationOf(module, diagnostic.range)});
    return notes;
}

} // namespace deadheat::pipeline
