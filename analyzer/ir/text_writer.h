// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes the parts that all entities share: places, values, ranges, flags. Keeps the file that `@line:column` refers to.
#pragma once

#include "analyzer/ir/text_names.h"
#include "analyzer/ir/text_words.h"

#include <string>

namespace deadheat::ir::text {

class Writer {
public:
    explicit Writer(const Module& m) : module(m), names(m) {}

    std::string place(const Place& place, const Function& scope) const;
    /// `asAddress`: the position is one where a bare place means its address.
    std::string value(const Value& value, const Function& scope, bool asAddress) const;
    /// " @8:10", or nothing for an absent range.
    std::string range(const Range& range);
    /// " : T", or nothing for no type.
    std::string typed(Index type) const { return type == kNone ? "" : " : " + names.type(type); }
    std::string access(Access access) const;

    template <typename Struct>
    static std::string flags(const Struct& value, std::span<const FlagWord<Struct>> words,
                             const Struct& defaults = {}) {
        std::string out;
        for (const auto& entry : words)
            if (value.*entry.member != defaults.*entry.member)
                out.append(value.*entry.member ? " " : " not ").append(entry.word);
        return out;
    }

    const Module& module;
    const Names names;

private:
    std::string step(const std::vector<Step>& steps, std::size_t& at, const Function& scope) const;

    bool started_ = false; ///< whether a range was written; before, the module's source is the current file
    std::string currentFile_;
};

/// The function's lines, header included.
std::string writeFunction(Writer& writer, const Function& function);

} // namespace deadheat::ir::text
