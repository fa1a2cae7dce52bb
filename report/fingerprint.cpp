// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "report/fingerprint.h"

#include <cctype>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <xxhash.h>

namespace deadheat::report {

namespace {

std::string withoutBlanks(std::string_view line) {
    std::string out;
    for (const char c : line)
        if (!std::isspace(static_cast<unsigned char>(c)))
            out += c;
    return out;
}

std::string identity(const Finding& finding, const Sources& sources) {
    constexpr char kSeparator = '\0';
    std::string out;
    for (const auto& part : {finding.rule, finding.variant, finding.subject,
                             std::filesystem::path(finding.location.file).filename().string(),
                             withoutBlanks(sources.line(finding.location.file, finding.location.line))})
        out += part + kSeparator;
    return out;
}

} // namespace

void assignFingerprints(std::vector<Finding>& findings, const Sources& sources) {
    std::map<std::string, unsigned> seen;
    for (auto& finding : findings) {
        auto text = identity(finding, sources);
        text += std::to_string(seen[text]++);
        finding.fingerprint = fmt::format("{:016x}", XXH3_64bits(text.data(), text.size()));
    }
}

} // namespace deadheat::report
