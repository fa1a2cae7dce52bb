// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include <mutex>
#include <string>
#include <vector>

class Report {
public:
    void addBad(const std::string& line);
    void addOk(const std::string& line);
    std::size_t size() const { return lines_.size() + kept_.size(); }

private:
    std::vector<std::string> lines_;
    std::mutex mutex_;
    std::vector<std::string> kept_;
};
