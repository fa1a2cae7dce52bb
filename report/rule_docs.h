// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pages of docs/checks, embedded at build time: help for reports and for `deadheat explain`.
#pragma once

#include <string_view>

namespace deadheat::report {

/// The page of a rule in Markdown; empty when it has none.
std::string_view ruleHelp(std::string_view rule);

} // namespace deadheat::report
