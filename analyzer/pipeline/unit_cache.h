// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Modules of translation units on disk, keyed by everything that determines them: the command, this Deadheat, its Clang, the
// API table, and the content of every file that the parse read. An unchanged unit is not parsed again.
//
// A unit has a record (<key>.unit: what was read and how it went) and a module (<key>-<hash>.dhir). Both are written beside
// the target and renamed, so processes may share a cache. Limit: a new file that would now be found earlier in the include
// path is not noticed, as with ccache.
#pragma once

#include "analyzer/extract/extract.h"
#include "report/report.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace deadheat::pipeline {

/// Content hashes of files, each read once. Not thread safe.
class FileHashes {
public:
    std::optional<std::uint64_t> of(const std::string& path); ///< nothing: the file cannot be read

private:
    std::unordered_map<std::string, std::optional<std::uint64_t>> known_;
};

/// How reading one unit went.
struct UnitRecord {
    struct Input {
        std::string path;
        std::uint64_t hash = 0;
    };
    std::vector<Input> inputs;
    std::string moduleFile;                     ///< name inside the cache; empty when there is no module
    std::string fatal;                          ///< why there is none
    std::vector<report::Notification> problems; ///< what went wrong without losing the unit
    unsigned droppedFlags = 0;
    bool parsed = false;
    bool hasErrors = false; ///< of the language
};

class UnitCache {
public:
    /// Creates the folder. Throws report::UserError when it cannot.
    explicit UnitCache(std::filesystem::path folder);

    /// `settings`: whatever else determines a module, as text.
    static std::string key(const extract::CompileCommand& command, const std::string& settings);

    /// The record as it was last stored, fresh or not; nothing when it is missing or damaged.
    std::optional<UnitRecord> load(const std::string& key) const;
    /// Whether the record still tells the truth. Units with errors are always read again: what they miss is not recorded.
    bool isFresh(const UnitRecord& record, FileHashes& hashes) const;
    /// Throws std::runtime_error when the disk does not take it.
    void store(const std::string& key, const extract::Result& result, FileHashes& hashes) const;

    ir::Module module(const UnitRecord& record) const; ///< throws ir::FormatError
    void dropModule(const UnitRecord& record) const;   ///< the unit is no longer fresh

    const std::filesystem::path& folder() const { return folder_; }

private:
    std::filesystem::path folder_;
};

} // namespace deadheat::pipeline
