// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/command.h"

#include <algorithm>

namespace deadheat::cli {

namespace {

std::vector<Command>& registered() {
    static std::vector<Command> list;
    return list;
}

} // namespace

Registration::Registration(Command command) { registered().push_back(std::move(command)); }

const std::vector<Command>& commands() {
    auto& list = registered();
    std::sort(list.begin(), list.end(), [](const Command& a, const Command& b) { return a.name < b.name; });
    return list;
}

} // namespace deadheat::cli
