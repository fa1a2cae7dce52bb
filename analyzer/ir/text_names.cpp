// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/ir/text_names.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

namespace deadheat::ir::text {

namespace {

using IndexMap = std::map<std::string, Index, std::less<>>;

template <typename Key, typename Compare>
void addUnique(std::map<Key, Index, Compare>& map, const Key& key, Index index) {
    const auto [at, isNew] = map.emplace(key, index);
    if (!isNew)
        at->second = kNone;
}

std::optional<Index> lookUp(const IndexMap& map, std::string_view key) {
    const auto at = map.find(key);
    if (at == map.end() || at->second == kNone)
        return std::nullopt;
    return at->second;
}

std::string byIndex(Index index) { return fmt::format("${}", index); }

/// A type's spelling may stand unquoted when it has no blank and its brackets pair up.
bool isPlainSpelling(std::string_view spelling) {
    int open = 0;
    for (const char c : spelling) {
        open += (c == '<' || c == '[') - (c == '>' || c == ']');
        if (open < 0 || !(std::isalnum(static_cast<unsigned char>(c)) ||
                          std::string_view("_:<>*&[]").find(c) != std::string_view::npos))
            return false;
    }
    return !spelling.empty() && open == 0 &&
           (std::isalpha(static_cast<unsigned char>(spelling[0])) || spelling[0] == '_');
}

bool isPlainPath(std::string_view path) {
    const auto isPart = [](unsigned char c) {
        return std::isalnum(c) || std::string_view("_./+-").find(static_cast<char>(c)) != std::string_view::npos;
    };
    return !path.empty() && !std::isdigit(static_cast<unsigned char>(path[0])) && path[0] != '-' &&
           std::all_of(path.begin(), path.end(), isPart);
}

/// Words that begin a value and therefore cannot name a place.
bool isValueWord(std::string_view word) { return word == "null" || word == "load" || word == "via"; }

std::string_view lastComponent(std::string_view name) {
    const auto at = name.rfind("::");
    return at == std::string_view::npos ? name : name.substr(at + 2);
}

} // namespace

void UsrNames::add(const std::string& name, const std::string& usr) {
    const auto [at, isNew] = usrOfName_.emplace(name, usr);
    if (!isNew)
        at->second.reset();
    nameOfUsr_.emplace(usr, name);
}

std::string UsrNames::refer(const std::string& usr) const {
    if (const auto known = nameOfUsr_.find(usr); known != nameOfUsr_.end() && isPlainName(known->second))
        if (const auto& unique = usrOfName_.find(known->second)->second; unique && *unique == usr)
            return known->second;
    if (isPlainName(usr)) {
        const auto clash = usrOfName_.find(usr);
        if (clash == usrOfName_.end() || !clash->second || *clash->second == usr)
            return usr;
    }
    return quote(usr);
}

std::string UsrNames::resolve(const Name& name) const {
    if (!name.quoted)
        if (const auto at = usrOfName_.find(name.text); at != usrOfName_.end() && at->second)
            return *at->second;
    return name.text;
}

std::optional<std::string> UsrNames::find(std::string_view name) const {
    if (const auto at = usrOfName_.find(name); at != usrOfName_.end() && at->second)
        return at->second;
    if (nameOfUsr_.find(name) != nameOfUsr_.end())
        return std::string(name);
    return std::nullopt;
}

Names::Names(const Module& module) : module_(module) {
    for (const auto& record : module.records)
        records.add(record.name, record.usr);
    for (const auto& function : module.functions)
        functions.add(function.name, function.usr);
    for (Index i = 0; i < module.globals.size(); ++i) {
        addUnique(globalOfName_, module.globals[i].name, i);
        addUnique(globalOfUsr_, module.globals[i].usr, i);
    }
    for (Index i = 0; i < module.fields.size(); ++i) {
        addUnique(fieldOfName_, module.fields[i].name, i);
        addUnique(fieldOfRecord_, std::pair(module.fields[i].record, module.fields[i].name), i);
    }
    for (Index i = 0; i < module.types.size(); ++i)
        addUnique(typeOfSpelling_, module.types[i].spelling, i);
    for (Index i = 0; i < module.files.size(); ++i)
        addUnique(fileOfName_, module.files[i], i);
    for (Index i = 0; i < module.symbols.size(); ++i)
        addUnique(symbolOfUsr_, module.symbols[i], i);
}

std::string Names::global(Index index, const Function* scope) const {
    const auto& entity = module_.globals.at(index);
    const bool hidden = scope && findLocal(*scope, entity.name);
    if (!hidden && isPlainName(entity.name) && !isValueWord(entity.name) && lookUp(globalOfName_, entity.name))
        return entity.name;
    const bool quotable = !entity.usr.empty() && lookUp(globalOfUsr_, entity.usr); // "" is the string value
    return quotable ? quote(entity.usr) : byIndex(index);
}

std::optional<Index> Names::findGlobal(const Name& name) const {
    if (!name.quoted)
        if (auto found = lookUp(globalOfName_, name.text))
            return found;
    return lookUp(globalOfUsr_, name.text);
}

std::string Names::local(Index index, const Function& function) const {
    const auto& name = function.locals.at(index).name;
    const bool unique = findLocal(function, name) == index;
    return unique && isPlainName(name) && !isValueWord(name) ? name : fmt::format("%{}", index);
}

std::string Names::field(Index index) const {
    const auto& entity = module_.fields.at(index);
    const bool plain = isPlainName(entity.name) && entity.name.find("::") == std::string::npos;
    if (lookUp(fieldOfName_, entity.name) && (plain || !isPlainName(entity.name)))
        return quoteIfNeeded(entity.name);
    const auto record = records.refer(entity.record);
    if (plain && isPlainName(record) && fieldOfRecord_.at({entity.record, entity.name}) == index)
        return record + "::" + entity.name;
    return byIndex(index);
}

std::optional<Index> Names::findField(const Name& name) const {
    const auto split = name.quoted ? std::string::npos : name.text.rfind("::");
    if (split == std::string::npos)
        return lookUp(fieldOfName_, name.text);
    const auto record = records.resolve({name.text.substr(0, split), false});
    const auto at = fieldOfRecord_.find({record, name.text.substr(split + 2)});
    if (at == fieldOfRecord_.end() || at->second == kNone)
        return std::nullopt;
    return at->second;
}

std::string Names::type(Index index) const {
    if (index == kNone)
        return "?";
    const auto& spelling = module_.types.at(index).spelling;
    if (!lookUp(typeOfSpelling_, spelling))
        return byIndex(index);
    return writtenSpelling(spelling);
}

std::string Names::file(Index index) const {
    if (index == kNone)
        return "?";
    const auto& path = module_.files.at(index);
    if (!lookUp(fileOfName_, path))
        return byIndex(index);
    return writtenPath(path);
}

std::string Names::symbol(Index index) const {
    if (index == kNone)
        return "?";
    const auto& usr = module_.symbols.at(index);
    return lookUp(symbolOfUsr_, usr) ? functions.refer(usr) : byIndex(index);
}

std::string writtenPath(std::string_view path) { return isPlainPath(path) ? std::string(path) : quote(path); }

std::string writtenSpelling(std::string_view spelling) {
    return isPlainSpelling(spelling) ? std::string(spelling) : quote(spelling);
}

std::optional<Index> findLocal(const Function& function, std::string_view name) {
    std::optional<Index> found;
    for (Index i = 0; i < function.locals.size(); ++i)
        if (function.locals[i].name == name)
            found = found ? kNone : i;
    return found;
}

void inferFromName(Function& function, const UsrNames& records) {
    function.isMain = function.name == "main";
    const auto last = lastComponent(function.name);
    if (last.size() + 2 >= function.name.size())
        return;
    const auto prefix = std::string_view(function.name).substr(0, function.name.size() - last.size() - 2);
    const auto record = records.find(prefix);
    if (!record)
        return;
    function.record = *record;
    auto simple = lastComponent(prefix);
    simple = simple.substr(0, simple.find('<'));
    function.isConstructor = last == simple;
    function.isDestructor = last.size() > 1 && last[0] == '~' && last.substr(1) == simple;
}

Index defaultReturnLocal(const Function& function) {
    const auto found = findLocal(function, "return").value_or(kNone);
    return found != kNone && function.locals[found].kind == LocalKind::temporary ? found : kNone;
}

std::optional<Index> fallThrough(const Function& function, Index block) {
    if (block == function.exitBlock || block == function.unwindBlock || block + 1 >= function.blocks.size())
        return std::nullopt;
    if (block + 1 == function.unwindBlock && function.exitBlock != kNone)
        return function.exitBlock;
    return block + 1;
}

} // namespace deadheat::ir::text
