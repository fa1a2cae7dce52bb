// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/ir/text_reader.h"

#include "analyzer/ir/type_shorthand.h"

#include <cctype>
#include <fmt/format.h>

namespace deadheat::ir::text {

namespace {

bool isDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

std::size_t pathLength(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) ||
                                std::string_view("_./+-").find(text[at]) != std::string_view::npos))
        ++at;
    return at;
}

} // namespace

bool isRange(std::string_view text) {
    if (text.size() < 2 || text[0] != '@')
        return false;
    text.remove_prefix(1);
    if (isDigit(text[0]))
        return true;
    std::size_t end = 0;
    if (text[0] == '"') {
        for (end = 1; end < text.size() && text[end] != '"'; ++end)
            end += text[end] == '\\';
        ++end;
    } else if (text[0] == '?') {
        end = 1;
    } else {
        end = (text[0] == '$') + pathLength(text.substr(text[0] == '$'));
    }
    return end + 1 < text.size() && text[end] == ':' && isDigit(text[end + 1]);
}

void Reader::declareType(const Type& type) {
    module.types.push_back(type);
    const auto [at, isNew] = types_.emplace(type.spelling, static_cast<Index>(module.types.size() - 1));
    if (!isNew)
        at->second = kNone;
}

std::optional<Type> Reader::infer(std::string_view spelling) const {
    return typeFromSpelling(spelling, [&](std::string_view name) { return names->records.find(name); });
}

Index Reader::useType(Cursor& cursor, const std::string& spelling) {
    if (const auto known = types_.find(spelling); known != types_.end()) {
        if (known->second == kNone)
            cursor.fail(fmt::format("several types are spelt '{}': write $index", spelling));
        return known->second;
    }
    const auto type = infer(spelling);
    if (!type)
        cursor.fail(fmt::format("unknown type '{}': declare it with a type or record line", spelling));
    declareType(*type);
    return static_cast<Index>(module.types.size() - 1);
}

Index Reader::typed(Cursor& cursor) {
    if (!cursor.atColon())
        return kNone;
    cursor.expect(":");
    if (cursor.accept("?"))
        return kNone;
    if (cursor.accept("$"))
        return cursor.expectIndex();
    if (cursor.peek() == '"')
        return useType(cursor, cursor.expectName("a type").text);
    std::string spelling;
    for (const std::string_view qualifier : {"const", "volatile"})
        if (cursor.acceptWord(qualifier))
            spelling += std::string(qualifier) + " ";
    spelling += cursor.until(" ,;@)");
    return useType(cursor, spelling);
}

Index Reader::symbol(Cursor& cursor) {
    if (cursor.accept("?"))
        return kNone;
    if (cursor.accept("$"))
        return cursor.expectIndex();
    return symbols_.use(names->functions.resolve(cursor.expectName("a function")));
}

std::optional<Index> Reader::fileOfRange(Cursor& cursor) {
    if (isDigit(cursor.peek()))
        return std::nullopt;
    std::optional<Index> file;
    if (cursor.accept("?"))
        file = kNone;
    else if (cursor.accept("$"))
        file = cursor.expectIndex();
    else if (cursor.peek() == '"')
        file = files_.use(cursor.expectName("a file").text);
    else {
        const std::string path(cursor.rest().substr(0, pathLength(cursor.rest())));
        cursor.accept(path);
        file = files_.use(path);
    }
    cursor.expect(":");
    return file;
}

Range Reader::range(Cursor& cursor) {
    Range range;
    if (!isRange(cursor.rest()))
        return range;
    cursor.expect("@");
    if (const auto file = fileOfRange(cursor))
        currentFile_ = *file;
    else if (!started_)
        currentFile_ = files_.use(module.source);
    started_ = true;
    range.file = currentFile_;
    range.line = cursor.expectIndex();
    if (cursor.accept(":"))
        range.column = cursor.expectIndex();
    if (cursor.accept("-")) {
        range.endLine = range.line;
        range.endColumn = cursor.expectIndex();
        if (cursor.accept(":")) {
            range.endLine = range.endColumn;
            range.endColumn = cursor.expectIndex();
        }
    }
    if (cursor.accept("^"))
        range.macro = cursor.expectIndex();
    return range;
}

Range Reader::rangeAtEnd(Cursor& cursor) {
    const auto found = range(cursor);
    if (!cursor.atEnd())
        cursor.fail(fmt::format("did not expect '{}'", cursor.rest()));
    return found;
}

Place Reader::namedRoot(Cursor& cursor, const Name& name, const Function& scope) {
    Place place;
    if (const auto local = name.quoted ? std::nullopt : findLocal(scope, name.text)) {
        if (*local == kNone)
            cursor.fail(fmt::format("several locals are called '{}': write %index", name.text));
        place.root = RootKind::local;
        place.index = *local;
    } else if (const auto global = names->findGlobal(name)) {
        place.root = RootKind::global;
        place.index = *global;
    } else {
        cursor.fail(fmt::format("unknown name '{}': declare it with a local or global line", name.text));
    }
    return place;
}

Place Reader::root(Cursor& cursor, const Function& scope) {
    Place place;
    if (cursor.accept("(")) {
        place = this->place(cursor, scope);
        cursor.expect(")");
    } else if (cursor.accept("%")) {
        place.root = RootKind::local;
        place.index = cursor.expectIndex();
        if (place.index >= scope.locals.size())
            cursor.fail(fmt::format("no local %{}", place.index));
    } else if (cursor.accept("$")) {
        place.root = RootKind::global;
        place.index = cursor.expectIndex();
        if (place.index >= module.globals.size())
            cursor.fail(fmt::format("no global ${}", place.index));
    } else {
        place = namedRoot(cursor, cursor.expectName("a place"), scope);
    }
    return place;
}

Index Reader::field(Cursor& cursor) {
    if (cursor.accept("$")) {
        const auto index = cursor.expectIndex();
        if (index >= module.fields.size())
            cursor.fail(fmt::format("no field ${}", index));
        return index;
    }
    const auto name = cursor.expectName("a field");
    const auto found = names->findField(name);
    if (!found)
        cursor.fail(fmt::format("no field '{}', or several of that name: write Record::{}", name.text, name.text));
    return *found;
}

Step Reader::subscript(Cursor& cursor, const Function& scope) {
    Step step{StepKind::element, 0};
    if (cursor.accept("*")) {
        cursor.expect("]");
        return step;
    }
    if (isDigit(cursor.peek())) {
        step = {StepKind::constant, cursor.expectIndex()};
    } else {
        const auto selector = root(cursor, scope);
        if (selector.root != RootKind::local)
            cursor.fail("an index is a local, a constant or *");
        step = {StepKind::variable, selector.index};
    }
    cursor.expect("]");
    return step;
}

void Reader::postfix(Cursor& cursor, Place& place, const Function& scope) {
    for (;;) {
        if (cursor.accept("->")) {
            place.steps.push_back({StepKind::deref, 0});
            place.steps.push_back({StepKind::field, field(cursor)});
        } else if (cursor.accept(".")) {
            place.steps.push_back({StepKind::field, field(cursor)});
        } else if (cursor.accept("[")) {
            place.steps.push_back(subscript(cursor, scope));
        } else {
            return;
        }
    }
}

Place Reader::place(Cursor& cursor, const Function& scope) {
    std::size_t stars = 0;
    while (cursor.accept("*"))
        ++stars;
    Place result = root(cursor, scope);
    postfix(cursor, result, scope);
    result.steps.insert(result.steps.end(), stars, Step{StepKind::deref, 0});
    return result;
}

Value Reader::value(Cursor& cursor, const Function& scope, bool asAddress) {
    Value value;
    if (cursor.accept("?"))
        return value;
    if (cursor.accept("\"\"")) {
        value.kind = ValueKind::string;
    } else if (cursor.acceptWord("null")) {
        value.kind = ValueKind::null;
    } else if (cursor.accept("#") || isDigit(cursor.peek()) || cursor.peek() == '-') {
        const auto number = cursor.number();
        if (!number)
            cursor.fail("expected a number after #");
        value.kind = ValueKind::constant;
        value.number = *number;
    } else if (cursor.accept("@")) {
        value.kind = cursor.accept("*") ? ValueKind::method : ValueKind::function;
        value.symbol = symbol(cursor);
    } else {
        const bool isLoad = cursor.acceptWord("load");
        const bool isAddress = !isLoad && (cursor.accept("&") || asAddress);
        value.kind = isAddress ? ValueKind::address : ValueKind::load;
        value.place = place(cursor, scope);
    }
    return value;
}

} // namespace deadheat::ir::text
