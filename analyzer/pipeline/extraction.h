// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compile commands to modules: cached, in parallel, and with an account of every unit that went wrong.
#pragma once

#include "analyzer/extract/api_table.h"
#include "analyzer/extract/extract.h"
#include "analyzer/ir/ir.h"
#include "report/report.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace deadheat::pipeline {

struct ExtractionOptions {
    unsigned jobs = 1;
    std::filesystem::path projectRoot;
    std::filesystem::path cacheFolder;
    const extract::ApiTable* api = nullptr; ///< null takes the built-in table
    bool showWorkerErrors = false;
    /// Called after each unit that had to be read, with how many are done and the one that was finished.
    std::function<void(std::size_t done, std::size_t total, const std::string& file)> progress;
    /// Whether the modules that the key stands for are to be loaded: who has their findings already needs none. Null: always.
    std::function<bool(const std::string& key)> needsModules;
};

struct Extraction {
    std::vector<ir::Module> modules; ///< in the order of the commands; units without a module are missing
    std::vector<report::Notification> notifications; ///< in the order of the commands
    std::string key; ///< of the content of all modules and of this analyzer; empty: a module could not be loaded
    std::size_t units = 0, fromCache = 0;
    std::size_t withErrors = 0; ///< did not parse cleanly, but gave a module
    std::size_t lost = 0;       ///< gave none
    std::size_t droppedFlags = 0;
};

/// The result depends on the commands and the files they read, not on `jobs`. Throws report::UserError for the cache folder.
Extraction extractAll(const std::vector<extract::CompileCommand>& commands, const ExtractionOptions& options);

} // namespace deadheat::pipeline
