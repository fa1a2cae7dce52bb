// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Takes types apart by how they are written.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace deadheat::link {

/// Without const and volatile at either end.
std::string_view withoutQualifiers(std::string_view spelling);
/// `a` and `b` of `ns::X<a, b>`; empty when the text is no template's instance.
std::vector<std::string_view> templateArguments(std::string_view spelling);
/// `X` of `ns::X<int>`.
std::string_view simpleName(std::string_view spelling);
/// `T` of `T*`, `T&`, `T&&`.
std::optional<std::string_view> pointee(std::string_view spelling);
/// `T[3]` of `T[2][3]`: what one subscript leads to.
std::optional<std::string> arrayElement(std::string_view spelling);

} // namespace deadheat::link
