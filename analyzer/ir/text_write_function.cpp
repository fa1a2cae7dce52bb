// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/ir/text_writer.h"

#include <algorithm>
#include <fmt/format.h>

namespace deadheat::ir::text {

namespace {

bool isEmptyEnd(const Block& block) { return block == Block{}; }

class FunctionWriter {
public:
    FunctionWriter(Writer& writer, const Function& function) : w_(writer), f_(function) {}

    std::string write() {
        header();
        locals();
        attributes();
        body();
        return std::move(out_);
    }

private:
    template <typename... Args>
    void line(fmt::format_string<Args...> format, Args&&... args) {
        out_ += "  " + fmt::format(format, std::forward<Args>(args)...) + "\n";
    }

    std::string localText(Index index) {
        const Local& local = f_.locals[index];
        std::string out = local.kind == LocalKind::this_ ? "this"
                          : local.name == "this"         ? quote(local.name)
                                                         : quoteIfNeeded(local.name);
        if (local.kind != LocalKind::this_)
            out += w_.typed(local.type);
        else if (w_.names.type(local.type) != defaultThis())
            out += " : " + w_.names.type(local.type);
        return out + (local.addressTaken ? " taken" : "") + w_.range(local.range);
    }

    /// What an untyped `this` is read as: a pointer to the function's record.
    std::string defaultThis() const { return f_.record.empty() ? "?" : w_.names.records.refer(f_.record) + "*"; }

    bool inHeader(Index index) const {
        return f_.locals[index].kind == LocalKind::this_ || f_.locals[index].kind == LocalKind::parameter;
    }

    void header() {
        Function defaults;
        defaults.name = f_.name;
        inferFromName(defaults, w_.names.records);
        out_ = f_.isDeclaration ? "declare " : "func ";
        out_ += quoteIfNeeded(f_.name);
        if (f_.usr != f_.name)
            out_ += " " + quote(f_.usr);
        out_ += "(";
        for (Index i = 0; i < f_.locals.size() && inHeader(i); ++i)
            out_ += (i == 0 ? "" : ", ") + localText(i);
        out_ += ")" + w_.typed(f_.result) + Writer::flags(f_, functionFlagWords(), defaults) + w_.access(f_.access);
        if (f_.record != defaults.record)
            out_ += " of " + w_.names.records.refer(f_.record);
        out_ += w_.range(f_.range) + "\n";
    }

    void locals() {
        for (Index i = 0; i < f_.locals.size(); ++i)
            if (!inHeader(i))
                line("{} {}", f_.locals[i].kind == LocalKind::temporary ? "temp" : "local", localText(i));
    }

    void list(std::string_view word, const std::vector<std::string>& items) {
        if (items.empty())
            return;
        std::string joined;
        for (const auto& item : items)
            joined += (joined.empty() ? "" : ", ") + item;
        line("{} {}", word, joined);
    }

    void quotedList(std::string_view word, std::vector<std::string> items) {
        for (auto& item : items)
            item = quoteIfNeeded(item);
        list(word, items);
    }

    void attributes() {
        std::vector<std::string> overridden;
        for (const auto& usr : f_.overrides)
            overridden.push_back(w_.names.functions.refer(usr));
        list("overrides", overridden);
        quotedList("requires", f_.contract.requiresLocks);
        quotedList("requires_shared", f_.contract.requiresShared);
        quotedList("acquires", f_.contract.acquires);
        quotedList("releases", f_.contract.releases);
        quotedList("excludes", f_.contract.excludes);
        if (f_.contract.noAnalysis)
            line("noanalysis");
        if (f_.returnLocal != defaultReturnLocal(f_))
            line("returns {}", f_.returnLocal == kNone ? "?" : w_.names.local(f_.returnLocal, f_));
    }

    /// How many blocks need no text: an empty exit at the end, and an empty unwind block after it when an edge names it.
    Index writtenBlocks() const {
        auto count = static_cast<Index>(f_.blocks.size());
        const auto isLast = [&](Index block) {
            return block != kNone && block + 1 == count && count > 1 && isEmptyEnd(f_.blocks[block]);
        };
        const bool hasExit = f_.exitBlock != kNone && f_.exitBlock != f_.unwindBlock;
        if (hasExit && isLast(f_.unwindBlock) && f_.exitBlock + 1 == f_.unwindBlock && isNamed(f_.unwindBlock))
            --count;
        if (hasExit && isLast(f_.exitBlock) &&
            (f_.unwindBlock == kNone || f_.unwindBlock >= count || f_.unwindBlock < f_.exitBlock))
            --count;
        else
            count = static_cast<Index>(f_.blocks.size());
        return count;
    }

    /// Whether an edge that is written out leads to the block.
    bool isNamed(Index target) const {
        return std::any_of(f_.blocks.begin(), f_.blocks.end(), [&](const Block& block) {
            return std::any_of(block.successors.begin(), block.successors.end(),
                               [&](const Edge& edge) { return edge.target == target; });
        });
    }

    std::string label(Index block) const {
        if (block == f_.exitBlock)
            return "exit";
        return block == f_.unwindBlock ? "unwind" : fmt::format("b{}", block);
    }

    /// An entry without instructions needs its label where no other line would show that it is there.
    bool entryIsInvisible(Index written) const {
        return f_.blocks[0].instrs.empty() && (written > 1 || f_.isDeclaration);
    }

    void body() {
        if (f_.blocks.empty()) {
            if (!f_.isDeclaration)
                line("nobody");
            return;
        }
        const Index written = writtenBlocks();
        if (f_.exitBlock == kNone)
            line("noexit");
        if (f_.unwindBlock != kNone && f_.unwindBlock == f_.exitBlock)
            line("unwind exit");
        for (Index i = 0; i < written; ++i) {
            if (i > 0 || label(i)[0] != 'b' || isNamed(i) || entryIsInvisible(written))
                out_ += label(i) + ":\n";
            for (const auto& instr : f_.blocks[i].instrs)
                line("{}", instruction(instr));
            terminator(i);
        }
    }

    std::string edges(const std::vector<Edge>& list) const {
        std::string out;
        for (const auto& edge : list) {
            out += (out.empty() ? "" : ", ") + label(edge.target);
            if (edge.kind != EdgeKind::normal)
                out += fmt::format(" {}", wordOf(edge.kind));
        }
        return out;
    }

    void terminator(Index index) {
        const Block& block = f_.blocks[index];
        const auto& next = block.successors;
        if (block.condition != Condition{}) {
            branch(block);
            return;
        }
        const auto implied = fallThrough(f_, index);
        if (implied ? next == std::vector<Edge>{{*implied}} : next.empty())
            return;
        line("{}", next.empty() ? "stop" : "goto " + edges(next));
    }

    void branch(const Block& block) {
        const auto& next = block.successors;
        const Condition& condition = block.condition;
        const auto mask = condition.mask == Condition::kAllBits ? "" : fmt::format(" & #{}", condition.mask);
        const auto test = fmt::format("{}{} {} {}", w_.value(condition.left, f_, false), mask,
                                      wordOf(condition.compare), w_.value(condition.right, f_, false));
        const bool twoWay = next.size() == 2 && next[0].kind == EdgeKind::true_ && next[1].kind == EdgeKind::false_;
        if (twoWay)
            line("if {} goto {} else {}", test, label(next[0].target), label(next[1].target));
        else
            line("when {} goto {}", test, edges(next));
    }

    std::string operands(const Instr& instr) const {
        std::string out;
        for (std::size_t i = 0; i < instr.operands.size(); ++i)
            out += (i == 0 ? "" : ", ") + w_.value(instr.operands[i], f_, i < addressOperands(instr.op));
        return out;
    }

    std::string qualifiers(const Instr& instr) const {
        std::string out;
        if (instr.op != Op::call && instr.symbol != kNone)
            out += " via " + w_.names.symbol(instr.symbol);
        out += w_.typed(instr.type);
        if (instr.size != 0)
            out += fmt::format(" {}", instr.size);
        out += Writer::flags(instr.flags, instrFlagWords());
        if (instr.order != MemoryOrder::notAtomic)
            out += fmt::format(" {}", wordOf(instr.order));
        if (instr.spawn != defaultSpawn(instr.op))
            out += fmt::format(" {}", wordOf(instr.spawn));
        if (instr.success != Success::always)
            out += fmt::format(" {}", wordOf(instr.success));
        return out;
    }

    std::string instruction(const Instr& instr) {
        const bool assignment = instr.op == Op::copy && instr.result && instr.operands.size() == 1;
        std::string out;
        if (instr.result && !assignment)
            out = w_.place(instr.result, f_) + " = ";
        out += wordOf(instr.op);
        const auto tail = qualifiers(instr);
        if (instr.op == Op::call)
            out += " " + w_.names.symbol(instr.symbol) + "(" + operands(instr) + ")";
        else if (assignment)
            out += " " + w_.place(instr.result, f_) + " = " + operands(instr);
        else if (!instr.operands.empty())
            out += " " + operands(instr);
        else if (!tail.empty())
            out += " ()"; // else a flag could be read as an operand
        return out + tail + w_.range(instr.range);
    }

    Writer& w_;
    const Function& f_;
    std::string out_;
};

} // namespace

std::string writeFunction(Writer& writer, const Function& function) { return FunctionWriter(writer, function).write(); }

} // namespace deadheat::ir::text
