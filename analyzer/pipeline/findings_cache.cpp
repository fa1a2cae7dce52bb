// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/pipeline/findings_cache.h"

#include "analyzer/pipeline/cache_file.h"
#include "analyzer/pipeline/report_archive.h"
#include "report/user_error.h"

#include <cereal/archives/portable_binary.hpp>
#include <fmt/format.h>
#include <sstream>

namespace deadheat::pipeline {

std::optional<std::vector<report::Finding>> FindingsCache::load(const std::string& key) const {
    const auto text = readWhole(file_);
    const auto body = text ? unseal(*text) : std::nullopt;
    if (!body)
        return std::nullopt;
    std::istringstream stream(*body, std::ios::binary);
    std::string storedKey;
    std::vector<report::Finding> findings;
    try {
        cereal::PortableBinaryInputArchive archive(stream);
        archive(storedKey);
        if (storedKey != key)
            return std::nullopt;
        archive(findings);
    } catch (const std::exception&) {
        return std::nullopt;
    }
    return findings;
}

void FindingsCache::store(const std::string& key, const std::vector<report::Finding>& findings) const {
    std::ostringstream stream(std::ios::binary);
    cereal::PortableBinaryOutputArchive archive(stream);
    archive(key, findings);
    if (!writeAtomically(file_, seal(stream.str())))
        throw report::UserError(
            fmt::format("{}: cannot be written; choose another place with --cache-dir", file_.string()));
}

} // namespace deadheat::pipeline
