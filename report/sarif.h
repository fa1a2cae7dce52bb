// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// SARIF 2.1.0, the report that code hosts, editors and dashboards read, and the one that Deadheat reads back: as a baseline,
// for `deadheat explain`, and to confirm static findings at run time. Files below the project root are relative to
// %SRCROOT%; no absolute path, time or machine name appears, so equal input gives equal bytes.
#pragma once

#include "report/report.h"
#include "report/sources.h"

#include <filesystem>
#include <set>
#include <string>
#include <string_view>

namespace deadheat::report {

struct SarifOptions {
    /// Fingerprints of an earlier report. When given, each result says whether it is new.
    const std::set<std::string>* baseline = nullptr;
    /// When given, columns are converted from bytes to the UTF-16 units that SARIF counts in. Reading does not convert back.
    const Sources* sources = nullptr;
    /// Absolute. When given, the report says where %SRCROOT% is: for a report that stays on this machine.
    std::string sourceRoot;
};

std::string toSarif(const Report& report, const SarifOptions& options = {});

/// The report `text` as it is, with a property bag `deadheat/...` of each result that says what became of it:
/// `confirmations` in the order in which fromSarif gives the findings.
std::string annotateSarif(std::string_view text, const std::vector<Confirmation>& confirmations);

/// What is read back of a SARIF file. What another tool left out has its default value.
struct SarifLog {
    std::vector<Finding> findings;
    std::string sourceRoot; ///< empty: not told
};

/// Throws UserError naming `file`.
SarifLog fromSarif(std::string_view text, const std::string& file);

/// Throws UserError.
SarifLog readSarif(const std::filesystem::path& file);

} // namespace deadheat::report
