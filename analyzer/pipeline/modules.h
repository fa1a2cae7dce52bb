// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Module files as build products: written by `deadheat extract`, read by `deadheat link` and `deadheat ir`. All throw
// report::UserError.
#pragma once

#include "analyzer/ir/ir.h"
#include "analyzer/pipeline/units.h"
#include "report/report.h"

#include <filesystem>
#include <string>
#include <vector>

namespace deadheat::pipeline {

struct ModuleRequest {
    UnitRequest unit;            ///< names exactly one
    std::string output, depfile; ///< no depfile when empty
    std::string configFile;      ///< empty: the nearest one
};

/// Writes the module and its dependency file; returns what went wrong in the unit.
std::vector<report::Notification> writeModule(const ModuleRequest& request);

/// A make rule. Blanks, `#` and `$` are escaped as make and ninja expect.
std::string depfileText(const std::string& target, const std::vector<std::string>& inputs);

struct LoadedModules {
    std::vector<ir::Module> modules;
    std::vector<report::Notification> notifications; ///< what went wrong when they were written
    std::size_t withErrors = 0;
};

LoadedModules readModules(const std::vector<std::string>& files);

/// The module in its text form.
std::string moduleText(const std::filesystem::path& file);

} // namespace deadheat::pipeline
