// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads the YAML form of the API table. The head of api.yaml documents the syntax.
#pragma once

#include "analyzer/extract/api_table.h"

namespace deadheat::extract {

/// `names` of plain functions, of methods of `classes`, or of methods of any class of one of `kinds`.
struct ApiRule {
    std::vector<std::string> names, classes;
    std::vector<ir::TypeKind> kinds;
    ApiEntry entry;
};

struct ApiTypeRule {
    std::vector<std::string> names;
    ApiType type;
};

struct ApiDocument {
    std::vector<ApiTypeRule> types;
    std::vector<ApiRule> rules;
};

/// Returns one line saying what is wrong and where, or nothing.
std::optional<std::string> readApi(std::string_view yaml, const std::string& name, ApiDocument& document);

/// "this", "0", "*0", "&this[]", "2...", "fn0", "locks", "null", "result", "new", "this.run"
std::optional<ApiValue> parseApiValue(std::string_view text);

} // namespace deadheat::extract
