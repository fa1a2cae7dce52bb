// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "report/junit.h"

#include <fmt/format.h>
#include <string_view>

namespace deadheat::report {
namespace {

/// XML 1.0 has no place for other control characters, not even escaped.
bool isAllowed(char character) {
    return static_cast<unsigned char>(character) >= 0x20 || character == '\n' || character == '\t';
}

std::string escaped(std::string_view text) {
    std::string result;
    for (const char character : text)
        switch (character) {
        case '&': result += "&amp;"; break;
        case '<': result += "&lt;"; break;
        case '>': result += "&gt;"; break;
        case '"': result += "&quot;"; break;
        case '\n': result += "&#10;"; break;
        default: result += isAllowed(character) ? character : '?';
        }
    return result;
}

std::string failure(const Report& report, const std::string& text) {
    const Finding& first = report.findings.front();
    std::string message = first.message;
    if (report.findings.size() > 1)
        message += fmt::format(" (and {} more)", report.findings.size() - 1);
    return fmt::format("      <failure type=\"{}\" message=\"{}\">{}</failure>\n", escaped(first.rule),
                       escaped(message), escaped(text));
}

} // namespace

std::string toJunit(const Report& report, const JunitOptions& options) {
    const int failures = report.findings.empty() ? 0 : 1;
    std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    xml += fmt::format("<testsuites tests=\"1\" failures=\"{}\">\n", failures);
    xml += fmt::format("  <testsuite name=\"{}\" tests=\"1\" failures=\"{}\" errors=\"0\">\n", escaped(options.suite),
                       failures);
    xml += fmt::format("    <testcase classname=\"{}\" name=\"{}\">\n", escaped(options.suite), escaped(options.test));
    if (failures)
        xml += failure(report, options.text);
    return xml + "    </testcase>\n  </testsuite>\n</testsuites>\n";
}

} // namespace deadheat::report
