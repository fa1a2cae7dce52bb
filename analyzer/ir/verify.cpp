// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/ir/verify.h"

#include <fmt/format.h>
#include <string_view>

namespace deadheat::ir {

namespace {

class Verifier {
public:
    explicit Verifier(const Module& module) : m_(module) {}

    std::optional<std::string> run() {
        for (const auto& place : m_.macroPlaces)
            range(place, "macro place");
        for (const auto& field : m_.fields) {
            optional(field.type, m_.types.size(), "type", field.name);
            range(field.range, field.name);
        }
        for (const auto& record : m_.records) {
            range(record.range, record.name);
            for (const auto index : record.fields)
                required(index, m_.fields.size(), "field", record.name);
        }
        for (const auto& global : m_.globals) {
            optional(global.type, m_.types.size(), "type", global.name);
            range(global.range, global.name);
        }
        for (const auto& diagnostic : m_.diagnostics)
            range(diagnostic.range, "diagnostic");
        for (const auto& function : m_.functions)
            check(function);
        return problem_;
    }

private:
    void report(std::string_view what, std::string_view where) {
        if (!problem_)
            problem_ = fmt::format("{} in {}", what, where);
    }

    void required(std::size_t index, std::size_t size, std::string_view table, std::string_view where) {
        if (index >= size)
            report(fmt::format("no {} with index {}", table, index), where);
    }

    void optional(Index index, std::size_t size, std::string_view table, std::string_view where) {
        if (index != kNone)
            required(index, size, table, where);
    }

    void range(const Range& range, std::string_view where) {
        optional(range.file, m_.files.size(), "file", where);
        optional(range.macro, m_.macroPlaces.size(), "macro place", where);
    }

    void check(const Function& function) {
        optional(function.result, m_.types.size(), "type", function.name);
        range(function.range, function.name);
        locals(function);
        optional(function.returnLocal, function.locals.size(), "local", function.name);
        optional(function.exitBlock, function.blocks.size(), "block", function.name);
        optional(function.unwindBlock, function.blocks.size(), "block", function.name);
        for (const auto& block : function.blocks)
            check(block, function);
    }

    /// `this` first, then the parameters, then the rest.
    void locals(const Function& function) {
        const Index first = function.thisLocal() ? 1 : 0;
        for (Index i = 0; i < function.locals.size(); ++i) {
            const auto& local = function.locals[i];
            optional(local.type, m_.types.size(), "type", function.name);
            range(local.range, function.name);
            const bool isParameter = i >= first && i - first < function.parameters;
            if (i >= first && ((local.kind == LocalKind::parameter) != isParameter || local.kind == LocalKind::this_))
                report(fmt::format("local {} is out of order", i), function.name);
        }
        if (first + function.parameters > function.locals.size())
            report("parameters without a local", function.name);
        if (first == 1 && function.locals[0].name != "this")
            report("local 0 is not called this", function.name);
    }

    void check(const Block& block, const Function& function) {
        value(block.condition.left, function);
        value(block.condition.right, function);
        for (const auto& edge : block.successors)
            required(edge.target, function.blocks.size(), "block", function.name);
        for (const auto& instr : block.instrs) {
            optional(instr.symbol, m_.symbols.size(), "symbol", function.name);
            optional(instr.type, m_.types.size(), "type", function.name);
            range(instr.range, function.name);
            place(instr.result, function);
            for (const auto& operand : instr.operands)
                value(operand, function);
        }
    }

    void value(const Value& value, const Function& function) {
        const bool hasPlace = value.kind == ValueKind::load || value.kind == ValueKind::address;
        if (hasPlace != static_cast<bool>(value.place))
            report("a value whose kind and place disagree", function.name);
        place(value.place, function);
        optional(value.symbol, m_.symbols.size(), "symbol", function.name);
    }

    void place(const Place& place, const Function& function) {
        if (place.root == RootKind::local)
            required(place.index, function.locals.size(), "local", function.name);
        if (place.root == RootKind::global)
            required(place.index, m_.globals.size(), "global", function.name);
        for (const auto& step : place.steps) {
            if (step.kind == StepKind::field)
                required(step.index, m_.fields.size(), "field", function.name);
            if (step.kind == StepKind::variable)
                required(step.index, function.locals.size(), "local", function.name);
        }
    }

    const Module& m_;
    std::optional<std::string> problem_;
};

} // namespace

std::optional<std::string> verify(const Module& module) { return Verifier(module).run(); }

} // namespace deadheat::ir
