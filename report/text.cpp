// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "report/text.h"

#include "report/words.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace deadheat::report {

namespace {

std::string_view shownLevel(Level level) { return level == Level::error ? "error" : "warning"; }

std::string position(const Location& location) {
    if (location.file.empty())
        return "<unknown>";
    if (location.line == 0)
        return location.file;
    if (location.column == 0)
        return fmt::format("{}:{}", location.file, location.line);
    return fmt::format("{}:{}:{}", location.file, location.line, location.column);
}

class TextWriter {
public:
    TextWriter(const Sources& sources, const TextOptions& options) : sources_(sources), color_(options.color) {}

    std::string write(const Finding& finding) {
        const bool isError = finding.level == Level::error;
        head(finding.location, isError ? "31" : "35", shownLevel(finding.level),
             fmt::format("{} [deadheat-{}]", finding.message, finding.rule));
        snippet(finding.location);
        for (const auto& note : finding.notes) {
            head(note.location, "36", "note", note.message);
            snippet(note.location);
        }
        for (const auto& trace : finding.traces)
            writeTrace(trace, finding.location);
        footer(finding);
        return std::move(out_);
    }

private:
    std::string paint(std::string_view code, std::string_view text) const {
        return color_ ? fmt::format("\033[{}m{}\033[0m", code, text) : std::string(text);
    }

    void head(const Location& location, std::string_view color, std::string_view kind, const std::string& message) {
        out_ +=
            fmt::format("{}: {} {}\n", paint("1", position(location)), paint(color, fmt::format("{}:", kind)), message);
    }

    /// A trace is one note at its last step, which names the locks; the way there stands indented below.
    void writeTrace(const Trace& trace, const Location& primary) {
        const Location last = trace.steps.empty() ? primary : trace.steps.back().location;
        head(last, "36", "note", fmt::format("{}; {}", trace.title, holds(trace.locksHeld)));
        snippet(last);
        for (const auto& step : trace.steps) {
            const auto where = step.function.empty() ? "" : fmt::format("in {}: ", step.function);
            out_ += fmt::format("    {}: {}{}\n", position(step.location), where, step.message);
        }
    }

    static std::string holds(const std::vector<std::string>& locks) {
        if (locks.empty())
            return "holds no lock";
        std::string list;
        for (const auto& lock : locks)
            list += fmt::format("{}'{}'", list.empty() ? "" : ", ", lock);
        return "holds " + list;
    }

    void snippet(const Location& location) {
        const auto line = sources_.line(location.file, location.line);
        if (line.empty() || !shown_.emplace(location.file, location.line).second)
            return;
        out_ += fmt::format("{:>5} | {}\n", location.line, line);
        if (location.column == 0 || location.column > line.size())
            return;
        const auto marks = fmt::format("^{:~>{}}", "", markedColumns(location, line) - 1);
        out_ += fmt::format("{:>5} | {}{}\n", "", margin(line.substr(0, location.column - 1)), paint("1;32", marks));
    }

    /// The columns to mark on the first line of the range; at least one.
    static std::size_t markedColumns(const Location& location, std::string_view line) {
        std::size_t end = location.endLine > location.line ? line.size() + 1 : location.endColumn;
        end = std::min(end, line.size() + 1);
        return end > location.column ? end - location.column : 1;
    }

    /// Blanks as wide as `text`; tabs stay tabs, and a character of several bytes is one column.
    static std::string margin(std::string_view text) {
        std::string out;
        for (const char c : text)
            if ((static_cast<unsigned char>(c) & 0xc0) != 0x80)
                out += c == '\t' ? '\t' : ' ';
        return out;
    }

    void footer(const Finding& finding) {
        out_ += fmt::format("      = {} confidence: {}\n", wordOf(finding.confidence), explain(finding.world));
        if (!finding.replay.empty())
            out_ += fmt::format("      = replay: {}\n", finding.replay);
        if (!finding.fingerprint.empty() && finding.world != World::run) // explain reads the reports of check
            out_ += fmt::format("      = more: deadheat explain {}\n", finding.fingerprint);
    }

    const Sources& sources_;
    std::set<std::pair<std::string, unsigned>> shown_; ///< lines that this finding has quoted already
    bool color_;
    std::string out_;
};

} // namespace

std::string toText(const Finding& finding, const Sources& sources, const TextOptions& options) {
    return TextWriter(sources, options).write(finding);
}

std::string toText(const Report& report, const Sources& sources, const TextOptions& options) {
    std::string out;
    for (const auto& finding : report.findings)
        out += (out.empty() ? "" : "\n") + toText(finding, sources, options);
    return out;
}

} // namespace deadheat::report
