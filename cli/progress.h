// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One line on standard error that is rewritten as work goes on. Silent unless standard error is a terminal.
#pragma once

#include <cstddef>
#include <string>

namespace deadheat::cli {

class Progress {
public:
    Progress();
    ~Progress(); ///< clears the line
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void show(std::size_t done, std::size_t total, const std::string& what);
    void clear();

private:
    bool isTerminal_;
    bool shown_ = false;
};

} // namespace deadheat::cli
