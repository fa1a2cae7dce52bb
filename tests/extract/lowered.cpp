// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/extract/lowered.h"

#include "analyzer/ir/text.h"
#include "analyzer/ir/verify.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <sstream>

namespace deadheat::extract::test {
namespace {

std::string stripped(const std::string& line) {
    static const std::regex place(R"( @[^ "]*[0-9]+:[0-9]+-([0-9]+:)?[0-9]+(\^[0-9]+)?$)");
    std::string text = std::regex_replace(line, place, "");
    std::size_t first = text.find_first_not_of(' ');
    return first == std::string::npos ? "" : text.substr(first);
}

bool isDeclaration(const std::string& line) {
    for (const char* word : {"local ", "temp ", "overrides ", "requires ", "acquires ", "releases ", "excludes "})
        if (line.rfind(word, 0) == 0)
            return true;
    return false;
}

template <typename Item>
const Item* find(const std::vector<Item>& items, const std::string& name) {
    auto found = std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.name == name; });
    return found == items.end() ? nullptr : &*found;
}

} // namespace

Result lower(const Source& source) {
    CompileCommand command;
    command.directory = "/src";
    command.file = "/src/" + source.name;
    command.arguments = {source.isC ? "clang" : "clang++", source.isC ? "-std=gnu17" : "-std=c++20"};
    if (!source.realHeaders)
        command.arguments.insert(command.arguments.end(),
                                 {"-isystem", std::string(DEADHEAT_SOURCE_DIR) + "/tests/extract/fake"});
    command.arguments.insert(command.arguments.end(), source.flags.begin(), source.flags.end());
    command.arguments.push_back(source.name);
    Options options;
    options.projectRoot = "/src";
    options.overlay.emplace_back(command.file, source.text);
    Result result = extract(command, options);
    if (auto problem = ir::verify(result.module))
        ADD_FAILURE() << "not a valid module: " << *problem;
    return result;
}

std::string bodyOf(const Result& result, const std::string& name) {
    ir::Module wanted = result.module;
    std::erase_if(wanted.functions, [&](const ir::Function& f) { return f.name != name || f.isDeclaration; });
    if (wanted.functions.empty())
        return "(none)";
    std::istringstream text(ir::print(wanted));
    std::string out;
    bool inside = false;
    for (std::string line; std::getline(text, line);) {
        if (line.rfind("func ", 0) == 0) {
            inside = true;
            continue;
        }
        std::string shown = stripped(line);
        if (inside && !shown.empty() && !isDeclaration(shown))
            out += shown + "\n";
    }
    return out;
}

std::string body(const Source& source, const std::string& name) {
    Result result = lower(source);
    EXPECT_TRUE(result.parsed) << result.fatal;
    for (const ir::Diagnostic& diagnostic : result.module.diagnostics)
        ADD_FAILURE() << diagnostic.range.line << ": " << diagnostic.message;
    return bodyOf(result, name);
}

std::string lines(std::string text) {
    std::istringstream in(text);
    std::string out;
    for (std::string line; std::getline(in, line);) {
        std::size_t first = line.find_first_not_of(' ');
        if (first != std::string::npos)
            out += line.substr(first) + "\n";
    }
    return out;
}

const ir::Function* findFunction(const Result& result, const std::string& name) {
    return find(result.module.functions, name);
}
const ir::Global* findGlobal(const Result& result, const std::string& name) {
    return find(result.module.globals, name);
}
const ir::Field* findField(const Result& result, const std::string& name) { return find(result.module.fields, name); }
const ir::Record* findRecord(const Result& result, const std::string& name) {
    return find(result.module.records, name);
}

} // namespace deadheat::extract::test
