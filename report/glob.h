// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Globs over names and paths: `*` matches any run of characters, also across `/`; `?` one character. Nothing else is special.
#pragma once

#include <string>
#include <string_view>

namespace deadheat::report {

bool matchesGlob(std::string_view glob, std::string_view text);

/// A list as clang-tidy's --checks: comma separated, in order; `-` in front takes out again what matched before.
/// An empty list matches everything.
class GlobList {
public:
    GlobList() = default;
    explicit GlobList(std::string list) : list_(std::move(list)) {}
    bool matches(std::string_view text) const;

private:
    std::string list_;
};

} // namespace deadheat::report
