// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/ir/random_module.h"

#include "analyzer/ir/text_words.h"

#include <random>

namespace deadheat::ir {

namespace {

using namespace text;

class Generator {
public:
    explicit Generator(unsigned seed) : random_(seed) {}

    Module module() {
        m_.source = name();
        fill(m_.files, 4, [&] { return name(); });
        fill(m_.macroPlaces, 3,
             [&] { return Range{index(m_.files.size()), number(), number(), number(), number(), kNone}; });
        fill(m_.symbols, 6, [&] { return name(); });
        fill(m_.types, 6, [&] { return type(); });
        fill(m_.records, 4, [&] { return record(); });
        fill(m_.fields, 6, [&] { return field(); });
        coin() ? assignFields() : scatterFields();
        fill(m_.globals, 4, [&] { return global(); });
        fill(m_.diagnostics, 2, [&] { return Diagnostic{range(), name(), coin()}; });
        fill(m_.functions, 4, [&] { return function(); });
        return std::move(m_);
    }

private:
    unsigned below(std::size_t limit) { return static_cast<unsigned>(random_() % limit); }
    bool coin() { return below(2) == 0; }
    std::uint32_t number() { return below(4) == 0 ? 0 : below(200); }
    /// A valid index or, sometimes and always for an empty table, none.
    Index index(std::size_t size) { return size == 0 || below(4) == 0 ? kNone : below(size); }

    template <typename T, typename Make>
    void fill(std::vector<T>& list, unsigned limit, Make make) {
        for (unsigned count = below(limit + 1); count > 0; --count)
            list.push_back(make());
    }

    /// From a small pool, so that clashes are frequent; some look like keywords, numbers, ranges or operators.
    std::string name() {
        static const char* const kPool[] = {"a",
                                            "b",
                                            "Bank",
                                            "Bank::m",
                                            "Bank::Bank",
                                            "Bank::~Bank",
                                            "ns::Bank",
                                            "main",
                                            "this",
                                            "return",
                                            "null",
                                            "load",
                                            "via",
                                            "exit",
                                            "unwind",
                                            "b0",
                                            "goto",
                                            "call",
                                            "try",
                                            "record",
                                            "field",
                                            "int",
                                            "int*",
                                            "mutex",
                                            "const Bank*",
                                            "",
                                            " ",
                                            "8",
                                            "8:10",
                                            "a b",
                                            "a.cpp",
                                            "src/a-b.cpp",
                                            "/x/y.h",
                                            "operator()",
                                            "operator<",
                                            "operator->",
                                            "p->f",
                                            "a<b",
                                            "vector<int>",
                                            "vector<a, b>",
                                            "c:@S@Bank@F@f#I#",
                                            "c:a.cpp@12@F@g#",
                                            "q\"uote",
                                            "back\\slash",
                                            "li\nne",
                                            "tab\t",
                                            "; comment",
                                            "@f",
                                            "$3",
                                            "%1",
                                            "#4",
                                            "?",
                                            "*",
                                            "&x",
                                            "<init>",
                                            "~",
                                            "::g",
                                            "a::",
                                            "\x01\x7f",
                                            "caf\xc3\xa9"};
        return kPool[below(std::size(kPool))];
    }

    template <typename Enum>
    Enum any() {
        const auto words = wordsOf<Enum>();
        return words[below(words.size())].value;
    }

    template <typename Struct>
    void flags(Struct& target, std::span<const FlagWord<Struct>> words) {
        for (const auto& word : words)
            target.*word.member = below(4) == 0;
    }

    Range range() {
        if (below(3) == 0)
            return {};
        return {index(m_.files.size()), number(), number(), number(), number(), index(m_.macroPlaces.size())};
    }

    std::string usr() { return coin() && !m_.records.empty() ? m_.records[below(m_.records.size())].usr : name(); }

    Type type() {
        Type type;
        type.spelling = name();
        type.kind = any<TypeKind>();
        type.record = coin() ? "" : name();
        type.size = number();
        flags(type, typeFlagWords());
        return type;
    }

    Record record() {
        Record record;
        record.name = name();
        record.usr = coin() ? record.name : name();
        record.range = range();
        fill(record.bases, 2, [&] { return usr(); });
        record.callOperator = coin() ? "" : name();
        flags(record, recordFlagWords());
        return record;
    }

    Field field() {
        Field field;
        field.record = usr();
        field.name = name();
        field.type = index(m_.types.size());
        field.range = range();
        field.access = any<Access>();
        flags(field, fieldFlagWords());
        fill(field.guardedBy, 2, [&] { return name(); });
        return field;
    }

    /// Fields as extract lays them out: in the order of their records.
    void assignFields() {
        if (m_.records.empty())
            return;
        std::size_t record = 0;
        for (Index i = 0; i < m_.fields.size(); ++i) {
            if (coin() && record + 1 < m_.records.size())
                ++record;
            m_.fields[i].record = m_.records[record].usr;
            m_.records[record].fields.push_back(i);
        }
    }

    void scatterFields() {
        if (m_.fields.empty())
            return;
        for (auto& record : m_.records)
            fill(record.fields, 3, [&] { return below(m_.fields.size()); });
    }

    Global global() {
        Global global;
        global.name = name();
        global.usr = coin() ? global.name : name();
        global.type = index(m_.types.size());
        global.range = range();
        flags(global, globalFlagWords());
        global.record = coin() ? "" : usr();
        fill(global.guardedBy, 2, [&] { return name(); });
        return global;
    }

    Function function() {
        Function f;
        f.name = name();
        f.usr = coin() ? f.name : name();
        f.record = coin() ? "" : usr();
        f.range = range();
        f.result = index(m_.types.size());
        locals(f);
        f.returnLocal = index(f.locals.size());
        fill(f.overrides, 2, [&] { return name(); });
        contract(f.contract);
        f.access = any<Access>();
        flags(f, functionFlagWords());
        f.isDeclaration = below(4) == 0;
        blocks(f);
        return f;
    }

    void contract(Contract& contract) {
        for (auto* list : {&contract.requiresLocks, &contract.requiresShared, &contract.acquires, &contract.releases,
                           &contract.excludes})
            fill(*list, 2, [&] { return name(); });
        contract.noAnalysis = coin();
    }

    void locals(Function& f) {
        const auto add = [&](LocalKind kind, const std::string& text) {
            f.locals.push_back({text, index(m_.types.size()), kind, range(), coin()});
        };
        if (coin())
            add(LocalKind::this_, "this");
        f.parameters = below(3);
        for (Index i = 0; i < f.parameters; ++i)
            add(LocalKind::parameter, name());
        for (unsigned count = below(4); count > 0; --count)
            add(coin() ? LocalKind::variable : LocalKind::temporary, name());
    }

    void blocks(Function& f) {
        f.blocks.resize(below(6));
        const auto size = f.blocks.size();
        if (size == 0)
            return;
        f.exitBlock = coin() ? static_cast<Index>(size - 1) : index(size);
        f.unwindBlock = index(size);
        for (Index i = 0; i < size; ++i) {
            if (below(3) == 0)
                continue;
            Block& block = f.blocks[i];
            fill(block.instrs, 4, [&] { return instr(f); });
            if (below(3) == 0)
                block.condition = {any<Compare>(), value(f), value(f), coin() ? Condition::kAllBits : number()};
            fill(block.successors, 3, [&] { return Edge{below(size), any<EdgeKind>()}; });
            if (coin())
                block.successors = {{static_cast<Index>((i + 1) % size), EdgeKind::normal}};
        }
    }

    Instr instr(const Function& f) {
        Instr instr;
        instr.op = any<Op>();
        flags(instr.flags, instrFlagWords());
        instr.order = any<MemoryOrder>();
        instr.spawn = any<SpawnKind>();
        instr.success = any<Success>();
        instr.size = number();
        instr.symbol = index(m_.symbols.size());
        instr.type = index(m_.types.size());
        if (coin())
            instr.result = place(f);
        fill(instr.operands, 3, [&] { return value(f); });
        instr.range = range();
        return instr;
    }

    Place place(const Function& f) {
        Place place;
        const bool local = !f.locals.empty() && (m_.globals.empty() || coin());
        if (!local && m_.globals.empty())
            return place;
        place.root = local ? RootKind::local : RootKind::global;
        place.index = below(local ? f.locals.size() : m_.globals.size());
        fill(place.steps, 4, [&] { return step(f); });
        return place;
    }

    Step step(const Function& f) {
        switch (below(5)) {
        case 0: return {StepKind::element, 0};
        case 1: return {StepKind::constant, number()};
        case 2:
            if (!f.locals.empty())
                return {StepKind::variable, below(f.locals.size())};
            break;
        case 3:
            if (!m_.fields.empty())
                return {StepKind::field, below(m_.fields.size())};
            break;
        default: break;
        }
        return {StepKind::deref, 0};
    }

    Value value(const Function& f) {
        Value value;
        value.kind = static_cast<ValueKind>(below(static_cast<unsigned>(ValueKind::method) + 1));
        if (value.kind == ValueKind::load || value.kind == ValueKind::address) {
            value.place = place(f);
            if (!value.place)
                value.kind = ValueKind::null;
        } else if (value.kind == ValueKind::constant) {
            value.number = static_cast<std::int64_t>(random_()) * (coin() ? 1 : -1);
        } else if (value.kind == ValueKind::function || value.kind == ValueKind::method) {
            value.symbol = index(m_.symbols.size());
        }
        return value;
    }

    std::mt19937_64 random_;
    Module m_;
};

} // namespace

Module randomModule(unsigned seed) { return Generator(seed).module(); }

} // namespace deadheat::ir
