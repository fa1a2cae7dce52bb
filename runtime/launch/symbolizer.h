// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Turns "module+0xoffset" into functions and source lines, through one llvm-symbolizer process that stays.
#pragma once

#include <cstdio>
#include <map>
#include <string>
#include <vector>

namespace deadheat::launch {

struct SourceFrame {
    std::string function;
    std::string file; ///< absolute or as the compiler was told; empty when unknown
    unsigned line = 0;
    unsigned column = 0;
};

class Symbolizer {
public:
    Symbolizer() = default;
    ~Symbolizer();
    Symbolizer(const Symbolizer&) = delete;
    Symbolizer& operator=(const Symbolizer&) = delete;

    /// The frames at a return address, the innermost inlined one first. Never empty.
    const std::vector<SourceFrame>& code(const std::string& place);
    /// The name of the global object that contains the address; empty when none does.
    const std::string& data(const std::string& place);

private:
    bool start();
    std::string ask(const std::string& command, const std::string& place);

    int pid_ = 0;
    std::FILE* requests_ = nullptr;
    std::FILE* answers_ = nullptr;
    bool failed_ = false;
    std::map<std::string, std::vector<SourceFrame>> codeCache_;
    std::map<std::string, std::string> dataCache_;
};

} // namespace deadheat::launch
