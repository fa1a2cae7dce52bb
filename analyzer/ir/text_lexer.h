// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads one line of the text form, token by token. Knows names, strings and numbers, not the grammar.
#pragma once

#include "analyzer/ir/format_error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace deadheat::ir::text {

/// A name as it stands in the text. A quoted one is exact (a USR); a plain one is looked up by name first.
struct Name {
    std::string text;
    bool quoted = false;
};

/// Whether `name` may stand unquoted: letters, digits, `_`, `$`, `~`, `::` and balanced `<` `>` without blanks.
bool isPlainName(std::string_view name);

/// The name as it is to be written: plain when it can be, else quoted.
std::string quoteIfNeeded(std::string_view name);
std::string quote(std::string_view text);

class Cursor {
public:
    Cursor(std::string_view text, unsigned line) : text_(text), line_(line) { skipBlanks(); }

    bool atEnd() const { return position_ == text_.size(); }
    char peek() const { return atEnd() ? '\0' : text_[position_]; }
    std::string_view rest() const { return text_.substr(position_); }
    unsigned line() const { return line_; }

    /// Consumes `symbol` when it comes next.
    bool accept(std::string_view symbol);
    void expect(std::string_view symbol);

    /// The plain name that comes next, not consumed; empty when there is none.
    std::string_view peekWord() const;
    /// Whether a lone `:` comes next, not a name such as `::g`.
    bool atColon() const { return peek() == ':' && peekWord().empty(); }
    bool acceptWord(std::string_view word);

    std::optional<Name> name();
    Name expectName(std::string_view what);
    std::optional<std::int64_t> number();
    std::uint32_t expectIndex();

    /// Consumes up to the next character of `stops` that is not nested in brackets.
    std::string_view until(std::string_view stops);

    [[noreturn]] void fail(const std::string& message) const { throw FormatError(message, line_); }

    std::size_t position() const { return position_; }
    void rewind(std::size_t position) { position_ = position; }
    /// Moves on without skipping blanks afterwards; `next` is for tokens whose parts touch, such as ranges.
    void advance(std::size_t count) { position_ += count; }
    void skipBlanks();

private:
    std::string quoted();

    std::string_view text_;
    std::size_t position_ = 0;
    unsigned line_;
};

} // namespace deadheat::ir::text
