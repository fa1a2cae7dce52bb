// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/ir/text_reader.h"

#include <fmt/format.h>

namespace deadheat::ir::text {

namespace {

class FunctionReader {
public:
    FunctionReader(Reader& reader, Function& function) : r_(reader), f_(function) {}

    void read(std::span<Cursor> lines) {
        header(lines[0]);
        // Declarations first: an instruction may name a local that a later line declares.
        for (auto& line : lines.subspan(1))
            declaration(line);
        for (auto& line : lines.subspan(1))
            if (acceptKeyword(line, "returns")) {
                returnsLine(line);
                expectEnd(line);
            }
        if (!returnsGiven_)
            f_.returnLocal = defaultReturnLocal(f_);
        for (auto& line : lines.subspan(1))
            if (!line.atEnd())
                statement(line);
        finish();
    }

private:
    struct PendingEdge {
        Index block;
        std::size_t position;
        std::string label;
        Cursor line;
    };

    void header(Cursor& line) {
        inferFromName(f_, r_.names->records);
        line.expect("(");
        bool untypedThis = false;
        while (!line.accept(")")) {
            if (!f_.locals.empty())
                line.expect(",");
            const bool isThis = f_.locals.empty() && line.peekWord() == "this";
            local(line, isThis ? LocalKind::this_ : LocalKind::parameter);
            untypedThis = untypedThis || (isThis && !typeGiven_);
            f_.parameters += isThis ? 0 : 1;
        }
        f_.result = r_.typed(line);
        headerWords(line);
        if (untypedThis && !f_.record.empty())
            f_.locals[0].type = r_.useType(line, r_.names->records.refer(f_.record) + "*");
    }

    void headerWords(Cursor& line) {
        for (;;) {
            if (line.acceptWord("of"))
                f_.record = r_.recordUsr(line);
            else if (!r_.flag(line, f_, functionFlagWords()) && !r_.word(line, f_.access))
                break;
        }
        f_.range = r_.rangeAtEnd(line);
    }

    void local(Cursor& line, LocalKind kind) {
        Local local;
        local.kind = kind;
        local.name = line.expectName("a name").text;
        typeGiven_ = line.atColon();
        local.type = r_.typed(line);
        local.addressTaken = line.acceptWord("taken");
        local.range = r_.range(line);
        f_.locals.push_back(std::move(local));
    }

    std::vector<std::string>* contractList(Cursor& line) {
        struct ListWord {
            std::string_view word;
            std::vector<std::string> Contract::* member;
        };
        constexpr ListWord kLists[] = {{"requires", &Contract::requiresLocks},
                                       {"requires_shared", &Contract::requiresShared},
                                       {"acquires", &Contract::acquires},
                                       {"releases", &Contract::releases},
                                       {"excludes", &Contract::excludes}};
        for (const auto& list : kLists)
            if (acceptKeyword(line, list.word))
                return &(f_.contract.*list.member);
        return nullptr;
    }

    void declaration(Cursor& line) {
        if (acceptKeyword(line, "local")) {
            local(line, LocalKind::variable);
        } else if (acceptKeyword(line, "temp")) {
            local(line, LocalKind::temporary);
        } else if (auto* list = contractList(line)) {
            do
                list->push_back(line.expectName("a lock").text);
            while (line.accept(","));
        } else if (acceptKeyword(line, "overrides")) {
            do
                f_.overrides.push_back(r_.names->functions.resolve(line.expectName("a function")));
            while (line.accept(","));
        } else if (!flagLine(line)) {
            return;
        }
        expectEnd(line);
    }

    bool flagLine(Cursor& line) {
        if (acceptKeyword(line, "noanalysis"))
            f_.contract.noAnalysis = true;
        else if (acceptKeyword(line, "nobody"))
            noBody_ = true;
        else if (acceptKeyword(line, "noexit"))
            noExit_ = true;
        else
            return false;
        return true;
    }

    static void expectEnd(const Cursor& line) {
        if (!line.atEnd())
            line.fail(fmt::format("did not expect '{}'", line.rest()));
    }

    void statement(Cursor& line) {
        if (acceptKeyword(line, "unwind")) {
            if (!line.acceptWord("exit"))
                line.fail("only 'unwind exit' is known");
            unwindIsExit_ = true;
        } else if (label(line) || terminator(line)) {
        } else {
            current().instrs.push_back(readInstruction(r_, f_, line));
            return;
        }
        expectEnd(line);
    }

    bool label(Cursor& line) {
        const auto word = std::string(line.peekWord());
        if (word.empty() || line.rest().size() <= word.size() || line.rest()[word.size()] != ':')
            return false;
        line.accept(word);
        line.accept(":");
        expectEnd(line);
        if (!labels_.emplace(word, static_cast<Index>(f_.blocks.size())).second)
            line.fail(fmt::format("two blocks are called '{}'", word));
        f_.blocks.emplace_back();
        terminated_.push_back(false);
        return true;
    }

    Block& current() {
        if (f_.blocks.empty() || terminated_.back()) {
            f_.blocks.emplace_back();
            terminated_.push_back(false);
        }
        return f_.blocks.back();
    }

    void addEdge(Cursor& line, const std::string& target, EdgeKind kind) {
        auto& block = f_.blocks.back();
        pending_.push_back({static_cast<Index>(f_.blocks.size() - 1), block.successors.size(), target, line});
        block.successors.push_back({0, kind});
    }

    void edges(Cursor& line) {
        while (!line.atEnd()) {
            const auto target = line.expectName("a label").text;
            EdgeKind kind = EdgeKind::normal;
            r_.word(line, kind);
            addEdge(line, target, kind);
            if (!line.accept(","))
                return;
        }
    }

    bool terminator(Cursor& line) {
        if (acceptKeyword(line, "goto")) {
            current();
            edges(line);
        } else if (acceptKeyword(line, "if")) {
            branch(line);
        } else if (acceptKeyword(line, "when")) {
            condition(line, current().condition);
            if (!line.acceptWord("goto"))
                line.fail("expected goto");
            edges(line);
        } else if (acceptKeyword(line, "return")) {
            returnStatement(line);
        } else if (acceptKeyword(line, "stop")) {
            current();
        } else {
            return false;
        }
        terminated_.back() = true;
        return true;
    }

    /// `return v` is a copy of v into the return local, which it brings along when there is none, and the way out.
    void returnStatement(Cursor& line) {
        current();
        if (!line.atEnd() && !isRange(line.rest())) {
            if (f_.returnLocal == kNone)
                addReturnLocal();
            Instr copy;
            copy.operands.push_back(r_.value(line, f_, false));
            copy.result = {RootKind::local, f_.returnLocal, {}};
            copy.range = r_.range(line);
            current().instrs.push_back(std::move(copy));
        }
        addEdge(line, "exit", EdgeKind::normal);
    }

    void addReturnLocal() {
        Local local;
        local.name = "return";
        local.kind = LocalKind::temporary;
        local.type = f_.result;
        f_.returnLocal = static_cast<Index>(f_.locals.size());
        f_.locals.push_back(std::move(local));
    }

    void returnsLine(Cursor& line) {
        returnsGiven_ = true;
        if (line.accept("?"))
            return;
        const auto place = r_.place(line, f_);
        if (place.root != RootKind::local || !place.steps.empty())
            line.fail("returns names a local");
        f_.returnLocal = place.index;
    }

    void condition(Cursor& line, Condition& condition) {
        condition.left = r_.value(line, f_, false);
        if (line.accept("&"))
            condition.mask = r_.value(line, f_, false).number;
        // Longer operators first: `<=` begins with `<`.
        for (const auto compare : {Compare::lessEqual, Compare::greaterEqual, Compare::equal, Compare::notEqual,
                                   Compare::less, Compare::greater, Compare::none})
            if (line.accept(wordOf(compare))) {
                condition.compare = compare;
                condition.right = r_.value(line, f_, false);
                return;
            }
        condition.compare = Compare::notEqual;
        condition.right.kind = ValueKind::constant;
    }

    void branch(Cursor& line) {
        condition(line, current().condition);
        if (!line.acceptWord("goto"))
            line.fail("expected goto");
        addEdge(line, line.expectName("a label").text, EdgeKind::true_);
        const bool hasElse = line.acceptWord("else");
        addEdge(line, hasElse ? line.expectName("a label").text : "", EdgeKind::false_);
    }

    bool isReferred(std::string_view label) const {
        for (const auto& edge : pending_)
            if (edge.label == label)
                return true;
        return false;
    }

    Index appendBlock(const std::string& label) {
        labels_[label] = static_cast<Index>(f_.blocks.size());
        f_.blocks.emplace_back();
        terminated_.push_back(true);
        return labels_[label];
    }

    void finish() {
        if (f_.blocks.empty() && (noBody_ || f_.isDeclaration))
            return;
        if (f_.blocks.empty())
            current(); // the entry
        if (labels_.contains("exit"))
            f_.exitBlock = labels_["exit"];
        else if (!noExit_)
            f_.exitBlock = appendBlock("exit");
        if (unwindIsExit_)
            f_.unwindBlock = f_.exitBlock;
        else if (labels_.contains("unwind"))
            f_.unwindBlock = labels_["unwind"];
        else if (isReferred("unwind"))
            f_.unwindBlock = appendBlock("unwind");
        resolveEdges();
        for (Index i = 0; i < f_.blocks.size(); ++i)
            if (!terminated_[i])
                if (const auto next = fallThrough(f_, i))
                    f_.blocks[i].successors.push_back({*next});
    }

    void resolveEdges() {
        for (const auto& edge : pending_) {
            auto& target = f_.blocks[edge.block].successors[edge.position].target;
            if (edge.label.empty()) { // an `if` without else goes on
                target = fallThrough(f_, edge.block).value_or(f_.exitBlock);
            } else if (const auto at = labels_.find(edge.label); at != labels_.end()) {
                target = at->second;
            } else {
                edge.line.fail(fmt::format("no block is called '{}'", edge.label));
            }
        }
    }

    Reader& r_;
    Function& f_;
    std::map<std::string, Index> labels_;
    std::vector<PendingEdge> pending_;
    std::vector<bool> terminated_;
    bool typeGiven_ = false, noBody_ = false, noExit_ = false, returnsGiven_ = false, unwindIsExit_ = false;
};

} // namespace

void readFunction(Reader& reader, Function& function, std::span<Cursor> lines) {
    FunctionReader(reader, function).read(lines);
}

} // namespace deadheat::ir::text
