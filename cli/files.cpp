// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/files.h"

#include "report/user_error.h"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <unistd.h>

namespace deadheat::cli {

namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, int error) {
    throw report::UserError(fmt::format("{}: cannot write: {}", file.string(), std::strerror(error)));
}

} // namespace

void requireWritable(const std::filesystem::path& file) {
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored))
        refuse(file, EISDIR);
    const bool exists = std::filesystem::exists(file, ignored);
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    if (::access(exists ? file.c_str() : folder.c_str(), W_OK) != 0)
        refuse(file, errno);
}

void writeOutput(const std::filesystem::path& file, const std::string& text) {
    errno = 0;
    std::ofstream out(file, std::ios::binary);
    out << text;
    out.close();
    if (!out)
        refuse(file, errno != 0 ? errno : EIO);
}

} // namespace deadheat::cli
