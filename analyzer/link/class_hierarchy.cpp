// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/class_hierarchy.h"

#include <algorithm>
#include <unordered_set>

namespace deadheat::link {

ClassHierarchy::ClassHierarchy(const ir::Module& code, const RecordTable& records)
    : code_(code), records_(records), directOverriders_(code.functions.size()) {
    functions_.reserve(code.functions.size());
    for (FunctionId id = 0; id < code.functions.size(); ++id)
        functions_.try_emplace(code.functions[id].usr, id);
    for (FunctionId id = 0; id < code.functions.size(); ++id)
        for (const std::string& base : code.functions[id].overrides)
            if (const FunctionId overridden = function(base); overridden != kNoId)
                directOverriders_[overridden].push_back(id);
}

FunctionId ClassHierarchy::function(std::string_view usr) const {
    const auto at = functions_.find(usr);
    return at == functions_.end() ? kNoId : at->second;
}

ClassHierarchy::Overriders& ClassHierarchy::overridersOf(FunctionId method) const {
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
        result.byRecord.try_emplace(classOf(each), each);
    return result;
}

FunctionId ClassHierarchy::dispatch(FunctionId method, RecordId record) const {
    auto& byRecord = overridersOf(method).byRecord;
    if (const auto at = byRecord.find(record); at != byRecord.end())
        return at->second;
    FunctionId result = kNoId;
    for (const RecordId each : records_.withBases(record))
        if (const auto at = byRecord.find(each); at != byRecord.end() && at->second != kNoId) {
            result = at->second;
            break;
        }
    return byRecord[record] = result;
}

FunctionId ClassHierarchy::callOperator(RecordId record) const {
    const ir::Record* known = records_.definition(record);
    return known && !known->callOperator.empty() ? function(known->callOperator) : kNoId;
}

} // namespace deadheat::link
