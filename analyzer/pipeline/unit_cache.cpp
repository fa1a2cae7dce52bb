// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/pipeline/unit_cache.h"

#include "analyzer/ir/binary.h"
#include "analyzer/pipeline/cache_file.h"
#include "analyzer/pipeline/diagnostics.h"
#include "analyzer/pipeline/report_archive.h"
#include "report/user_error.h"

#include <cereal/archives/portable_binary.hpp>
#include <fmt/format.h>
#include <sstream>
#include <unistd.h>
#include <xxhash.h>

namespace deadheat::pipeline {

template <typename Archive>
void serialize(Archive& archive, UnitRecord::Input& value) {
    archive(value.path, value.hash);
}

template <typename Archive>
void serialize(Archive& archive, UnitRecord& value) {
    auto& [inputs, moduleFile, fatal, problems, droppedFlags, parsed, hasErrors] = value;
    archive(inputs, moduleFile, fatal, problems, droppedFlags, parsed, hasErrors);
}

namespace {

std::string pack(const UnitRecord& record) {
    std::ostringstream stream(std::ios::binary);
    cereal::PortableBinaryOutputArchive{stream}(record);
    return seal(std::move(stream).str());
}

std::optional<UnitRecord> unpack(const std::string& text) {
    const auto body = unseal(text);
    if (!body)
        return std::nullopt;
    std::istringstream stream(*body, std::ios::binary);
    UnitRecord record;
    try {
        cereal::PortableBinaryInputArchive{stream}(record);
    } catch (const std::exception&) {
        return std::nullopt;
    }
    return record;
}

} // namespace

std::optional<std::uint64_t> FileHashes::of(const std::string& path) {
    const auto [entry, isNew] = known_.try_emplace(path);
    if (isNew)
        if (const auto text = readWhole(path))
            entry->second = hashOf(*text);
    return entry->second;
}

UnitCache::UnitCache(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (error || ::access(folder_.c_str(), W_OK) != 0)
        throw report::UserError(
            fmt::format("{}: cannot write the cache here; choose another place with --cache-dir", folder_.string()));
}

std::string UnitCache::key(const extract::CompileCommand& command, const std::string& settings) {
    std::string text = fmt::format("{:x} {} {}", ir::schemaId(), extract::clangVersion(), settings);
    for (const auto& part : {command.directory, command.file})
        text += '\0' + part;
    for (const auto& argument : command.arguments)
        text += '\0' + argument;
    const auto hash = XXH3_128bits(text.data(), text.size());
    return hex(hash.high64) + hex(hash.low64);
}

std::optional<UnitRecord> UnitCache::load(const std::string& key) const {
    const auto text = readWhole(folder_ / (key + ".unit"));
    return text ? unpack(*text) : std::nullopt;
}

bool UnitCache::isFresh(const UnitRecord& record, FileHashes& hashes) const {
    if (!record.parsed || record.moduleFile.empty() || !std::filesystem::exists(folder_ / record.moduleFile))
        return false;
    for (const auto& input : record.inputs)
        if (hashes.of(input.path) != input.hash)
            return false;
    return true;
}

void UnitCache::store(const std::string& key, const extract::Result& result, FileHashes& hashes) const {
    const auto before = load(key);
    UnitRecord record;
    record.fatal = result.fatal;
    record.droppedFlags = result.droppedFlags;
    record.parsed = result.parsed;
    record.problems = notificationsOf(result.module);
    record.hasErrors = hasErrors(result.module);
    for (const auto& path : result.filesRead)
        if (const auto hash = hashes.of(path))
            record.inputs.push_back({path, *hash});
    if (result.fatal.empty()) {
        const auto bytes = ir::toBytes(result.module);
        record.moduleFile = key + "-" + hex(hashOf(bytes)) + ".dhir";
        if (!writeAtomically(folder_ / record.moduleFile, bytes))
            throw std::runtime_error("cannot write the cached module");
    }
    if (!writeAtomically(folder_ / (key + ".unit"), pack(record)))
        throw std::runtime_error("cannot write the cache record");
    std::error_code ignored;
    if (before && !before->moduleFile.empty() && before->moduleFile != record.moduleFile)
        std::filesystem::remove(folder_ / before->moduleFile, ignored);
}

ir::Module UnitCache::module(const UnitRecord& record) const { return ir::readFile(folder_ / record.moduleFile); }

void UnitCache::dropModule(const UnitRecord& record) const {
    std::error_code ignored;
    std::filesystem::remove(folder_ / record.moduleFile, ignored);
}

} // namespace deadheat::pipeline
