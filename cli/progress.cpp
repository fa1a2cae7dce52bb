// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/progress.h"

#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace deadheat::cli {

namespace {

constexpr std::size_t kWidth = 76; ///< shorter than any usual terminal, so that the line never wraps
constexpr const char* kClearLine = "\r\033[K";

} // namespace

Progress::Progress() : isTerminal_(::isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() { clear(); }

void Progress::show(std::size_t done, std::size_t total, const std::string& what) {
    if (!isTerminal_)
        return;
    auto line = fmt::format("[{}/{}] {}", done, total, what);
    if (line.size() > kWidth)
        line = line.substr(0, kWidth - 3) + "...";
    fmt::print(stderr, "{}{}", kClearLine, line);
    std::fflush(stderr);
    shown_ = true;
}

void Progress::clear() {
    if (shown_)
        fmt::print(stderr, "{}", kClearLine);
    shown_ = false;
}

} // namespace deadheat::cli
