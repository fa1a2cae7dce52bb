// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/class_hierarchy.h"

#include <algorithm>
#include <unordered_set>

namespace deadheat::link {

ClassHierarchy::ClassHierarchy(const ir::Module& code) : code_(code), directOverriders_(code.functions.size()) {
    functions_.reserve(code.functions.size());
    for (FunctionId id = 0; id < code.functions.size(); ++id)
        functions_.try_emplace(code.functions[id].usr, id);
    for (ir::Index id = 0; id < code.records.size(); ++id)
        records_.try_emplace(code.records[id].usr, id);
    for (FunctionId id = 0; id < code.functions.size(); ++id)
        for (const std::string& base : code.functions[id].overrides)
            if (const FunctionId overridden = function(base); overridden != kNoId)
                directOverriders_[overridden].push_back(id);
}

FunctionId ClassHierarchy::function(std::string_view usr) const {
    const auto at = functions_.find(usr);
    return at == functions_.end() ? kNoId : at->second;
}

const ir::Record* ClassHierarchy::record(std::string_view usr) const {
    const auto at = records_.find(usr);
    return at == records_.end() ? nullptr : &code_.records[at->second];
}

const ClassHierarchy::Overriders& ClassHierarchy::overridersOf(FunctionId method) const {
    const auto [at, isNew] = overriders_.try_emplace(method);
    Overriders& result = at->second;
    if (!isNew)
        return result;
    std::unordered_set<FunctionId> seen{method};
    result.all.push_back(method);
    for (std::size_t i = 0; i < result.all.size(); ++i)
        for (const FunctionId next : directOverriders_[result.all[i]])
            if (seen.insert(next).second)
                result.all.push_back(next);
    std::sort(result.all.begin(), result.all.end());
    for (const FunctionId each : result.all)
        result.byRecord.try_emplace(code_.functions[each].record, each);
    return result;
}

std::vector<std::string_view> ClassHierarchy::withBases(std::string_view recordUsr) const {
    std::vector<std::string_view> result{recordUsr};
    for (std::size_t i = 0; i < result.size(); ++i) {
        const ir::Record* known = record(result[i]);
        if (!known)
            continue;
        for (const std::string_view base : known->bases)
            if (std::find(result.begin(), result.end(), base) == result.end())
                result.push_back(base);
    }
    return result;
}

FunctionId ClassHierarchy::dispatch(FunctionId method, std::string_view recordUsr) const {
    const auto& byRecord = overridersOf(method).byRecord;
    for (const std::string_view each : withBases(recordUsr))
        if (const auto at = byRecord.find(each); at != byRecord.end())
            return at->second;
    return kNoId;
}

bool ClassHierarchy::derivesFrom(std::string_view recordUsr, std::string_view base) const {
    const std::vector<std::string_view> all = withBases(recordUsr);
    return std::find(all.begin(), all.end(), base) != all.end();
}

} // namespace deadheat::link
