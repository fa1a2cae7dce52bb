// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/ir/text.h"
#include "analyzer/ir/text_reader.h"
#include "analyzer/ir/verify.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace deadheat::ir {

namespace {

using namespace text;

enum class Keyword { module, file, macro, type, symbol, record, field, global, diagnostic, func, declare };

constexpr std::array<std::string_view, 11> kKeywords = {"module", "file",   "macro",      "type", "symbol", "record",
                                                        "field",  "global", "diagnostic", "func", "declare"};

/// One line of the module level, with the lines of its body when it is a function.
struct Entry {
    Keyword keyword;
    std::vector<Cursor> lines; ///< the first one stands behind the keyword, later behind the name
    Index index = kNone;       ///< of the entity in its table
};

/// The keyword that begins this line; a place such as `file.next` or `type = ...` is none.
std::optional<Keyword> keywordOf(const Cursor& line) {
    Cursor copy = line;
    const auto word = copy.peekWord();
    const auto at = std::find(kKeywords.begin(), kKeywords.end(), word);
    if (at == kKeywords.end())
        return std::nullopt;
    copy.accept(word);
    const auto rest = copy.rest();
    if (rest.starts_with("=") || rest.starts_with(".") || rest.starts_with("->") || rest.starts_with("[") ||
        rest == ":")
        return std::nullopt;
    return static_cast<Keyword>(at - kKeywords.begin());
}

std::vector<Entry> splitEntries(std::string_view text) {
    std::vector<Entry> entries;
    unsigned number = 0;
    while (!text.empty()) {
        const auto end = text.find('\n');
        Cursor line(text.substr(0, end), ++number);
        text = end == std::string_view::npos ? "" : text.substr(end + 1);
        if (line.atEnd())
            continue;
        if (const auto keyword = keywordOf(line)) {
            line.accept(kKeywords[static_cast<std::size_t>(*keyword)]);
            entries.push_back({*keyword, {line}});
        } else if (!entries.empty() &&
                   (entries.back().keyword == Keyword::func || entries.back().keyword == Keyword::declare)) {
            entries.back().lines.push_back(line);
        } else {
            line.fail(fmt::format("did not expect '{}' outside a function", line.rest()));
        }
    }
    return entries;
}

class ModuleParser {
public:
    explicit ModuleParser(std::span<Entry> entries) : entries_(entries), reader_(module_) {}

    Module parse() {
        declareNames();
        declareFields();
        reader_.names = std::make_unique<Names>(module_);
        for (auto& entry : entries_)
            read(entry);
        if (const auto problem = verify(module_))
            throw FormatError(*problem);
        return std::move(module_);
    }

private:
    template <typename Entity>
    static Index declare(std::vector<Entity>& table, Cursor& cursor) {
        Entity entity;
        entity.name = cursor.expectName("a name").text;
        entity.usr = cursor.peek() == '"' ? cursor.expectName("a USR").text : entity.name;
        table.push_back(std::move(entity));
        return static_cast<Index>(table.size() - 1);
    }

    /// First pass: what exists, so that lines may refer to later ones.
    void declareNames() {
        for (auto& entry : entries_) {
            auto& cursor = entry.lines[0];
            if (entry.keyword == Keyword::record)
                entry.index = declare(module_.records, cursor);
            else if (entry.keyword == Keyword::global)
                entry.index = declare(module_.globals, cursor);
            else if (entry.keyword == Keyword::func || entry.keyword == Keyword::declare)
                entry.index = declare(module_.functions, cursor);
        }
    }

    void declareFields() {
        for (const auto& record : module_.records)
            recordNames_.add(record.name, record.usr);
        const Entry* last = nullptr;
        for (auto& entry : entries_) {
            if (entry.keyword == Keyword::record)
                last = &entry;
            if (entry.keyword == Keyword::field)
                declareField(entry, last);
        }
        for (Index i = 0; i < module_.fields.size(); ++i)
            if (const auto owner = recordOf(module_.fields[i].record))
                module_.records[*owner].fields.push_back(i);
    }

    void declareField(Entry& entry, const Entry* last) {
        auto& cursor = entry.lines[0];
        const auto name = cursor.expectName("a field's name");
        const auto split = name.quoted ? std::string::npos : name.text.rfind("::");
        Field field;
        field.name = split == std::string::npos ? name.text : name.text.substr(split + 2);
        if (cursor.acceptWord("of"))
            field.record = recordNames_.resolve(cursor.expectName("a record"));
        else if (split != std::string::npos)
            field.record = recordNames_.resolve({name.text.substr(0, split), false});
        else if (last)
            field.record = module_.records[last->index].usr;
        else
            cursor.fail(fmt::format("field '{}' belongs to no record", name.text));
        if (!cursor.acceptWord("norecord") && !recordOf(field.record))
            addRecord(field.record);
        entry.index = static_cast<Index>(module_.fields.size());
        module_.fields.push_back(std::move(field));
    }

    void addRecord(const std::string& usr) {
        Record record;
        record.usr = record.name = usr;
        module_.records.push_back(record);
        recordNames_.add(usr, usr);
    }

    std::optional<Index> recordOf(const std::string& usr) const {
        const auto& records = module_.records;
        const auto at =
            std::find_if(records.begin(), records.end(), [&](const Record& record) { return record.usr == usr; });
        return at == records.end() ? std::nullopt : std::optional(static_cast<Index>(at - records.begin()));
    }

    void read(Entry& entry) {
        auto& cursor = entry.lines[0];
        switch (entry.keyword) {
        case Keyword::module: readModule(cursor); break;
        case Keyword::file: reader_.declareFile(bare(cursor)); break;
        case Keyword::macro: readMacro(cursor); break;
        case Keyword::type: readType(cursor); break;
        case Keyword::symbol: reader_.declareSymbol(cursor.expectName("a symbol").text); break;
        case Keyword::record: readRecord(cursor, module_.records[entry.index]); break;
        case Keyword::field: readField(cursor, module_.fields[entry.index]); break;
        case Keyword::global: readGlobal(cursor, module_.globals[entry.index]); break;
        case Keyword::diagnostic: readDiagnostic(cursor); break;
        case Keyword::declare: module_.functions[entry.index].isDeclaration = true; [[fallthrough]];
        case Keyword::func: readFunction(reader_, module_.functions[entry.index], entry.lines); return;
        }
        if (!cursor.atEnd())
            cursor.fail(fmt::format("did not expect '{}'", cursor.rest()));
    }

    /// A path or a spelling: quoted, or up to the next blank.
    static std::string bare(Cursor& cursor) {
        return cursor.peek() == '"' ? cursor.expectName("a text").text : std::string(cursor.until(" ;"));
    }

    void readModule(Cursor& cursor) { module_.source = bare(cursor); }

    void readMacro(Cursor& cursor) {
        if (cursor.acceptWord("none"))
            module_.macroPlaces.emplace_back();
        else
            module_.macroPlaces.push_back(reader_.rangeAtEnd(cursor));
    }

    void readType(Cursor& cursor) {
        Type type;
        type.spelling = bare(cursor);
        if (cursor.atEnd()) {
            const auto inferred = reader_.infer(type.spelling);
            if (!inferred)
                cursor.fail(fmt::format("type '{}' needs a kind", type.spelling));
            type = *inferred;
        } else {
            if (!reader_.word(cursor, type.kind))
                cursor.fail(fmt::format("'{}' is no kind of type", cursor.rest()));
            if (cursor.acceptWord("of"))
                type.record = reader_.recordUsr(cursor);
            if (const auto size = cursor.number())
                type.size = static_cast<std::uint64_t>(*size);
            while (reader_.flag(cursor, type, typeFlagWords())) {
            }
        }
        reader_.declareType(type);
    }

    void readRecord(Cursor& cursor, Record& record) {
        if (cursor.accept(":"))
            do
                record.bases.push_back(reader_.recordUsr(cursor));
            while (cursor.accept(","));
        if (cursor.acceptWord("calls"))
            record.callOperator = reader_.names->functions.resolve(cursor.expectName("a function"));
        while (reader_.flag(cursor, record, recordFlagWords())) {
        }
        if (cursor.acceptWord("fields")) {
            record.fields.clear();
            while (cursor.accept("$"))
                record.fields.push_back(cursor.expectIndex());
        }
        record.range = reader_.rangeAtEnd(cursor);
    }

    std::vector<std::string> readGuards(Cursor& cursor) {
        std::vector<std::string> guards;
        if (cursor.acceptWord("guarded_by"))
            do
                guards.push_back(cursor.expectName("a lock").text);
            while (cursor.accept(","));
        return guards;
    }

    void readField(Cursor& cursor, Field& field) {
        field.type = reader_.typed(cursor);
        while (reader_.flag(cursor, field, fieldFlagWords())) {
        }
        reader_.word(cursor, field.access);
        field.guardedBy = readGuards(cursor);
        field.range = reader_.rangeAtEnd(cursor);
    }

    void readGlobal(Cursor& cursor, Global& global) {
        global.type = reader_.typed(cursor);
        while (reader_.flag(cursor, global, globalFlagWords())) {
        }
        if (cursor.acceptWord("of"))
            global.record = reader_.recordUsr(cursor);
        global.guardedBy = readGuards(cursor);
        global.range = reader_.rangeAtEnd(cursor);
    }

    void readDiagnostic(Cursor& cursor) {
        Diagnostic diagnostic;
        diagnostic.message = cursor.expectName("a message").text;
        diagnostic.lostFunction = cursor.acceptWord("lost");
        diagnostic.range = reader_.rangeAtEnd(cursor);
        module_.diagnostics.push_back(std::move(diagnostic));
    }

    std::span<Entry> entries_;
    Module module_;
    Reader reader_;
    UsrNames recordNames_;
};

} // namespace

std::vector<Module> parseModules(std::string_view text) {
    auto entries = splitEntries(text);
    std::vector<Module> modules;
    for (std::size_t begin = 0; begin < entries.size();) {
        std::size_t end = begin + 1;
        while (end < entries.size() && entries[end].keyword != Keyword::module)
            ++end;
        modules.push_back(ModuleParser(std::span(entries).subspan(begin, end - begin)).parse());
        begin = end;
    }
    return modules;
}

Module parse(std::string_view text) {
    auto modules = parseModules(text);
    if (modules.size() > 1)
        throw FormatError("expected one module");
    return modules.empty() ? Module{} : std::move(modules.front());
}

} // namespace deadheat::ir
