// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/pipeline/extraction.h"

#include "analyzer/ir/format_error.h"
#include "analyzer/pipeline/cache_file.h"
#include "analyzer/pipeline/paths.h"
#include "analyzer/pipeline/unit_cache.h"
#include "analyzer/pipeline/workers.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <xxhash.h>

namespace deadheat::pipeline {

namespace {

class Extractor {
public:
    Extractor(const std::vector<extract::CompileCommand>& commands, const ExtractionOptions& options)
        : commands_(commands), options_(options), cache_(options.cacheFolder),
          outcomes_(commands.size(), Outcome{true, 0}), records_(commands.size()), notes_(commands.size()) {
        for (const auto& command : commands)
            keys_.push_back(UnitCache::key(command, settings()));
    }

    Extraction run() {
        result_.units = commands_.size();
        findStale();
        readStale();
        for (std::size_t i = 0; i < commands_.size(); ++i)
            collect(i);
        result_.key = moduleKey();
        if (!options_.needsModules || options_.needsModules(result_.key))
            loadModules();
        for (auto& notes : notes_)
            std::ranges::move(notes, std::back_inserter(result_.notifications));
        return std::move(result_);
    }

private:
    const extract::ApiTable& api() const { return options_.api ? *options_.api : extract::ApiTable::builtIn(); }

    /// Another build of the analyzer may read the same source differently.
    std::string settings() {
        return fmt::format("root={} api={:x} analyzer={:x}", options_.projectRoot.string(), api().fingerprint(),
                           hashes_.of("/proc/self/exe").value_or(0));
    }

    std::string shown(std::size_t index) const { return shownPath(mainFile(commands_[index]), options_.projectRoot); }

    void findStale() {
        for (std::size_t i = 0; i < commands_.size(); ++i) {
            const auto record = cache_.load(keys_[i]);
            if (record && cache_.isFresh(*record, hashes_))
                ++result_.fromCache;
            else
                stale_.push_back(i);
        }
    }

    void readStale() {
        extract::Options options;
        options.projectRoot = options_.projectRoot.string();
        options.api = &api();
        std::size_t done = 0;
        runForked(
            stale_.size(), {options_.jobs, options_.showWorkerErrors},
            [&](std::size_t i) {
                const auto index = stale_[i];
                const auto result = extract::extract(commands_[index], options);
                cache_.store(keys_[index], result, hashes_);
                return mayGoOn(result) ? After::anotherJob : After::newProcess;
            },
            [&](std::size_t i, Outcome outcome) {
                outcomes_[stale_[i]] = outcome;
                if (options_.progress)
                    options_.progress(++done, stale_.size(), shown(stale_[i]));
            });
    }

    /// After a crash that Clang was saved from, its memory cannot be trusted.
    static bool mayGoOn(const extract::Result& result) {
        return result.fatal.empty() &&
               std::ranges::none_of(result.module.diagnostics, [](const ir::Diagnostic& d) { return d.lostFunction; });
    }

    void collect(std::size_t index) {
        if (!outcomes_[index].finished) {
            lose(index, crash(outcomes_[index]));
            return;
        }
        const auto record = cache_.load(keys_[index]);
        if (!record || !record->fatal.empty()) {
            lose(index, record ? record->fatal : "its cache record is damaged");
            return;
        }
        result_.droppedFlags += record->droppedFlags;
        result_.withErrors += record->hasErrors ? 1 : 0;
        notes_[index] = record->problems;
        records_[index] = record;
    }

    /// The names of the module files hold hashes of what is in them.
    std::string moduleKey() {
        std::string names = settings();
        for (const auto& record : records_)
            if (record)
                names += '\n' + record->moduleFile;
        const auto hash = XXH3_128bits(names.data(), names.size());
        return hex(hash.high64) + hex(hash.low64);
    }

    void loadModules() {
        for (std::size_t i = 0; i < records_.size(); ++i) {
            if (!records_[i])
                continue;
            try {
                result_.modules.push_back(cache_.module(*records_[i]));
            } catch (const ir::FormatError& error) {
                result_.key.clear();
                cache_.dropModule(*records_[i]);
                lose(i, fmt::format("{}; the next run reads it again", error.what()));
            }
        }
    }

    std::string crash(const Outcome& outcome) const {
        if (outcome.signal != 0)
            return fmt::format("the process that read it crashed (signal {})", outcome.signal);
        return fmt::format("its result could not be written to {}", cache_.folder().string());
    }

    void lose(std::size_t index, const std::string& why) {
        ++result_.lost;
        notes_[index] = {{fmt::format("this unit is missing from the analysis: {}", why), {shown(index), 0, 0, 0, 0}}};
    }

    const std::vector<extract::CompileCommand>& commands_;
    const ExtractionOptions& options_;
    UnitCache cache_;
    FileHashes hashes_;
    std::vector<std::string> keys_;
    std::vector<std::size_t> stale_;
    std::vector<Outcome> outcomes_;                        ///< by command
    std::vector<std::optional<UnitRecord>> records_;       ///< by command; nothing: lost
    std::vector<std::vector<report::Notification>> notes_; ///< by command
    Extraction result_;
};

} // namespace

Extraction extractAll(const std::vector<extract::CompileCommand>& commands, const ExtractionOptions& options) {
    return Extractor(commands, options).run();
}

} // namespace deadheat::pipeline
