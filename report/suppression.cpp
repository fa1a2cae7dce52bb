// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "report/suppression.h"

#include "report/glob.h"

#include <algorithm>
#include <cctype>

namespace deadheat::report {

namespace {

enum class Scope { line, next, begin, end };

struct Comment {
    Scope scope;
    std::string checks; ///< "*" for a bare comment
};

struct Keyword {
    std::string_view word;
    Scope scope;
};

// Longer ones first: each begins with the last.
constexpr Keyword kKeywords[] = {
    {"NOLINTNEXTLINE", Scope::next}, {"NOLINTBEGIN", Scope::begin}, {"NOLINTEND", Scope::end}, {"NOLINT", Scope::line}};

bool isWordPart(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

/// The comment that starts at the front of `text`; `text` is moved behind it.
Comment readComment(std::string_view& text) {
    Comment comment{Scope::line, "*"};
    for (const auto& keyword : kKeywords)
        if (text.starts_with(keyword.word)) {
            comment.scope = keyword.scope;
            text.remove_prefix(keyword.word.size());
            break;
        }
    const auto close = text.find(')');
    if (text.starts_with('(') && close != std::string_view::npos) {
        comment.checks = std::string(text.substr(1, close - 1));
        text.remove_prefix(close + 1);
    }
    return comment;
}

std::vector<Comment> commentsOf(std::string_view line) {
    std::vector<Comment> comments;
    for (auto at = line.find("NOLINT"); at != std::string_view::npos; at = line.find("NOLINT")) {
        const bool insideWord = at > 0 && isWordPart(line[at - 1]);
        line.remove_prefix(at);
        if (insideWord)
            line.remove_prefix(1);
        else
            comments.push_back(readComment(line));
    }
    return comments;
}

/// Unlike GlobList, an empty list names nothing: NOLINT() silences nothing.
bool names(const std::string& checks, const std::string& rule) {
    return checks.find_first_not_of(" ,") != std::string::npos && GlobList(checks).matches("deadheat-" + rule);
}

/// An END closes the innermost BEGIN with the same list.
void close(std::vector<std::string>& open, const std::string& checks) {
    const auto innermost = std::find(open.rbegin(), open.rend(), checks);
    if (innermost != open.rend())
        open.erase(std::next(innermost).base());
}

} // namespace

const Suppressions::LineLists& Suppressions::listsOf(const std::string& file) {
    const auto known = files_.find(file);
    if (known != files_.end())
        return known->second;
    auto& lists = files_[file];
    std::vector<std::string> open;
    unsigned number = 0;
    for (const auto& text : sources_.lines(file)) {
        ++number;
        for (auto& comment : commentsOf(text)) {
            if (comment.scope == Scope::begin)
                open.push_back(comment.checks);
            else if (comment.scope == Scope::end)
                close(open, comment.checks);
            else
                lists[comment.scope == Scope::next ? number + 1 : number].push_back(comment.checks);
        }
        if (!open.empty())
            lists[number].insert(lists[number].end(), open.begin(), open.end());
    }
    return lists;
}

bool Suppressions::coveredAt(const Location& location, const std::string& rule) {
    const auto& lists = listsOf(location.file);
    const auto at = lists.find(location.line);
    return at != lists.end() && std::any_of(at->second.begin(), at->second.end(),
                                            [&](const std::string& checks) { return names(checks, rule); });
}

bool Suppressions::cover(const Finding& finding) {
    if (coveredAt(finding.location, finding.rule))
        return true;
    for (const auto& trace : finding.traces)
        if (!trace.steps.empty() && coveredAt(trace.steps.back().location, finding.rule))
            return true;
    const auto matches = [](const std::string& glob, const std::string& text) {
        return glob.empty() || matchesGlob(glob, text);
    };
    return std::any_of(rules_.begin(), rules_.end(), [&](const SuppressionRule& rule) {
        return (matches(rule.check, finding.rule) || matches(rule.check, "deadheat-" + finding.rule)) &&
               matches(rule.file, finding.location.file) && matches(rule.subject, finding.subject);
    });
}

} // namespace deadheat::report
