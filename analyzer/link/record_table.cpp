// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/record_table.h"

#include <algorithm>
#include <functional>

namespace deadheat::link {

namespace {

/// C programs also derive by repeating the first fields; one equal field is no evidence.
constexpr std::size_t kRepeatedFields = 2;

std::uint64_t hashOf(std::string_view usr) { return mixBits(std::hash<std::string_view>{}(usr)); }

} // namespace

RecordTable::RecordTable(const ir::Module& code, const TypeTable& types) : code_(code), types_(types) {
    for (const ir::Record& record : code.records)
        definitions_[intern(record.usr)] = &record;
    for (const ir::Record& record : code.records)
        for (const std::string& base : record.bases)
            intern(base);
    for (TypeId type = 0; type < types.size(); ++type)
        ofType_.push_back(types.kindOf(type) == ir::TypeKind::record ? intern(types[type].record) : kNoId);
    for (const ir::Field& field : code.fields)
        ofField_.push_back(intern(field.record));
    for (const ir::Function& function : code.functions)
        intern(function.record);
}

RecordId RecordTable::ofPointee(TypeId type) const {
    switch (types_.kindOf(type)) {
    case ir::TypeKind::pointer:
    case ir::TypeKind::reference:
    case ir::TypeKind::smartPointer:
    case ir::TypeKind::sharedPointer: return ofType(types_.inner(type));
    default: return kNoId;
    }
}

RecordId RecordTable::find(std::string_view usr) const {
    return index_.find(hashOf(usr), [&](RecordId id) { return usrs_[id] == usr; });
}

RecordId RecordTable::intern(std::string_view usr) {
    if (usr.empty())
        return kNoId;
    if (const RecordId known = find(usr); known != kNoId)
        return known;
    const auto id = static_cast<RecordId>(usrs_.size());
    usrs_.emplace_back(usr);
    definitions_.push_back(nullptr);
    index_.insert(hashOf(usr), id);
    return id;
}

const ir::Record* RecordTable::definition(RecordId record) const {
    return record == kNoId ? nullptr : definitions_[record];
}

std::vector<RecordId> RecordTable::withBases(RecordId record) const {
    std::vector<RecordId> result{record};
    for (std::size_t i = 0; i < result.size(); ++i)
        if (const ir::Record* known = definition(result[i]))
            for (const std::string& name : known->bases)
                if (const RecordId base = find(name); std::find(result.begin(), result.end(), base) == result.end())
                    result.push_back(base);
    return result;
}

bool RecordTable::derivesFrom(RecordId record, RecordId base) const {
    if (record == base)
        return true;
    if (!definition(record) || definition(record)->bases.empty())
        return false;
    const auto [at, isNew] = derives_.try_emplace(pairKey(record, base), false);
    if (isNew) {
        const std::vector<RecordId> all = withBases(record);
        at->second = std::find(all.begin(), all.end(), base) != all.end();
    }
    return at->second;
}

RecordTable::Fit RecordTable::fit(RecordId actual, RecordId wanted, ir::Index& member) const {
    if (actual == wanted || actual == kNoId || wanted == kNoId)
        return Fit::here;
    const std::uint64_t key = pairKey(actual, wanted);
    std::uint32_t known = fitIndex_.find(key);
    if (known == kNoId) {
        known = static_cast<std::uint32_t>(fits_.size());
        fits_.push_back({Fit::nowhere, ir::kNone}); // ends the recursion for records that contain each other
        fitIndex_.insert(key, known);
        FitResult result{Fit::nowhere, ir::kNone};
        result.fit = computeFit(actual, wanted, result.member);
        fits_[known] = result;
    }
    member = fits_[known].member;
    return fits_[known].fit;
}

RecordTable::Fit RecordTable::computeFit(RecordId actual, RecordId wanted, ir::Index& member) const {
    const ir::Record* record = definition(actual);
    const ir::Record* target = definition(wanted);
    if (derivesFrom(actual, wanted) || derivesFrom(wanted, actual))
        return Fit::here;
    if (!record || !target || (record->fields.empty() && record->bases.empty()) ||
        sharedStart(*record, *target) >= kRepeatedFields)
        return Fit::here;
    const std::size_t candidates =
        record->isUnion ? record->fields.size() : std::min<std::size_t>(1, record->fields.size());
    for (std::size_t i = 0; i < candidates; ++i) {
        const ir::Index type = code_.fields[record->fields[i]].type;
        ir::Index deeper = ir::kNone;
        if (ofType(type) != kNoId && ofType(type) != actual && fit(ofType(type), wanted, deeper) != Fit::nowhere) {
            member = record->fields[i];
            return Fit::inside;
        }
    }
    return Fit::nowhere;
}

/// The number of fields that both begin with.
std::size_t RecordTable::sharedStart(const ir::Record& one, const ir::Record& other) const {
    const std::size_t count = std::min(one.fields.size(), other.fields.size());
    for (std::size_t i = 0; i < count; ++i) {
        const ir::Field& mine = code_.fields[one.fields[i]];
        const ir::Field& theirs = code_.fields[other.fields[i]];
        if (mine.name != theirs.name || mine.type != theirs.type)
            return i;
    }
    return count;
}

ir::Index RecordTable::fieldIn(RecordId actual, ir::Index field) const {
    const RecordId owner = ofField_[field];
    if (actual == owner || actual == kNoId || derivesFrom(actual, owner) || derivesFrom(owner, actual))
        return field;
    const ir::Record* mine = definition(actual);
    const ir::Record* theirs = definition(owner);
    if (!mine || !theirs)
        return field;
    const auto at = static_cast<std::size_t>(std::ranges::find(theirs->fields, field) - theirs->fields.begin());
    return at < sharedStart(*mine, *theirs) ? mine->fields[at] : field;
}

} // namespace deadheat::link
