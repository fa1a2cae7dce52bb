// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "report/sources.h"

#include <fstream>
#include <sstream>

namespace deadheat::report {

namespace {

std::vector<std::string> split(std::istream& in) {
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
        if (line.ends_with('\r'))
            line.pop_back();
        lines.push_back(std::move(line));
    }
    return lines;
}

} // namespace

void Sources::add(const std::string& file, std::string text) {
    std::istringstream in(std::move(text));
    files_[file] = split(in);
}

const std::vector<std::string>& Sources::lines(const std::string& file) const {
    const auto known = files_.find(file);
    if (known != files_.end())
        return known->second;
    std::ifstream in(root_ / file, std::ios::binary);
    return files_.emplace(file, split(in)).first->second;
}

std::string_view Sources::line(const std::string& file, unsigned number) const {
    const auto& all = lines(file);
    return number == 0 || number > all.size() ? std::string_view() : std::string_view(all[number - 1]);
}

} // namespace deadheat::report
