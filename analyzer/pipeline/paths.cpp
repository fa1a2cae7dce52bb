// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/pipeline/paths.h"

namespace deadheat::pipeline {

std::filesystem::path mainFile(const extract::CompileCommand& command) {
    return (std::filesystem::path(command.directory) / command.file).lexically_normal();
}

std::string shownPath(const std::filesystem::path& file, const std::filesystem::path& root) {
    const auto relative = root.empty() ? std::filesystem::path() : file.lexically_relative(root);
    const bool below = !relative.empty() && *relative.begin() != "..";
    return (below ? relative : file).generic_string();
}

} // namespace deadheat::pipeline
