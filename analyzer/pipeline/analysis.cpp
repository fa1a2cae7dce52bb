// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/pipeline/analysis.h"

#include "analyzer/checks/check.h"
#include "analyzer/link/program.h"
#include "report/fingerprint.h"
#include "report/glob.h"
#include "report/order.h"
#include "report/rule_docs.h"
#include "report/user_error.h"

#include <algorithm>
#include <fmt/format.h>
#include <sstream>

namespace deadheat::pipeline {

namespace {

/// The globs one by one, `-` kept. A check may be called by its id or, as in NOLINT, with the tool's name in front.
std::vector<std::string> itemsOf(const std::string& globs) {
    constexpr std::string_view kTool = "deadheat-";
    std::vector<std::string> items;
    std::istringstream in(globs);
    for (std::string item; std::getline(in, item, ',');) {
        std::erase(item, ' ');
        const std::size_t name = item.starts_with('-') ? 1 : 0;
        if (item.compare(name, kTool.size(), kTool) == 0)
            item.erase(name, kTool.size());
        if (item.size() > name)
            items.push_back(item);
    }
    return items;
}

bool selects(const std::string& globs, const std::string& id) {
    std::string list;
    for (const auto& item : itemsOf(globs))
        list += item + ",";
    return report::GlobList(list).matches(id);
}

} // namespace

std::vector<report::Rule> allRules() {
    std::vector<report::Rule> rules;
    for (const auto& check : checks::registry())
        rules.push_back(
            {check.info.id, check.info.summary, std::string(report::ruleHelp(check.info.id)), check.info.level});
    return rules;
}

std::vector<report::Rule> enabledRules(const std::string& globs) {
    auto rules = allRules();
    std::erase_if(rules, [&](const report::Rule& rule) { return !selects(globs, rule.id); });
    return rules;
}

void requireKnownChecks(const std::string& globs, const std::string& option) {
    const auto rules = allRules();
    for (const auto& item : itemsOf(globs)) {
        const auto glob = item.substr(item.starts_with('-') ? 1 : 0);
        if (std::none_of(rules.begin(), rules.end(),
                         [&](const report::Rule& rule) { return report::matchesGlob(glob, rule.id); }))
            throw report::UserError(
                fmt::format("{}: no check matches '{}'; deadheat check --list-checks shows them all", option, glob));
    }
}

std::vector<report::Finding> findingsIn(std::vector<ir::Module> modules, const std::string& checks) {
    const auto program = link::link(std::move(modules));
    checks::Options options;
    options.enabled = [&](const std::string& id) { return selects(checks, id); };
    return checks::runAll(*program, options);
}

Analysis analysisOf(std::vector<report::Finding> findings, const report::Sources& sources,
                    const AnalysisOptions& options) {
    Analysis analysis;
    report::Suppressions suppressions(sources, options.suppressions);
    analysis.suppressed =
        std::erase_if(findings, [&](const report::Finding& finding) { return suppressions.cover(finding); });
    report::canonicalize(findings);
    report::dropCopies(findings, sources);
    if (!options.warningsAsErrors.empty())
        for (auto& finding : findings)
            if (selects(options.warningsAsErrors, finding.rule))
                finding.level = report::Level::error;
    // Fingerprints before the cuts by confidence and level: what they number must not depend on an option.
    report::assignFingerprints(findings, sources);
    analysis.lessGrave =
        std::erase_if(findings, [&](const report::Finding& finding) { return finding.level < options.level; });
    analysis.lessCertain = std::erase_if(
        findings, [&](const report::Finding& finding) { return finding.confidence < options.confidence; });
    analysis.report.findings = std::move(findings);
    analysis.report.rules = allRules();
    analysis.baseline = options.baseline;
    return analysis;
}

Analysis analyse(std::vector<ir::Module> modules, const report::Sources& sources, const AnalysisOptions& options) {
    return analysisOf(findingsIn(std::move(modules), options.checks), sources, options);
}

} // namespace deadheat::pipeline
