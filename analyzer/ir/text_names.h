// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How the text form names entities: by source name where that is unique in the module, by quoted USR else, by `$index` as the
// last resort. One object serves printer and parser, so both agree by construction.
#pragma once

#include "analyzer/ir/ir.h"
#include "analyzer/ir/text_lexer.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace deadheat::ir::text {

/// Names of one kind of entity that is referred to by USR: records, functions.
class UsrNames {
public:
    void add(const std::string& name, const std::string& usr);
    std::string refer(const std::string& usr) const;
    std::string resolve(const Name& name) const;
    bool knows(const std::string& usr) const { return nameOfUsr_.contains(usr); }
    /// The USR of the one entity with that name, or of the one whose USR is that name.
    std::optional<std::string> find(std::string_view name) const;

private:
    std::map<std::string, std::optional<std::string>, std::less<>> usrOfName_; ///< nothing: the name is ambiguous
    std::map<std::string, std::string, std::less<>> nameOfUsr_;
};

class Names {
public:
    explicit Names(const Module& module);

    UsrNames records, functions;

    std::string global(Index index, const Function* scope) const;
    std::optional<Index> findGlobal(const Name& name) const;
    std::string local(Index index, const Function& function) const;
    std::string field(Index index) const;
    std::optional<Index> findField(const Name& name) const;
    std::string type(Index index) const;
    std::string file(Index index) const;
    std::string symbol(Index index) const;

private:
    const Module& module_;
    std::map<std::string, Index, std::less<>> globalOfName_, globalOfUsr_, fieldOfName_, typeOfSpelling_, fileOfName_,
        symbolOfUsr_; ///< kNone: ambiguous
    std::map<std::pair<std::string, std::string>, Index> fieldOfRecord_;
};

/// A path or a type's spelling as it is to be written: plain when it can be, else quoted.
std::string writtenPath(std::string_view path);
std::string writtenSpelling(std::string_view spelling);

/// The one local with that name; kNone when there are several, nothing when there is none.
std::optional<Index> findLocal(const Function& function, std::string_view name);

/// What a function's qualified name says: its record, whether it is a constructor, a destructor or main.
void inferFromName(Function& function, const UsrNames& records);

/// The temporary called `return`, or kNone.
Index defaultReturnLocal(const Function& function);

/// The default target of a block without a terminator: the next block, but never into the unwind block.
std::optional<Index> fallThrough(const Function& function, Index block);

/// The default flavour of a spawn.
inline SpawnKind defaultSpawn(Op op) { return op == Op::spawn ? SpawnKind::thread : SpawnKind::none; }

} // namespace deadheat::ir::text
