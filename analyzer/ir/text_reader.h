// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads the parts that all entities share: types, ranges, places, values, flags. One object per module being read.
#pragma once

#include "analyzer/ir/text_interner.h"
#include "analyzer/ir/text_lexer.h"
#include "analyzer/ir/text_names.h"
#include "analyzer/ir/text_words.h"

#include <memory>
#include <span>

namespace deadheat::ir::text {

class Reader {
public:
    explicit Reader(Module& m) : module(m), files_(m.files), symbols_(m.symbols) {}

    Module& module;
    /// Names of the declared records, functions, globals and fields. Set before anything below is used.
    std::unique_ptr<Names> names;

    void declareFile(const std::string& path) { files_.declare(path); }
    void declareSymbol(const std::string& usr) { symbols_.declare(usr); }
    void declareType(const Type& type);

    /// `: T`, or kNone when there is none.
    Index typed(Cursor& cursor);
    Index useType(Cursor& cursor, const std::string& spelling);
    std::optional<Type> infer(std::string_view spelling) const;
    Index symbol(Cursor& cursor);
    std::string recordUsr(Cursor& cursor) { return names->records.resolve(cursor.expectName("a record")); }

    /// An optional range at the end of a line; anything after it is an error.
    Range rangeAtEnd(Cursor& cursor);
    Range range(Cursor& cursor);

    Place place(Cursor& cursor, const Function& scope);
    Value value(Cursor& cursor, const Function& scope, bool asAddress);

    /// "word" or "not word" for any flag of the table.
    template <typename Struct>
    bool flag(Cursor& cursor, Struct& target, std::span<const FlagWord<Struct>> words) {
        const auto start = cursor.position();
        const bool on = !cursor.acceptWord("not");
        for (const auto& entry : words)
            if (cursor.acceptWord(entry.word)) {
                target.*entry.member = on;
                return true;
            }
        cursor.rewind(start);
        return false;
    }

    template <typename Enum>
    bool word(Cursor& cursor, Enum& target) {
        const auto found = fromWord<Enum>(cursor.peekWord());
        if (found) {
            target = *found;
            cursor.accept(cursor.peekWord());
        }
        return found.has_value();
    }

private:
    std::optional<Index> fileOfRange(Cursor& cursor);
    Place root(Cursor& cursor, const Function& scope);
    Place namedRoot(Cursor& cursor, const Name& name, const Function& scope);
    Step subscript(Cursor& cursor, const Function& scope);
    Index field(Cursor& cursor);
    void postfix(Cursor& cursor, Place& place, const Function& scope);

    StringTable files_, symbols_;
    std::map<std::string, Index> types_; ///< by spelling; kNone: ambiguous
    bool started_ = false;               ///< whether a range was read; before, the module's source is the current file
    Index currentFile_ = kNone;
};

/// True when the text at `@` is a range and not a function's name.
bool isRange(std::string_view text);

/// Consumes `word` where it begins the line as a keyword, and not as the name of a place or a label.
bool acceptKeyword(Cursor& line, std::string_view word);

Instr readInstruction(Reader& reader, const Function& function, Cursor& line);

/// Reads a function whose entry in the module exists already; its lines are the header and the body.
void readFunction(Reader& reader, Function& function, std::span<Cursor> lines);

} // namespace deadheat::ir::text
