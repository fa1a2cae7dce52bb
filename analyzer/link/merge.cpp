// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/merge.h"

#include "analyzer/link/hash_index.h"

#include <functional>
#include <string_view>
#include <utility>

namespace deadheat::link {
namespace {

using ir::Index;
using ir::kNone;

constexpr std::string_view kInitializer = "<init>";

std::uint64_t hashText(std::string_view text) { return mixBits(std::hash<std::string_view>{}(text)); }

std::uint64_t combine(std::uint64_t seed, std::uint64_t value) {
    return mixBits(seed ^ (value + 0x9e3779b97f4a7c15ULL));
}

std::uint64_t hashRange(const ir::Range& range) {
    return combine(combine(pairKey(range.file, range.macro), pairKey(range.line, range.column)),
                   pairKey(range.endLine, range.endColumn));
}

std::uint64_t hashType(const ir::Type& type) {
    return combine(combine(hashText(type.spelling), hashText(type.record)),
                   type.size * 256 + static_cast<std::uint64_t>(type.kind) * 4 + type.isConst * 2 + type.isVolatile);
}

/// Index of the entry of `table` equal to `key`, kAbsent when there is none.
template <typename T, typename Equals>
Index lookUp(const HashIndex& index, const std::vector<T>& table, std::uint64_t hash, Equals equals) {
    return index.find(hash, [&](Index id) { return equals(table[id]); });
}

class Merger {
public:
    ir::Module take(std::vector<ir::Module> modules) {
        reserve(modules);
        for (ir::Module& module : modules)
            add(std::exchange(module, {}));
        return std::move(out_);
    }

private:
    /// From an index of the module being added to one of the merged module.
    struct Maps {
        std::vector<Index> files, macros, symbols, types, fields, globals;
    };

    void reserve(const std::vector<ir::Module>& modules) {
        std::size_t functions = 0, fields = 0, types = 0, symbols = 0;
        for (const ir::Module& module : modules) {
            functions += module.functions.size();
            fields = std::max(fields, module.fields.size());
            types = std::max(types, module.types.size());
            symbols = std::max(symbols, module.symbols.size());
        }
        out_.functions.reserve(functions);
        out_.fields.reserve(fields);
        out_.types.reserve(types);
        out_.symbols.reserve(symbols);
    }

    void add(ir::Module module) {
        if (out_.source.empty())
            out_.source = std::move(module.source);
        maps_ = {};
        addTexts(module.files, out_.files, files_, maps_.files);
        addMacroPlaces(module);
        addTexts(module.symbols, out_.symbols, symbols_, maps_.symbols);
        addTypes(module);
        addFields(module);
        for (ir::Record& record : module.records)
            addRecord(record);
        for (ir::Global& global : module.globals)
            addGlobal(global);
        for (ir::Function& function : module.functions)
            addFunction(function);
        for (ir::Diagnostic& diagnostic : module.diagnostics) {
            remap(diagnostic.range);
            out_.diagnostics.push_back(std::move(diagnostic));
        }
    }

    static void addTexts(std::vector<std::string>& from, std::vector<std::string>& to, HashIndex& index,
                         std::vector<Index>& map) {
        map.reserve(from.size());
        for (std::string& text : from) {
            const std::uint64_t hash = hashText(text);
            Index id = lookUp(index, to, hash, [&](const std::string& known) { return known == text; });
            if (id == kNone) {
                id = static_cast<Index>(to.size());
                index.insert(hash, id);
                to.push_back(std::move(text));
            }
            map.push_back(id);
        }
    }

    void addMacroPlaces(ir::Module& module) {
        maps_.macros.reserve(module.macroPlaces.size());
        for (ir::Range& place : module.macroPlaces) {
            remap(place);
            const std::uint64_t hash = hashRange(place);
            Index id = lookUp(macros_, out_.macroPlaces, hash, [&](const ir::Range& known) { return known == place; });
            if (id == kNone) {
                id = static_cast<Index>(out_.macroPlaces.size());
                macros_.insert(hash, id);
                out_.macroPlaces.push_back(place);
            }
            maps_.macros.push_back(id);
        }
    }

    void addTypes(ir::Module& module) {
        maps_.types.reserve(module.types.size());
        for (ir::Type& type : module.types) {
            const std::uint64_t hash = hashType(type);
            Index id = lookUp(types_, out_.types, hash, [&](const ir::Type& known) { return known == type; });
            if (id == kNone) {
                id = static_cast<Index>(out_.types.size());
                types_.insert(hash, id);
                out_.types.push_back(std::move(type));
            }
            maps_.types.push_back(id);
        }
    }

    void addFields(ir::Module& module) {
        maps_.fields.reserve(module.fields.size());
        for (ir::Field& field : module.fields) {
            const std::uint64_t hash = combine(hashText(field.record), hashText(field.name));
            Index id = lookUp(fields_, out_.fields, hash, [&](const ir::Field& known) {
                return known.name == field.name && known.record == field.record;
            });
            if (id == kNone) {
                id = static_cast<Index>(out_.fields.size());
                fields_.insert(hash, id);
                remap(field.range);
                field.type = mapped(maps_.types, field.type);
                out_.fields.push_back(std::move(field));
            }
            maps_.fields.push_back(id);
        }
    }

    void addRecord(ir::Record& record) {
        remap(record.range);
        for (Index& field : record.fields)
            field = mapped(maps_.fields, field);
        const std::uint64_t hash = hashText(record.usr);
        const Index id =
            lookUp(records_, out_.records, hash, [&](const ir::Record& known) { return known.usr == record.usr; });
        if (id == kNone) {
            records_.insert(hash, static_cast<Index>(out_.records.size()));
            out_.records.push_back(std::move(record));
        } else if (isDefinition(record) && !isDefinition(out_.records[id])) {
            out_.records[id] = std::move(record);
        }
    }

    static bool isDefinition(const ir::Record& record) {
        return !record.fields.empty() || !record.bases.empty() || !record.callOperator.empty();
    }

    void addGlobal(ir::Global& global) {
        remap(global.range);
        global.type = mapped(maps_.types, global.type);
        const std::uint64_t hash = hashText(global.usr);
        Index id =
            lookUp(globals_, out_.globals, hash, [&](const ir::Global& known) { return known.usr == global.usr; });
        if (id == kNone) {
            id = static_cast<Index>(out_.globals.size());
            globals_.insert(hash, id);
            out_.globals.push_back(std::move(global));
        } else {
            completeGlobal(out_.globals[id], global);
        }
        maps_.globals.push_back(id);
    }

    /// `extern int table[];` and its definition are one global: what only one of them knows is kept.
    void completeGlobal(ir::Global& known, ir::Global& other) {
        const auto sizeOf = [&](Index type) { return type == kNone ? 0 : out_.types[type].size; };
        if (known.type == kNone || (sizeOf(known.type) == 0 && sizeOf(other.type) != 0))
            known.type = other.type;
        if (other.isConstantInit && !known.isConstantInit)
            known.range = other.range;
        known.isConstantInit |= other.isConstantInit;
        if (known.guardedBy.empty())
            known.guardedBy = std::move(other.guardedBy);
    }

    void addFunction(ir::Function& function) {
        const std::uint64_t hash = hashText(function.usr);
        Index id = kNone;
        if (function.usr != kInitializer)
            id = lookUp(functions_, out_.functions, hash,
                        [&](const ir::Function& known) { return known.usr == function.usr; });
        if (id == kNone) {
            functions_.insert(hash, static_cast<Index>(out_.functions.size()));
            remap(function);
            out_.functions.push_back(std::move(function));
            return;
        }
        ir::Function& known = out_.functions[id];
        if (known.isDeclaration && !function.isDeclaration) {
            remap(function);
            std::swap(known, function);
        }
        completeFunction(known, function);
    }

    /// The attributes usually stand on the declaration in a header, so that the body's module may not carry them.
    static void completeFunction(ir::Function& known, ir::Function& other) {
        if (known.contract == ir::Contract{})
            known.contract = std::move(other.contract);
        if (known.overrides.empty())
            known.overrides = std::move(other.overrides);
        if (known.access == ir::Access::none)
            known.access = other.access;
        known.isNoReturn |= other.isNoReturn;
    }

    static Index mapped(const std::vector<Index>& map, Index index) { return index < map.size() ? map[index] : kNone; }

    void remap(ir::Range& range) const {
        range.file = mapped(maps_.files, range.file);
        range.macro = mapped(maps_.macros, range.macro);
    }

    void remap(ir::Place& place) const {
        if (place.root == ir::RootKind::global)
            place.index = mapped(maps_.globals, place.index);
        for (ir::Step& step : place.steps)
            if (step.kind == ir::StepKind::field)
                step.index = mapped(maps_.fields, step.index);
    }

    void remap(ir::Value& value) const {
        remap(value.place);
        value.symbol = mapped(maps_.symbols, value.symbol);
    }

    void remap(ir::Instr& instr) const {
        instr.symbol = mapped(maps_.symbols, instr.symbol);
        instr.type = mapped(maps_.types, instr.type);
        remap(instr.result);
        for (ir::Value& operand : instr.operands)
            remap(operand);
        remap(instr.range);
    }

    void remap(ir::Function& function) const {
        remap(function.range);
        function.result = mapped(maps_.types, function.result);
        for (ir::Local& local : function.locals) {
            local.type = mapped(maps_.types, local.type);
            remap(local.range);
        }
        for (ir::Block& block : function.blocks) {
            for (ir::Instr& instr : block.instrs)
                remap(instr);
            remap(block.condition.left);
            remap(block.condition.right);
        }
    }

    ir::Module out_;
    Maps maps_;
    HashIndex files_, macros_, symbols_, types_, fields_, records_, globals_, functions_;
};

} // namespace

ir::Module merge(std::vector<ir::Module> modules) { return Merger().take(std::move(modules)); }

std::vector<Index> functionsBySymbol(const ir::Module& code) {
    HashIndex byUsr;
    for (Index id = 0; id < code.functions.size(); ++id)
        if (code.functions[id].usr != kInitializer)
            byUsr.insert(hashText(code.functions[id].usr), id);
    std::vector<Index> result;
    result.reserve(code.symbols.size());
    for (const std::string& symbol : code.symbols)
        result.push_back(byUsr.find(hashText(symbol), [&](Index id) { return code.functions[id].usr == symbol; }));
    return result;
}

} // namespace deadheat::link
