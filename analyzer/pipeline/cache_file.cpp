// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/pipeline/cache_file.h"

#include <fmt/format.h>
#include <fstream>
#include <unistd.h>
#include <xxhash.h>

namespace deadheat::pipeline {

namespace {

constexpr std::size_t kChecksumLength = 16;

} // namespace

std::uint64_t hashOf(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

std::string hex(std::uint64_t value) { return fmt::format("{:016x}", value); }

std::optional<std::string> readWhole(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (!in || error)
        return std::nullopt;
    std::string text(size, '\0');
    in.read(text.data(), static_cast<std::streamsize>(size));
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

bool writeAtomically(const std::filesystem::path& path, const std::string& text) {
    auto temporary = path;
    temporary += fmt::format(".{}.tmp", ::getpid());
    std::ofstream out(temporary, std::ios::binary);
    out << text;
    out.close();
    std::error_code error;
    std::filesystem::rename(temporary, path, error);
    return out.good() && !error;
}

std::string seal(const std::string& body) { return hex(hashOf(body)) + body; }

std::optional<std::string> unseal(const std::string& text) {
    if (text.size() < kChecksumLength)
        return std::nullopt;
    auto body = text.substr(kChecksumLength);
    if (text.compare(0, kChecksumLength, hex(hashOf(body))) != 0)
        return std::nullopt;
    return body;
}

} // namespace deadheat::pipeline
