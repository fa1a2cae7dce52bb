// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Index tables while a text is read: entries are declared by a line of their own or appear with their first use.
#pragma once

#include "analyzer/ir/ir.h"

#include <map>
#include <string>
#include <vector>

namespace deadheat::ir::text {

/// A table of strings that are looked up by content.
class StringTable {
public:
    explicit StringTable(std::vector<std::string>& entries) : entries_(entries) {}

    void declare(const std::string& text) {
        entries_.push_back(text);
        index_.emplace(text, static_cast<Index>(entries_.size() - 1));
    }
    Index use(const std::string& text) {
        if (!index_.contains(text))
            declare(text);
        return index_.at(text);
    }

private:
    std::vector<std::string>& entries_;
    std::map<std::string, Index> index_;
};

} // namespace deadheat::ir::text
