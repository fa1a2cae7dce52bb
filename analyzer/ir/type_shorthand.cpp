// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/ir/type_shorthand.h"

#include "analyzer/ir/text_words.h"

#include <charconv>

namespace deadheat::ir::text {

namespace {

struct ScalarSize {
    std::string_view spelling;
    std::uint64_t size;
};

constexpr ScalarSize kScalars[] = {
    {"bool", 1},
    {"char", 1},
    {"signed char", 1},
    {"unsigned char", 1},
    {"short", 2},
    {"unsigned short", 2},
    {"int", 4},
    {"unsigned", 4},
    {"unsigned int", 4},
    {"long", 8},
    {"unsigned long", 8},
    {"long long", 8},
    {"unsigned long long", 8},
    {"float", 4},
    {"double", 8},
    {"size_t", 8},
    {"int8_t", 1},
    {"uint8_t", 1},
    {"int16_t", 2},
    {"uint16_t", 2},
    {"int32_t", 4},
    {"uint32_t", 4},
    {"int64_t", 8},
    {"uint64_t", 8},
};

constexpr std::uint64_t kPointerSize = 8;

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

bool stripPrefix(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix))
        return false;
    text = trim(text.substr(prefix.size()));
    return true;
}

/// `container<Bank>`, `smartPointer<Bank>`: a kind with the record it leads to. Plain `mutex`: a kind alone.
std::optional<Type> kindFromSpelling(std::string_view spelling, const RecordLookup& records) {
    const auto open = spelling.find('<');
    const auto kind = fromWord<TypeKind>(spelling.substr(0, open));
    if (!kind)
        return std::nullopt;
    Type type;
    type.kind = *kind;
    if (open != std::string_view::npos && spelling.back() == '>') {
        auto argument = trim(spelling.substr(open + 1, spelling.size() - open - 2));
        while (!argument.empty() && argument.back() == '*')
            argument = trim(argument.substr(0, argument.size() - 1));
        type.record = records(argument).value_or("");
    }
    return type;
}

std::optional<Type> baseType(std::string_view spelling, const RecordLookup& records) {
    Type type;
    for (const auto& scalar : kScalars)
        if (scalar.spelling == spelling) {
            type.kind = TypeKind::scalar;
            type.size = scalar.size;
            return type;
        }
    if (auto record = records(spelling)) {
        type.kind = TypeKind::record;
        type.record = *record;
        return type;
    }
    return kindFromSpelling(spelling, records);
}

/// `T*` and `T&`: what they lead to matters as far as its record and its constness go.
std::optional<Type> indirection(TypeKind kind, std::string_view target, const RecordLookup& records) {
    auto type = typeFromSpelling(target, records);
    if (!type)
        return std::nullopt;
    type->kind = kind;
    type->size = kPointerSize;
    return type;
}

std::optional<Type> array(std::string_view spelling, const RecordLookup& records) {
    const auto open = spelling.rfind('[');
    if (open == std::string_view::npos)
        return std::nullopt;
    auto type = typeFromSpelling(spelling.substr(0, open), records);
    if (!type)
        return std::nullopt;
    std::uint64_t count = 0;
    std::from_chars(spelling.data() + open + 1, spelling.data() + spelling.size() - 1, count);
    type->kind = TypeKind::array;
    type->size *= count;
    return type;
}

} // namespace

std::optional<Type> typeFromSpelling(std::string_view spelling, const RecordLookup& records) {
    auto rest = trim(spelling);
    if (rest.empty())
        return std::nullopt;
    std::optional<Type> type;
    if (rest.back() == '*' || rest.back() == '&') {
        type = indirection(rest.back() == '*' ? TypeKind::pointer : TypeKind::reference,
                           rest.substr(0, rest.size() - 1), records);
    } else if (rest.back() == ']') {
        type = array(rest, records);
    } else {
        const bool isConst = stripPrefix(rest, "const ");
        const bool isVolatile = stripPrefix(rest, "volatile ");
        type = baseType(rest, records);
        if (type) {
            type->isConst = isConst;
            type->isVolatile = isVolatile;
        }
    }
    if (type)
        type->spelling = std::string(trim(spelling));
    return type;
}

} // namespace deadheat::ir::text
