// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/ir/text_reader.h"

namespace deadheat::ir::text {

namespace {

class InstructionReader {
public:
    InstructionReader(Reader& reader, const Function& function) : r_(reader), f_(function) {}

    Instr read(Cursor& line) {
        Instr instr;
        auto op = operation(line);
        if (!op) {
            instr.result = r_.place(line, f_);
            line.expect("=");
            op = operation(line);
        }
        instr.op = op.value_or(Op::copy);
        instr.spawn = defaultSpawn(instr.op);
        if (instr.op == Op::call) {
            instr.symbol = r_.symbol(line);
            line.expect("(");
            if (!line.accept(")")) {
                operands(line, instr);
                line.expect(")");
            }
        } else if (line.accept("()")) {
        } else if (instr.op == Op::copy) {
            assignment(line, instr);
        } else if (operandFollows(line, instr.op)) {
            operands(line, instr);
        }
        while (!line.atEnd() && !isRange(line.rest()) && qualifier(line, instr)) {
        }
        instr.range = r_.rangeAtEnd(line);
        return instr;
    }

private:
    void operands(Cursor& line, Instr& instr) {
        do
            instr.operands.push_back(r_.value(line, f_, instr.operands.size() < addressOperands(instr.op)));
        while (line.accept(","));
    }

    /// Whether an operand comes next, rather than a qualifier or the end.
    bool operandFollows(Cursor& line, Op op) const {
        if (line.atEnd() || line.atColon() || isRange(line.rest()) || line.peekWord() == "via")
            return false;
        const auto word = line.peekWord();
        if (word.empty() || findLocal(f_, word) || r_.names->findGlobal({std::string(word), false}))
            return true;
        Instr probe;
        probe.op = op;
        Cursor copy = line;
        return !qualifier(copy, probe);
    }

    bool qualifier(Cursor& line, Instr& instr) const {
        if (line.acceptWord("via"))
            instr.symbol = r_.symbol(line);
        else if (line.atColon())
            instr.type = r_.typed(line);
        else if (const auto size = line.number())
            instr.size = static_cast<std::uint32_t>(*size);
        else
            return r_.flag(line, instr.flags, instrFlagWords()) || r_.word(line, instr.order) ||
                   r_.word(line, instr.spawn) || r_.word(line, instr.success);
        return true;
    }

    /// `copy a = b`: the place comes behind the word.
    void assignment(Cursor& line, Instr& instr) {
        if (!operandFollows(line, instr.op))
            return;
        instr.operands.push_back(r_.value(line, f_, false));
        if (!instr.result && instr.operands[0].kind == ValueKind::load && line.accept("=")) {
            instr.result = instr.operands[0].place;
            instr.operands[0] = r_.value(line, f_, false);
        }
        if (line.accept(","))
            operands(line, instr);
    }

    std::optional<Op> operation(Cursor& line) {
        const auto word = line.peekWord();
        const auto op = fromWord<Op>(word);
        if (op && !acceptKeyword(line, word))
            return std::nullopt;
        return op;
    }

    Reader& r_;
    const Function& f_;
};

} // namespace

bool acceptKeyword(Cursor& line, std::string_view word) {
    const auto start = line.position();
    if (!line.acceptWord(word))
        return false;
    const auto rest = line.rest();
    if (!rest.starts_with("=") && !rest.starts_with(".") && !rest.starts_with("->") && !rest.starts_with("[") &&
        rest != ":")
        return true;
    line.rewind(start);
    return false;
}

Instr readInstruction(Reader& reader, const Function& function, Cursor& line) {
    return InstructionReader(reader, function).read(line);
}

} // namespace deadheat::ir::text
