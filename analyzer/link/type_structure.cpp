// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/type_structure.h"

#include <vector>

namespace deadheat::link {
namespace {

constexpr std::string_view kConst = "const", kVolatile = "volatile";

std::string_view withoutQualifiers(std::string_view text) {
    for (;;) {
        while (text.ends_with(' '))
            text.remove_suffix(1);
        while (text.starts_with(' '))
            text.remove_prefix(1);
        if (text.starts_with("const "))
            text.remove_prefix(kConst.size());
        else if (text.starts_with("volatile "))
            text.remove_prefix(kVolatile.size());
        else if (text.ends_with(" const") || text.ends_with("*const"))
            text.remove_suffix(kConst.size());
        else if (text.ends_with(" volatile"))
            text.remove_suffix(kVolatile.size());
        else
            return text;
    }
}

/// The arguments of the outermost template, `a` and `b` of `ns::X<a, b>`.
std::vector<std::string_view> templateArguments(std::string_view text) {
    std::vector<std::string_view> result;
    const std::size_t open = text.find('<');
    if (open == std::string_view::npos || !text.ends_with('>'))
        return result;
    text = text.substr(open + 1, text.size() - open - 2);
    std::size_t begin = 0;
    int depth = 0;
    for (std::size_t at = 0; at <= text.size(); ++at) {
        if (at == text.size() || (text[at] == ',' && depth == 0)) {
            result.push_back(text.substr(begin, at - begin));
            begin = at + 1;
        } else {
            depth += (text[at] == '<' || text[at] == '(') - (text[at] == '>' || text[at] == ')');
        }
    }
    return result;
}

/// `X` of `ns::X<int>`.
std::string_view simpleName(std::string_view text) {
    text = text.substr(0, text.find('<'));
    const std::size_t at = text.rfind("::");
    return at == std::string_view::npos ? text : text.substr(at + 2);
}

} // namespace

TypeStructure::TypeStructure(const ir::Module& code) : code_(code) {
    for (ir::Index id = 0; id < code.types.size(); ++id)
        bySpelling_.try_emplace(withoutQualifiers(code.types[id].spelling), id);
    for (const ir::Record& record : code.records)
        recordNames_.try_emplace(record.usr, record.name);
}

bool TypeStructure::namesRecord(std::string_view spelling, const std::string& record) const {
    spelling = withoutQualifiers(spelling);
    if (const auto at = bySpelling_.find(spelling); at != bySpelling_.end())
        return code_.types[at->second].kind == ir::TypeKind::record;
    if (spelling.ends_with('*') || spelling.ends_with('&') || spelling.ends_with(']'))
        return false;
    if (spelling.find('<') == std::string_view::npos)
        return true; // a record or a name for it; a name for something else would be in the table
    const auto name = recordNames_.find(record);
    return name != recordNames_.end() && simpleName(name->second) == simpleName(spelling);
}

bool TypeStructure::innerIsRecord(ir::Index index) const {
    const ir::Type& type = code_.types[index];
    std::string_view spelling = withoutQualifiers(type.spelling);
    if (spelling.ends_with(']')) {
        const std::size_t open = spelling.find('[');
        return namesRecord(spelling.substr(0, open), type.record);
    }
    if (spelling.ends_with('*') || spelling.ends_with('&')) {
        spelling.remove_suffix(spelling.ends_with("&&") ? 2 : 1);
        return namesRecord(spelling, type.record);
    }
    const std::vector<std::string_view> arguments = templateArguments(spelling);
    for (const std::string_view argument : arguments)
        if (argument.find(simpleName(recordNames_.contains(type.record) ? recordNames_.at(type.record) : "")) !=
                std::string_view::npos &&
            namesRecord(argument, type.record))
            return true;
    return arguments.empty(); // the name of a pointer or container type: most lead to the record itself
}

} // namespace deadheat::link
