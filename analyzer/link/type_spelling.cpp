// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/type_spelling.h"

namespace deadheat::link {

std::string_view withoutQualifiers(std::string_view text) {
    constexpr std::string_view kConst = "const", kVolatile = "volatile";
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
        else if (text.ends_with(" volatile") || text.ends_with("*volatile"))
            text.remove_suffix(kVolatile.size());
        else
            return text;
    }
}

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

std::string_view simpleName(std::string_view text) {
    text = text.substr(0, text.find('<'));
    const std::size_t at = text.rfind("::");
    return at == std::string_view::npos ? text : text.substr(at + 2);
}

std::optional<std::string_view> pointee(std::string_view text) {
    if (!text.ends_with('*') && !text.ends_with('&'))
        return std::nullopt;
    text.remove_suffix(text.ends_with("&&") ? 2 : 1);
    return withoutQualifiers(text);
}

std::optional<std::string> arrayElement(std::string_view text) {
    if (!text.ends_with(']'))
        return std::nullopt;
    // The first bracket of the group at the end belongs to the first subscript.
    std::size_t open = text.size();
    while (open > 0 && text[open - 1] == ']')
        open = text.rfind('[', open - 1);
    const std::size_t close = text.find(']', open);
    return std::string(withoutQualifiers(text.substr(0, open))) + std::string(text.substr(close + 1));
}

} // namespace deadheat::link
