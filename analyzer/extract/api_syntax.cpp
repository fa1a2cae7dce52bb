// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/extract/api_syntax.h"

#include "analyzer/ir/text_words.h"

#include <llvm/Support/SourceMgr.h>
#include <llvm/Support/YAMLTraits.h>

#include <charconv>

namespace deadheat::extract {
namespace {

using Strings = std::vector<std::string>;

/// A step as written; the texts are turned into values once the whole document is read.
struct StepText {
    std::string op;
    Strings operands, flags;
    std::string success = "always", spawn = "nokind";
    int order = -1, sharedIf0 = -1;
    bool each = false;
};

struct RuleText {
    Strings names, of, kind;
    StepText step;
    std::vector<StepText> then;
    Strings reads, writes, updates, flow, calls, destroys, clears, markFlags;
    int size = -1, sharedFlag = -1, marks = -1, markedBy = -1;
    std::string value, reference; // what the call yields
    std::string construct;
    bool noReturn = false, inert = false, throws = false;
    std::string arguments; // "2", "1+", "0-1"
};

struct TypeText {
    Strings names, flags;
    std::string kind;
    int element = -1;
};

struct DocumentText {
    std::vector<TypeText> types;
    std::vector<RuleText> functions;
};

} // namespace
} // namespace deadheat::extract

LLVM_YAML_IS_SEQUENCE_VECTOR(deadheat::extract::StepText)
LLVM_YAML_IS_SEQUENCE_VECTOR(deadheat::extract::RuleText)
LLVM_YAML_IS_SEQUENCE_VECTOR(deadheat::extract::TypeText)

namespace llvm::yaml {

using deadheat::extract::DocumentText;
using deadheat::extract::RuleText;
using deadheat::extract::StepText;
using deadheat::extract::TypeText;

static void mapStep(IO& io, StepText& step) {
    io.mapOptional("operands", step.operands);
    io.mapOptional("flags", step.flags);
    io.mapOptional("success", step.success);
    io.mapOptional("spawn", step.spawn);
    io.mapOptional("order", step.order);
    io.mapOptional("sharedIf0", step.sharedIf0);
    io.mapOptional("each", step.each);
}

template <>
struct MappingTraits<StepText> {
    static void mapping(IO& io, StepText& step) {
        io.mapRequired("op", step.op);
        mapStep(io, step);
    }
};

template <>
struct MappingTraits<RuleText> {
    static void mapping(IO& io, RuleText& rule) {
        io.mapRequired("names", rule.names);
        io.mapOptional("of", rule.of);
        io.mapOptional("kind", rule.kind);
        io.mapOptional("op", rule.step.op);
        mapStep(io, rule.step);
        io.mapOptional("then", rule.then);
        io.mapOptional("reads", rule.reads);
        io.mapOptional("writes", rule.writes);
        io.mapOptional("updates", rule.updates);
        io.mapOptional("size", rule.size);
        io.mapOptional("flow", rule.flow);
        io.mapOptional("calls", rule.calls);
        io.mapOptional("destroys", rule.destroys);
        io.mapOptional("clears", rule.clears);
        io.mapOptional("sharedFlag", rule.sharedFlag);
        io.mapOptional("marks", rule.marks);
        io.mapOptional("markFlags", rule.markFlags);
        io.mapOptional("markedBy", rule.markedBy);
        io.mapOptional("value", rule.value);
        io.mapOptional("reference", rule.reference);
        io.mapOptional("noreturn", rule.noReturn);
        io.mapOptional("inert", rule.inert);
        io.mapOptional("throws", rule.throws);
        io.mapOptional("construct", rule.construct);
        io.mapOptional("arguments", rule.arguments);
    }
};

template <>
struct MappingTraits<TypeText> {
    static void mapping(IO& io, TypeText& type) {
        io.mapRequired("names", type.names);
        io.mapRequired("kind", type.kind);
        io.mapOptional("flags", type.flags);
        io.mapOptional("element", type.element);
    }
};

template <>
struct MappingTraits<DocumentText> {
    static void mapping(IO& io, DocumentText& document) {
        io.mapOptional("types", document.types);
        io.mapOptional("functions", document.functions);
    }
};

} // namespace llvm::yaml

namespace deadheat::extract {
namespace {

constexpr std::pair<std::string_view, ApiValue::Base> kWholeWords[] = {
    {"null", ApiValue::Base::null}, {"locks", ApiValue::Base::locks},   {"result", ApiValue::Base::result},
    {"new", ApiValue::Base::fresh}, {"handle", ApiValue::Base::handle},
};

bool eat(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix))
        return false;
    text.remove_prefix(prefix.size());
    return true;
}

bool eatNumber(std::string_view& text, unsigned& number) {
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{})
        return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

/// Collects the first thing that is wrong with a rule.
struct Checker {
    std::string error;

    template <typename Enum>
    Enum word(const std::string& text, const char* what, Enum fallback) {
        if (auto value = ir::text::fromWord<Enum>(text))
            return *value;
        fail(std::string(what) + " '" + text + "' is not known");
        return fallback;
    }
    ApiValue value(const std::string& text) {
        if (auto parsed = parseApiValue(text))
            return *parsed;
        fail("'" + text + "' is no operand");
        return {};
    }
    std::vector<ApiValue> values(const Strings& texts) {
        std::vector<ApiValue> result;
        for (const std::string& text : texts)
            result.push_back(value(text));
        return result;
    }
    ir::InstrFlags flags(const Strings& words) {
        ir::InstrFlags result;
        for (const std::string& flag : words)
            if (!ir::text::setFlag(result, ir::text::instrFlagWords(), flag))
                fail("flag '" + flag + "' is not known");
        return result;
    }
    void fail(std::string message) {
        if (error.empty())
            error = std::move(message);
    }
};

ApiStep makeStep(const StepText& text, Checker& check) {
    ApiStep step;
    step.op = check.word(text.op, "op", ir::Op::call);
    step.operands = check.values(text.operands);
    step.flags = check.flags(text.flags);
    step.success = check.word(text.success, "success", ir::Success::always);
    step.spawn = check.word(text.spawn, "spawn", ir::SpawnKind::none);
    step.order = text.order;
    step.sharedIf0 = text.sharedIf0;
    step.each = text.each;
    return step;
}

/// "2(0, 1...)": the callable and what it is called with.
ApiCallback makeCallback(std::string_view text, Checker& check) {
    ApiCallback callback;
    std::size_t open = text.find('(');
    callback.callable = check.value(std::string(text.substr(0, open)));
    if (open == std::string_view::npos)
        return callback;
    text = text.substr(open + 1, text.rfind(')') - open - 1);
    while (!text.empty()) {
        std::size_t comma = std::min(text.find(','), text.size());
        callback.operands.push_back(check.value(std::string(text.substr(0, comma))));
        text.remove_prefix(std::min(comma + 1, text.size()));
        while (eat(text, " ")) {
        }
    }
    return callback;
}

ApiFlow makeFlow(const std::string& text, Checker& check) {
    std::size_t sign = text.find(" = ");
    if (sign == std::string::npos) {
        check.fail("flow '" + text + "' is not of the form 'to = from'");
        return {};
    }
    ApiFlow flow{check.value(text.substr(0, sign)), check.value(text.substr(sign + 3))};
    if (!flow.to.isPlace() && flow.to.base != ApiValue::Base::fresh)
        check.fail("flow '" + text + "': its left side is no place");
    return flow;
}

void setArgumentCount(std::string_view text, ApiEntry& entry, Checker& check) {
    if (text.empty())
        return;
    if (!eatNumber(text, entry.fewest))
        return check.fail("arguments must be a number, 'N+' or 'N-M'");
    entry.most = entry.fewest;
    if (text == "+")
        entry.most = ~0u;
    else if (eat(text, "-") && !eatNumber(text, entry.most))
        check.fail("arguments must be a number, 'N+' or 'N-M'");
}

ApiEntry makeEntry(const RuleText& text, Checker& check) {
    ApiEntry entry;
    if (!text.step.op.empty())
        entry.steps.push_back(makeStep(text.step, check));
    for (const StepText& step : text.then)
        entry.steps.push_back(makeStep(step, check));
    entry.reads = check.values(text.reads);
    entry.writes = check.values(text.writes);
    entry.updates = check.values(text.updates);
    entry.destroys = check.values(text.destroys);
    entry.clears = check.values(text.clears);
    entry.size = text.size;
    entry.sharedFlag = text.sharedFlag;
    entry.marks = text.marks;
    entry.markFlags = check.flags(text.markFlags);
    entry.markedBy = text.markedBy;
    for (const std::string& flow : text.flow)
        entry.flow.push_back(makeFlow(flow, check));
    for (const std::string& callback : text.calls)
        entry.calls.push_back(makeCallback(callback, check));
    entry.resultIsReference = !text.reference.empty();
    if (entry.resultIsReference || !text.value.empty())
        entry.result = check.value(entry.resultIsReference ? text.reference : text.value);
    if (!text.construct.empty())
        entry.construct = makeFlow(text.construct, check);
    entry.noReturn = text.noReturn;
    entry.inert = text.inert;
    entry.throws = text.throws;
    entry.isUser = true;
    setArgumentCount(text.arguments, entry, check);
    return entry;
}

ApiRule makeRule(const RuleText& text, Checker& check) {
    ApiRule rule{text.names, text.of, {}, makeEntry(text, check)};
    for (const std::string& kind : text.kind)
        rule.kinds.push_back(check.word(kind, "kind", ir::TypeKind::unknown));
    return rule;
}

ApiTypeRule makeType(const TypeText& text, Checker& check) {
    ApiTypeRule rule{text.names, {}};
    rule.type.isTag = text.kind == "tag";
    rule.type.kind = rule.type.isTag ? ir::TypeKind::scalar : check.word(text.kind, "kind", ir::TypeKind::unknown);
    rule.type.flags = check.flags(text.flags);
    rule.type.element = text.element;
    return rule;
}

void keepFirstError(const llvm::SMDiagnostic& diagnostic, void* context) {
    auto& error = *static_cast<std::string*>(context);
    if (error.empty())
        error = diagnostic.getFilename().str() + ":" + std::to_string(diagnostic.getLineNo()) + ": " +
                diagnostic.getMessage().str();
}

std::string firstOf(const Strings& names) { return names.empty() ? "?" : names.front(); }

} // namespace

std::optional<ApiValue> parseApiValue(std::string_view text) {
    ApiValue value;
    for (auto [word, base] : kWholeWords)
        if (text == word) {
            value.base = base;
            return value;
        }
    value.address = eat(text, "&");
    bool grouped = eat(text, "(");
    while (eat(text, "*"))
        ++value.derefs;
    unsigned index = 0;
    if (eat(text, "after..."))
        value.base = ApiValue::Base::rest, index = ApiValue::kFirstCallable;
    else if (eat(text, "fn"))
        value.base = ApiValue::Base::callable, index = eatNumber(text, index) ? index : ApiValue::kFirstCallable;
    else if (eat(text, "this"))
        value.base = ApiValue::Base::object;
    else if (eat(text, "result"))
        value.base = ApiValue::Base::result;
    else if (eatNumber(text, index))
        value.base = eat(text, "...") ? ApiValue::Base::rest : ApiValue::Base::argument;
    else
        return std::nullopt;
    value.index = static_cast<std::uint8_t>(index);
    if (eat(text, ".")) {
        value.ofArgument = value.base == ApiValue::Base::argument;
        value.base = ApiValue::Base::member;
        value.member = text;
        return value.member.empty() ? std::nullopt : std::optional(value);
    }
    const bool isClosed = !grouped || eat(text, ")");
    const bool hasElement = isClosed && eat(text, "[");
    if (unsigned chooser = 0; hasElement && eatNumber(text, chooser))
        value.chosenBy = chooser;
    (grouped ? value.lastElement : value.element) = hasElement && eat(text, "]");
    if (!text.empty() || (value.address && !value.isPlace()))
        return std::nullopt;
    return value;
}

std::optional<std::string> readApi(std::string_view yaml, const std::string& name, ApiDocument& document) {
    std::string error;
    llvm::MemoryBufferRef buffer(llvm::StringRef(yaml.data(), yaml.size()), name);
    llvm::yaml::Input input(buffer, nullptr, keepFirstError, &error);
    DocumentText text;
    input >> text;
    if (input.error())
        return error.empty() ? name + ": not valid YAML" : error;
    Checker check;
    for (const TypeText& type : text.types) {
        document.types.push_back(makeType(type, check));
        if (!check.error.empty())
            return name + ": type '" + firstOf(type.names) + "': " + check.error;
    }
    for (const RuleText& rule : text.functions) {
        document.rules.push_back(makeRule(rule, check));
        if (!check.error.empty())
            return name + ": function '" + firstOf(rule.names) + "': " + check.error;
    }
    return std::nullopt;
}

} // namespace deadheat::extract
