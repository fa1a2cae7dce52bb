// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "report/sarif_uri.h"

#include <cctype>
#include <charconv>
#include <fmt/format.h>

namespace deadheat::report {

namespace {

constexpr std::string_view kFileScheme = "file://";

} // namespace

std::string uriOfFile(std::string_view file) {
    std::string uri(file.starts_with('/') ? kFileScheme : "");
    for (const char c : file) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80 && (std::isalnum(byte) || std::string_view("/._-~+@,=").find(c) != std::string_view::npos))
            uri += c;
        else
            uri += fmt::format("%{:02X}", byte);
    }
    return uri;
}

std::string fileOfUri(std::string_view uri) {
    if (uri.starts_with(kFileScheme))
        uri.remove_prefix(kFileScheme.size());
    std::string file;
    for (std::size_t i = 0; i < uri.size(); ++i) {
        unsigned byte = 0;
        const char* digits = uri.data() + i + 1;
        if (uri[i] == '%' && i + 2 < uri.size() && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
            file += static_cast<char>(byte);
            i += 2;
        } else {
            file += uri[i];
        }
    }
    return file;
}

} // namespace deadheat::report
