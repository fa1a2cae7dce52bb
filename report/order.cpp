// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "report/order.h"

#include <algorithm>
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

} // namespace deadheat::report
