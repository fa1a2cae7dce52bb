// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the checks found in a set of modules, kept beside them: with nothing changed, nothing is linked again. Suppressions,
// levels and baselines are applied afterwards and are no part of it.
#pragma once

#include "report/finding.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace deadheat::pipeline {

/// Holds the findings of the last run only: what one edit makes stale would otherwise stay for ever. Processes may share it.
class FindingsCache {
public:
    explicit FindingsCache(const std::filesystem::path& folder) : file_(folder / "last.findings") {}

    /// `key` names the modules, the analyzer and the checks. Nothing when the last run had another key, or the file is damaged.
    std::optional<std::vector<report::Finding>> load(const std::string& key) const;

    /// Throws report::UserError when the disk does not take it.
    void store(const std::string& key, const std::vector<report::Finding>& findings) const;

private:
    std::filesystem::path file_;
};

} // namespace deadheat::pipeline
