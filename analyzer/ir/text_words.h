// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The vocabulary of the text form: every enumerator and every flag has one word. Printer and parser read the same tables.
#pragma once

#include "analyzer/ir/ir.h"

#include <optional>
#include <span>
#include <string_view>

namespace deadheat::ir::text {

template <typename Enum>
struct EnumWord {
    Enum value;
    std::string_view word;
};

template <typename Struct>
struct FlagWord {
    bool Struct::* member;
    std::string_view word;
};

/// The words of an enumeration; specialised for each one that appears in the text.
template <typename Enum>
std::span<const EnumWord<Enum>> wordsOf();
template <>
std::span<const EnumWord<Op>> wordsOf();
template <>
std::span<const EnumWord<TypeKind>> wordsOf();
template <>
std::span<const EnumWord<Access>> wordsOf();
template <>
std::span<const EnumWord<MemoryOrder>> wordsOf();
template <>
std::span<const EnumWord<SpawnKind>> wordsOf();
template <>
std::span<const EnumWord<Success>> wordsOf();
template <>
std::span<const EnumWord<EdgeKind>> wordsOf();
template <>
std::span<const EnumWord<Compare>> wordsOf();

std::span<const FlagWord<InstrFlags>> instrFlagWords();
std::span<const FlagWord<Function>> functionFlagWords();
std::span<const FlagWord<Global>> globalFlagWords();
std::span<const FlagWord<Field>> fieldFlagWords();
std::span<const FlagWord<Record>> recordFlagWords();
std::span<const FlagWord<Type>> typeFlagWords();

/// How many of an operation's first operands are addresses: there a bare place stands for its address.
std::size_t addressOperands(Op op);

template <typename Enum>
std::string_view wordOf(Enum value) {
    for (const auto& entry : wordsOf<Enum>())
        if (entry.value == value)
            return entry.word;
    return "?";
}

template <typename Enum>
std::optional<Enum> fromWord(std::string_view word) {
    for (const auto& entry : wordsOf<Enum>())
        if (entry.word == word)
            return entry.value;
    return std::nullopt;
}

/// Sets the flag named by `word`; false when there is none.
template <typename Struct>
bool setFlag(Struct& target, std::span<const FlagWord<Struct>> words, std::string_view word) {
    for (const auto& entry : words)
        if (entry.word == word) {
            target.*entry.member = true;
            return true;
        }
    return false;
}

} // namespace deadheat::ir::text
