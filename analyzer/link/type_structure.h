// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The IR's types name the record that they lead to in the end: `Foo*`, `Foo**`, `vector<Foo>&` and `vector<unique_ptr<Foo>>`
// all name Foo. Whether the record is one step away is read off the spelling, with the help of the program's other types.
#pragma once

#include "analyzer/link/ids.h"

#include <string_view>
#include <unordered_map>

namespace deadheat::link {

class TypeStructure {
public:
    explicit TypeStructure(const ir::Module& code);

    /// Whether what a pointer, reference, array, smart pointer or container directly leads to or holds is the record itself.
    bool innerIsRecord(ir::Index type) const;

private:
    bool namesRecord(std::string_view spelling, const std::string& record) const;

    const ir::Module& code_;
    std::unordered_map<std::string_view, ir::Index> bySpelling_;
    std::unordered_map<std::string_view, std::string_view> recordNames_; ///< by USR
};

} // namespace deadheat::link
