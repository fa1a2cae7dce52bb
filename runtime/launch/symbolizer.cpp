// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/symbolizer.h"

#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

namespace deadheat::launch {
namespace {

const char* symbolizerPath() {
    const char* chosen = std::getenv("DEADHEAT_SYMBOLIZER");
    return chosen ? chosen : DEADHEAT_LLVM_SYMBOLIZER;
}

/// Splits "module+0xoffset"; the offset of a return address is moved back into the call.
bool splitPlace(const std::string& place, std::string& module, std::uint64_t& offset) {
    const std::size_t plus = place.rfind("+0x");
    if (plus == std::string::npos || plus == 0)
        return false;
    module = place.substr(0, plus);
    offset = std::strtoull(place.c_str() + plus + 3, nullptr, 16);
    return true;
}

} // namespace

Symbolizer::~Symbolizer() {
    if (requests_)
        std::fclose(requests_);
    if (answers_)
        std::fclose(answers_);
    if (pid_ > 0)
        waitpid(pid_, nullptr, 0);
}

bool Symbolizer::start() {
    if (pid_ > 0 || failed_)
        return !failed_;
    if (access(symbolizerPath(), X_OK) != 0)
        return !(failed_ = true);
    int toChild[2], fromChild[2];
    if (pipe2(toChild, O_CLOEXEC) != 0 || pipe2(fromChild, O_CLOEXEC) != 0)
        return !(failed_ = true);
    pid_ = fork();
    if (pid_ == 0) {
        dup2(toChild[0], STDIN_FILENO);
        dup2(fromChild[1], STDOUT_FILENO);
        dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
        execlp(symbolizerPath(), symbolizerPath(), "--output-style=JSON", "--inlines", nullptr);
        _exit(127);
    }
    close(toChild[0]);
    close(fromChild[1]);
    requests_ = fdopen(toChild[1], "w");
    answers_ = fdopen(fromChild[0], "r");
    return true;
}

std::string Symbolizer::ask(const std::string& command, const std::string& place) {
    std::string module;
    std::uint64_t offset = 0;
    if (!splitPlace(place, module, offset) || !start())
        return {};
    const std::string request = fmt::format("{} \"{}\" 0x{:x}\n", command, module, offset);
    if (std::fputs(request.c_str(), requests_) < 0 || std::fflush(requests_) != 0) {
        failed_ = true;
        return {};
    }
    char* line = nullptr;
    std::size_t capacity = 0;
    const ssize_t length = getline(&line, &capacity, answers_);
    std::string answer = length > 0 ? std::string(line, static_cast<std::size_t>(length)) : std::string();
    std::free(line);
    failed_ = length <= 0;
    return answer;
}

const std::vector<SourceFrame>& Symbolizer::code(const std::string& place) {
    const auto [entry, isNew] = codeCache_.try_emplace(place);
    std::vector<SourceFrame>& frames = entry->second;
    if (!isNew)
        return frames;
    const auto answer = nlohmann::json::parse(ask("CODE", place), nullptr, false);
    if (answer.is_object() && answer.contains("Symbol"))
        for (const auto& symbol : answer["Symbol"])
            frames.push_back({symbol.value("FunctionName", ""), symbol.value("FileName", ""), symbol.value("Line", 0u),
                              symbol.value("Column", 0u)});
    if (frames.empty())
        frames.push_back({});
    return frames;
}

const std::string& Symbolizer::data(const std::string& place) {
    const auto [entry, isNew] = dataCache_.try_emplace(place);
    if (isNew) {
        const auto answer = nlohmann::json::parse(ask("DATA", place), nullptr, false);
        if (answer.is_object() && answer.contains("Data"))
            entry->second = answer["Data"].value("Name", "");
    }
    return entry->second;
}

} // namespace deadheat::launch
