// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A folder of a test's own, removed at its end.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace deadheat::pipeline {

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = "/tmp/deadheat-test-XXXXXX";
        path = std::filesystem::canonical(::mkdtemp(name.data()));
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::filesystem::path write(const std::string& name, const std::string& text) const {
        std::filesystem::create_directories((path / name).parent_path());
        std::ofstream(path / name) << text;
        return path / name;
    }

    std::filesystem::path path;
};

} // namespace deadheat::pipeline
