// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/checks/describe.h"

#include <algorithm>
#include <fmt/format.h>

namespace deadheat::checks {

namespace {

constexpr std::size_t kMaxPath = 12;

std::string shortPlace(const link::WholeProgram& program, link::InstrRef at) {
    report::Location location = locate(program, at);
    std::size_t slash = location.file.rfind('/');
    return fmt::format("{}:{}", slash == std::string::npos ? location.file : location.file.substr(slash + 1),
                       location.line);
}

} // namespace

report::Location locate(const link::WholeProgram& program, const ir::Range& range) {
    if (range.file == ir::kNone)
        return {};
    return {program.code.files[range.file], range.line, range.column, range.endLine, range.endColumn};
}

report::Location locate(const link::WholeProgram& program, link::InstrRef at) {
    return at ? locate(program, program.instr(at).range) : report::Location{};
}

report::Step stepAt(const link::WholeProgram& program, link::InstrRef at, std::string message) {
    return {locate(program, at), std::move(message), at ? program.function(at.function).name : std::string{}};
}

std::string describeRoot(const link::WholeProgram& program, link::RootId id) {
    const link::Root& root = program.contexts.roots[id];
    switch (root.kind) {
    case link::RootKind::main: return "main thread";
    case link::RootKind::client: return "any caller";
    case link::RootKind::process:
        return fmt::format("child process forked at {}", shortPlace(program, program.spawns.sites[root.sites[0]]));
    case link::RootKind::signal:
        return fmt::format("signal handler installed at {}", shortPlace(program, program.spawns.sites[root.sites[0]]));
    case link::RootKind::thread: break;
    }
    return fmt::format("thread started at {}", shortPlace(program, program.spawns.sites[root.sites[0]]));
}

std::vector<report::Step> callPath(const link::WholeProgram& program, link::ContextId id) {
    std::vector<report::Step> path;
    while (id != link::kNoId && path.size() < kMaxPath) {
        const link::Context& context = program.contexts.all[id];
        if (!context.callSite)
            break;
        const std::string& callee = program.function(context.function).name;
        bool starts = context.caller == link::kNoId || program.contexts.all[context.caller].root != context.root;
        path.push_back(stepAt(program, context.callSite, fmt::format("{} '{}'", starts ? "starts" : "calls", callee)));
        if (starts)
            break;
        id = context.caller;
    }
    std::ranges::reverse(path);
    return path;
}

std::string spellLock(const link::WholeProgram& program, link::ExprId lock, link::FunctionId scope) {
    std::string text = program.exprs->spell(lock, scope);
    if (text.starts_with('&'))
        text.erase(0, 1);
    if (text.starts_with("this->"))
        text.erase(0, 6);
    return text;
}

std::string nameLock(const link::WholeProgram& program, link::ExprId lock, link::FunctionId scope) {
    const link::Expr& e = (*program.exprs)[lock];
    if (e.kind != link::ExprKind::field)
        return spellLock(program, lock, scope);
    const ir::Field& field = program.code.fields[e.b];
    auto record = std::ranges::find(program.code.records, field.record, &ir::Record::usr);
    bool named = record != program.code.records.end() && !record->isLambda && !record->name.empty();
    return named ? record->name + "::" + field.name : spellLock(program, lock, scope);
}

std::string listOf(const std::vector<std::string>& items) {
    std::string text;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0)
            text += i + 1 == items.size() ? " and " : ", ";
        text += items[i];
    }
    return text;
}

} // namespace deadheat::checks
