// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "report/order.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <tuple>

namespace deadheat::report {

namespace {

auto identity(const Finding& finding) {
    return std::tie(finding.location, finding.rule, finding.variant, finding.subject);
}

} // namespace

void canonicalize(std::vector<Finding>& findings) {
    std::sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
        if (identity(a) != identity(b))
            return identity(a) < identity(b);
        if (a.confidence != b.confidence)
            return a.confidence > b.confidence;
        return a < b;
    });
    const auto same = [](const Finding& a, const Finding& b) { return identity(a) == identity(b); };
    findings.erase(std::unique(findings.begin(), findings.end(), same), findings.end());
}

void dropCopies(std::vector<Finding>& findings, const Sources& sources) {
    std::map<std::tuple<std::string, unsigned, unsigned, std::string, std::string, std::string>,
             std::vector<std::string>>
        seen;
    const auto isCopy = [&](const Finding& finding) {
        const Location& at = finding.location;
        std::vector<std::string>& files = seen[{std::filesystem::path(at.file).filename().string(), at.line, at.column,
                                                finding.rule, finding.variant, finding.subject}];
        const std::vector<std::string>& text = sources.lines(at.file);
        const bool isKnown = !text.empty() && std::ranges::any_of(files, [&](const std::string& file) {
            return file != at.file && sources.lines(file) == text;
        });
        if (!isKnown)
            files.push_back(at.file);
        return isKnown;
    };
    std::erase_if(findings, isCopy);
}

} // namespace deadheat::report
