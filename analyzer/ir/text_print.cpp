// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/ir/text.h"
#include "analyzer/ir/text_writer.h"
#include "analyzer/ir/type_shorthand.h"

#include <algorithm>
#include <fmt/format.h>

namespace deadheat::ir {

namespace {

using namespace text;

/// Which index tables are written out. One that reading the rest rebuilds in the same order is noise and left out.
struct Tables {
    bool files = true, types = true, symbols = true;
};

class ModuleWriter {
public:
    ModuleWriter(const Module& module, Tables tables) : m_(module), tables_(tables), w_(module) {}

    std::string write() {
        out_ = "module " + writtenPath(m_.source) + "\n";
        writeTables();
        nested_ ? nestedRecords() : flatRecords();
        for (const auto& global : m_.globals)
            writeGlobal(global);
        for (const auto& diagnostic : m_.diagnostics)
            out_ += "diagnostic " + quote(diagnostic.message) + (diagnostic.lostFunction ? " lost" : "") +
                    w_.range(diagnostic.range) + "\n";
        for (const auto& function : m_.functions)
            out_ += "\n" + writeFunction(w_, function);
        return std::move(out_);
    }

private:
    void writeTables() {
        if (tables_.files)
            for (const auto& file : m_.files)
                out_ += "file " + writtenPath(file) + "\n";
        for (const auto& place : m_.macroPlaces) {
            const auto text = w_.range(place);
            out_ += "macro" + (text.empty() ? " none" : text) + "\n";
        }
        if (tables_.types)
            for (const auto& type : m_.types)
                writeType(type);
        if (tables_.symbols)
            for (const auto& symbol : m_.symbols)
                out_ += "symbol " + quoteIfNeeded(symbol) + "\n";
    }

    void writeType(const Type& type) {
        out_ += "type " + writtenSpelling(type.spelling);
        const auto inferred =
            typeFromSpelling(type.spelling, [&](std::string_view name) { return w_.names.records.find(name); });
        if (inferred != type) {
            out_ += fmt::format(" {}", wordOf(type.kind));
            if (!type.record.empty())
                out_ += " of " + w_.names.records.refer(type.record);
            if (type.size != 0)
                out_ += fmt::format(" {}", type.size);
            out_ += Writer::flags(type, typeFlagWords());
        }
        out_ += "\n";
    }

    std::vector<Index> fieldsOf(const std::string& record) const {
        std::vector<Index> found;
        for (Index i = 0; i < m_.fields.size(); ++i)
            if (m_.fields[i].record == record)
                found.push_back(i);
        return found;
    }

    /// Fields can stand under their records when that keeps the order of the field table.
    bool fieldsFollowRecords() const {
        Index next = 0;
        for (const auto& record : m_.records)
            for (const auto field : record.fields)
                if (field != next++ || m_.fields[field].record != record.usr)
                    return false;
        const auto sameUsr = [&](const Record& record) {
            return std::count_if(m_.records.begin(), m_.records.end(),
                                 [&](const Record& other) { return other.usr == record.usr; }) > 1;
        };
        return next == m_.fields.size() && std::none_of(m_.records.begin(), m_.records.end(), sameUsr);
    }

    void nestedRecords() {
        for (const auto& record : m_.records) {
            writeRecord(record, "");
            for (const auto field : record.fields)
                writeField(m_.fields[field], "  field " + fieldName(m_.fields[field]));
        }
    }

    void flatRecords() {
        std::vector<std::string> seen;
        for (const auto& record : m_.records) {
            const bool first = std::find(seen.begin(), seen.end(), record.usr) == seen.end();
            seen.push_back(record.usr);
            std::string list;
            if (record.fields != (first ? fieldsOf(record.usr) : std::vector<Index>{})) {
                list = " fields";
                for (const auto field : record.fields)
                    list += fmt::format(" ${}", field);
            }
            writeRecord(record, list);
        }
        for (const auto& field : m_.fields) {
            const bool known = std::find(seen.begin(), seen.end(), field.record) != seen.end();
            writeField(field, "field " + fieldName(field) + " of " + w_.names.records.refer(field.record) +
                                  (known ? "" : " norecord"));
        }
    }

    /// A plain name with `::` would be read as Record::field.
    static std::string fieldName(const Field& field) {
        return field.name.find("::") == std::string::npos ? quoteIfNeeded(field.name) : quote(field.name);
    }

    void writeRecord(const Record& record, const std::string& fieldList) {
        out_ += "record " + quoteIfNeeded(record.name);
        if (record.usr != record.name)
            out_ += " " + quote(record.usr);
        for (std::size_t i = 0; i < record.bases.size(); ++i)
            out_ += (i == 0 ? " : " : ", ") + w_.names.records.refer(record.bases[i]);
        if (!record.callOperator.empty())
            out_ += " calls " + w_.names.functions.refer(record.callOperator);
        out_ += Writer::flags(record, recordFlagWords()) + fieldList + w_.range(record.range) + "\n";
    }

    static std::string guards(const std::vector<std::string>& list) {
        std::string out;
        for (const auto& guard : list)
            out += (out.empty() ? " guarded_by " : ", ") + quoteIfNeeded(guard);
        return out;
    }

    void writeField(const Field& field, const std::string& head) {
        out_ += head + w_.typed(field.type) + Writer::flags(field, fieldFlagWords()) + w_.access(field.access) +
                guards(field.guardedBy) + w_.range(field.range) + "\n";
    }

    void writeGlobal(const Global& global) {
        out_ += "global " + quoteIfNeeded(global.name);
        if (global.usr != global.name)
            out_ += " " + quote(global.usr);
        out_ += w_.typed(global.type) + Writer::flags(global, globalFlagWords());
        if (!global.record.empty())
            out_ += " of " + w_.names.records.refer(global.record);
        out_ += guards(global.guardedBy) + w_.range(global.range) + "\n";
    }

    const Module& m_;
    Tables tables_;
    Writer w_;
    bool nested_ = fieldsFollowRecords();
    std::string out_;
};

Tables neededTables(const Module& module) {
    Tables needed;
    try {
        const Module rebuilt = parse(ModuleWriter(module, {false, false, false}).write());
        needed = {rebuilt.files != module.files, rebuilt.types != module.types, rebuilt.symbols != module.symbols};
    } catch (const FormatError&) { // some name needs its table
        return needed;
    }
    return needed;
}

} // namespace

std::string print(const Module& module) { return ModuleWriter(module, neededTables(module)).write(); }

} // namespace deadheat::ir
