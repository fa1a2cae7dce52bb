// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/pipeline/project_api.h"

#include "report/user_error.h"

namespace deadheat::pipeline {

extract::ApiTable projectApi(const Config& config) {
    auto table = extract::ApiTable::builtIn();
    if (!config.api.empty())
        if (const auto problem = table.add(config.api, config.file.string()))
            throw report::UserError(*problem);
    return table;
}

Config projectConfig(const std::string& configFile, const std::filesystem::path& root) {
    if (!configFile.empty())
        return readConfig(configFile);
    const auto found = findConfig(root);
    return found ? readConfig(*found) : Config{};
}

} // namespace deadheat::pipeline
