// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The text of the source files that findings point at. Not thread safe.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace deadheat::report {

class Sources {
public:
    /// Relative files are looked for below `root`.
    explicit Sources(std::filesystem::path root) : root_(std::move(root)) {}

    /// Takes `text` for the content of `file` without reading the disk.
    void add(const std::string& file, std::string text);

    /// All lines without their ends; empty when the file cannot be read.
    const std::vector<std::string>& lines(const std::string& file) const;

    /// Line `number`, counted from 1; empty when there is none.
    std::string_view line(const std::string& file, unsigned number) const;

private:
    std::filesystem::path root_;
    mutable std::map<std::string, std::vector<std::string>> files_;
};

} // namespace deadheat::report
