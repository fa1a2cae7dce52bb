// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/ir/text_writer.h"

#include <fmt/format.h>

namespace deadheat::ir::text {

std::string Writer::step(const std::vector<Step>& steps, std::size_t& at, const Function& scope) const {
    const Step& step = steps[at];
    switch (step.kind) {
    case StepKind::field: return "." + names.field(step.index);
    case StepKind::element: return "[*]";
    case StepKind::constant: return fmt::format("[{}]", step.index);
    case StepKind::variable: return fmt::format("[{}]", names.local(step.index, scope));
    case StepKind::deref: break;
    }
    ++at; // a dereference followed by a field
    return "->" + names.field(steps[at].index);
}

std::string Writer::place(const Place& place, const Function& scope) const {
    std::string text =
        place.root == RootKind::local ? names.local(place.index, scope) : names.global(place.index, &scope);
    bool starred = false;
    for (std::size_t i = 0; i < place.steps.size(); ++i) {
        const bool arrow = i + 1 < place.steps.size() && place.steps[i + 1].kind == StepKind::field;
        if (place.steps[i].kind == StepKind::deref && !arrow) {
            text.insert(0, "*");
            starred = true;
            continue;
        }
        if (starred)
            text = "(" + text + ")";
        starred = false;
        text += step(place.steps, i, scope);
    }
    return text;
}

std::string Writer::value(const Value& value, const Function& scope, bool asAddress) const {
    switch (value.kind) {
    case ValueKind::unknown: return "?";
    case ValueKind::null: return "null";
    case ValueKind::constant: return fmt::format("#{}", value.number);
    case ValueKind::string: return "\"\"";
    case ValueKind::load: return (asAddress ? "load " : "") + place(value.place, scope);
    case ValueKind::address: return (asAddress ? "" : "&") + place(value.place, scope);
    case ValueKind::function: return "@" + names.symbol(value.symbol);
    case ValueKind::method: return "@*" + names.symbol(value.symbol);
    }
    return "?";
}

std::string Writer::range(const Range& range) {
    if (range == Range{})
        return "";
    std::string out = " @";
    const auto file = names.file(range.file);
    const bool current = started_ ? file == currentFile_
                                  : range.file != kNone && module.files[range.file] == module.source && file[0] != '$';
    if (!current)
        out += file + ":";
    started_ = true;
    currentFile_ = file;
    out += fmt::format("{}:{}", range.line, range.column);
    if (range.endLine == range.line && range.line != 0)
        out += fmt::format("-{}", range.endColumn);
    else if (range.endLine != 0 || range.endColumn != 0)
        out += fmt::format("-{}:{}", range.endLine, range.endColumn);
    if (range.macro != kNone)
        out += fmt::format("^{}", range.macro);
    return out;
}

std::string Writer::access(Access access) const {
    return access == Access::none ? "" : fmt::format(" {}", wordOf(access));
}

} // namespace deadheat::ir::text
