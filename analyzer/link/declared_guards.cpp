// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/declared_guards.h"

#include <algorithm>
#include <string_view>

namespace deadheat::link {

namespace {

/// The name in `mu`, `this->mu` and `&mu`; empty for everything else.
std::string_view nameIn(std::string_view written) {
    for (std::string_view prefix : {"&", "this->"})
        if (written.starts_with(prefix))
            written.remove_prefix(prefix.size());
    const bool isName = !written.empty() && written.find_first_of("*&.->([ ") == std::string_view::npos;
    return isName ? written : std::string_view{};
}

ir::Index memberOf(const ir::Module& code, const std::string& usr, std::string_view name) {
    const auto record = std::ranges::find(code.records, usr, &ir::Record::usr);
    if (record == code.records.end())
        return ir::kNone;
    for (ir::Index field : record->fields)
        if (code.fields[field].name == name)
            return field;
    for (const std::string& base : record->bases)
        if (const ir::Index field = memberOf(code, base, name); field != ir::kNone)
            return field;
    return ir::kNone;
}

ir::Index globalOf(const ir::Module& code, std::string_view name) {
    auto isNamed = [&](const ir::Global& global) {
        return global.name == name || global.name.ends_with("::" + std::string(name));
    };
    const auto found = std::ranges::find_if(code.globals, isNamed);
    return found == code.globals.end() ? ir::kNone : static_cast<ir::Index>(found - code.globals.begin());
}

} // namespace

std::optional<DeclaredGuard> findDeclaredGuard(const WholeProgram& program, const Datum& datum) {
    const ir::Module& code = program.code;
    const bool isMember = datum.field != ir::kNone;
    if (!isMember && program.pointsTo->object(datum.object).kind != ObjectKind::global)
        return std::nullopt;
    const std::vector<std::string>& written =
        isMember ? code.fields[datum.field].guardedBy
                 : code.globals[program.pointsTo->object(datum.object).index].guardedBy;
    for (const std::string& text : written) {
        DeclaredGuard guard;
        const std::string_view name = nameIn(text);
        if (name.empty())
            continue;
        guard.name = name;
        if (isMember)
            guard.field = memberOf(code, code.fields[datum.field].record, name);
        if (guard.field == ir::kNone)
            guard.global = globalOf(code, name);
        if (guard.field != ir::kNone || guard.global != ir::kNone)
            return guard;
    }
    return std::nullopt;
}

bool leavesLocksToCallers(const ir::Function& function) {
    return function.contract.noAnalysis || !function.contract.requiresLocks.empty() ||
           !function.contract.requiresShared.empty();
}

} // namespace deadheat::link
