// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/pipeline/config.h"

#include "report/user_error.h"
#include "report/words.h"

#include <fmt/format.h>
#include <fstream>
#include <yaml-cpp/yaml.h>

namespace deadheat::pipeline {

namespace {

class ConfigReader {
public:
    explicit ConfigReader(const std::filesystem::path& file) { config_.file = file; }

    Config read(const std::string& text) {
        const YAML::Node root = YAML::Load(text);
        if (root.IsNull())
            return std::move(config_);
        if (!root.IsMap())
            fail(root, "expected a mapping such as 'checks: data-race'");
        for (const auto& entry : root)
            member(entry.first.as<std::string>(), entry.first, entry.second);
        return std::move(config_);
    }

private:
    [[noreturn]] void fail(const YAML::Node& where, const std::string& what) const {
        throw report::UserError(fmt::format("{}:{}: {}", config_.file.string(), where.Mark().line + 1, what));
    }

    std::string scalar(const YAML::Node& node, const std::string& key) const {
        if (!node.IsScalar())
            fail(node, fmt::format("'{}' takes one text", key));
        return node.Scalar();
    }

    void member(const std::string& key, const YAML::Node& keyNode, const YAML::Node& value) {
        if (key == "checks")
            config_.checks = scalar(value, key);
        else if (key == "confidence")
            confidence(value);
        else if (key == "level")
            level(value);
        else if (key == "suppressions")
            suppressions(value);
        else if (key == "api")
            config_.api = YAML::Dump(value) + "\n";
        else
            fail(keyNode, fmt::format("unknown key '{}': known are checks, confidence, level, suppressions, api", key));
    }

    void confidence(const YAML::Node& value) {
        config_.confidence = report::confidenceFromWord(scalar(value, "confidence"));
        if (!config_.confidence)
            fail(value, "'confidence' is low, medium or high");
    }

    void level(const YAML::Node& value) {
        config_.level = report::levelFromWord(scalar(value, "level"));
        if (!config_.level)
            fail(value, "'level' is style, warning or error");
    }

    void suppressions(const YAML::Node& list) {
        if (!list.IsSequence())
            fail(list, "'suppressions' is a list");
        for (const auto& item : list) {
            if (!item.IsMap())
                fail(item, "a suppression is a mapping of check, file, subject and reason");
            config_.suppressions.push_back(suppression(item));
        }
    }

    report::SuppressionRule suppression(const YAML::Node& item) {
        report::SuppressionRule rule;
        for (const auto& entry : item) {
            const auto key = entry.first.as<std::string>();
            const auto text = scalar(entry.second, key);
            if (key == "check")
                rule.check = text;
            else if (key == "file")
                rule.file = text;
            else if (key == "subject")
                rule.subject = text;
            else if (key != "reason")
                fail(entry.first, fmt::format("unknown key '{}': known are check, file, subject, reason", key));
        }
        if (rule.check.empty() && rule.file.empty() && rule.subject.empty())
            fail(item, "a suppression needs check, file or subject; this one would hide everything");
        return rule;
    }

    Config config_;
};

} // namespace

std::optional<std::filesystem::path> findConfig(const std::filesystem::path& folder) {
    for (auto at = std::filesystem::absolute(folder).lexically_normal();; at = at.parent_path()) {
        std::error_code ignored;
        if (std::filesystem::is_regular_file(at / kConfigName, ignored))
            return at / kConfigName;
        if (at == at.parent_path())
            return std::nullopt;
    }
}

Config parseConfig(const std::string& text, const std::filesystem::path& file) {
    try {
        return ConfigReader(file).read(text);
    } catch (const YAML::Exception& error) {
        throw report::UserError(
            fmt::format("{}:{}: not valid YAML: {}", file.string(), error.mark.line + 1, error.msg));
    }
}

Config readConfig(const std::filesystem::path& file) {
    std::ifstream in(file);
    in.peek(); // opening a folder succeeds, reading it does not
    if (!in.is_open() || in.bad())
        throw report::UserError(fmt::format("{}: cannot read this configuration", file.string()));
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return parseConfig(text, file);
}

} // namespace deadheat::pipeline
