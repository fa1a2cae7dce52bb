// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// File names as URIs, percent-encoded, and back.
#pragma once

#include <string>
#include <string_view>

namespace deadheat::report {

inline constexpr std::string_view kSourceRoot = "%SRCROOT%";

/// "src/a b.cpp" gives "src/a%20b.cpp"; "/usr/include/x.h" gives "file:///usr/include/x.h".
std::string uriOfFile(std::string_view file);
std::string fileOfUri(std::string_view uri);

} // namespace deadheat::report
