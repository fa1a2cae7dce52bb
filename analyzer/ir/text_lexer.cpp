// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/ir/text_lexer.h"

#include <cctype>
#include <charconv>
#include <fmt/format.h>

namespace deadheat::ir::text {

namespace {

bool isNameStart(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || c == '~'; }
bool isNamePart(char c) { return isNameStart(c) || c == '$' || std::isdigit(static_cast<unsigned char>(c)); }

/// Length of the plain name at the start of `text`; 0 when there is none. A `>` belongs to the name only when it closes a
/// `<` of the same name, so that `p->f` is a name and an arrow.
std::size_t plainNameLength(std::string_view text) {
    std::size_t at = 0;
    int open = 0;
    while (at < text.size()) {
        const char c = text[at];
        const char next = at + 1 < text.size() ? text[at + 1] : '\0';
        if (c == ':' && next == ':' && (at + 2 < text.size()) && (isNamePart(text[at + 2]) || text[at + 2] == '<'))
            at += 2;
        else if (at == 0 ? isNameStart(c) : isNamePart(c))
            ++at;
        else if (c == '<' && isNameStart(next))
            ++at, ++open;
        else if (c == '>' && open > 0)
            ++at, --open;
        else
            break;
    }
    return open == 0 ? at : 0;
}

char unescape(char c) {
    switch (c) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    default: return c;
    }
}

} // namespace

bool isPlainName(std::string_view name) { return !name.empty() && plainNameLength(name) == name.size(); }

std::string quote(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\', out += c;
        else if (c == '\n')
            out += "\\n";
        else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        else
            out += c;
    }
    return out + '"';
}

std::string quoteIfNeeded(std::string_view name) { return isPlainName(name) ? std::string(name) : quote(name); }

void Cursor::skipBlanks() {
    while (position_ < text_.size() &&
           (text_[position_] == ' ' || text_[position_] == '\t' || text_[position_] == '\r'))
        ++position_;
    if (position_ < text_.size() && text_[position_] == ';')
        position_ = text_.size();
}

bool Cursor::accept(std::string_view symbol) {
    if (!rest().starts_with(symbol))
        return false;
    position_ += symbol.size();
    skipBlanks();
    return true;
}

void Cursor::expect(std::string_view symbol) {
    if (!accept(symbol))
        fail(fmt::format("expected '{}' before '{}'", symbol, rest()));
}

std::string_view Cursor::peekWord() const { return rest().substr(0, plainNameLength(rest())); }

bool Cursor::acceptWord(std::string_view word) { return peekWord() == word && accept(word); }

std::string Cursor::quoted() {
    std::string out;
    ++position_;
    while (position_ < text_.size() && text_[position_] != '"') {
        char c = text_[position_++];
        if (c == '\\' && position_ < text_.size()) {
            c = text_[position_++];
            unsigned code = 0;
            if (c == 'x' && position_ + 2 <= text_.size() &&
                std::from_chars(&text_[position_], &text_[position_] + 2, code, 16).ptr == &text_[position_] + 2) {
                c = static_cast<char>(code);
                position_ += 2;
            } else {
                c = unescape(c);
            }
        }
        out += c;
    }
    if (position_ >= text_.size())
        fail("string without closing quote");
    ++position_;
    skipBlanks();
    return out;
}

std::optional<Name> Cursor::name() {
    if (peek() == '"')
        return Name{quoted(), true};
    const std::string word{peekWord()};
    if (word.empty())
        return std::nullopt;
    accept(word);
    return Name{word, false};
}

Name Cursor::expectName(std::string_view what) {
    auto found = name();
    if (!found)
        fail(fmt::format("expected {} before '{}'", what, rest()));
    return *found;
}

std::optional<std::int64_t> Cursor::number() {
    std::int64_t value = 0;
    const auto text = rest();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{})
        return std::nullopt;
    position_ += static_cast<std::size_t>(end - text.data());
    skipBlanks();
    return value;
}

std::uint32_t Cursor::expectIndex() {
    const auto value = number();
    if (!value || *value < 0 || *value > 0xffffffffLL)
        fail(fmt::format("expected a number before '{}'", rest()));
    return static_cast<std::uint32_t>(*value);
}

std::string_view Cursor::until(std::string_view stops) {
    const auto start = position_;
    int depth = 0;
    for (; position_ < text_.size(); ++position_) {
        const char c = text_[position_];
        if (depth == 0 && stops.find(c) != std::string_view::npos)
            break;
        depth += (c == '<' || c == '(' || c == '[') - (c == '>' || c == ')' || c == ']');
    }
    const auto found = text_.substr(start, position_ - start);
    skipBlanks();
    return found;
}

} // namespace deadheat::ir::text
