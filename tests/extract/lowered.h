// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lowers a snippet and shows what a test wants to see of it.
#pragma once

#include "analyzer/extract/extract.h"

#include <string>
#include <vector>

namespace deadheat::extract::test {

struct Source {
    std::string text;
    std::vector<std::string> flags; ///< beside -std=c++20 (or -std=c17 for isC)
    bool isC = false;
    std::string name = "unit.cpp"; ///< in the folder /src
    bool realHeaders = false;      ///< the system's <mutex> and the like instead of the fake ones
};

Result lower(const Source& source);
inline Result lower(const std::string& text) { return lower(Source{text, {}, false, "unit.cpp", false}); }
inline Result lowerC(const std::string& text) { return lower(Source{text, {}, true, "unit.c", false}); }

/// The instructions of the function whose qualified name is `name`, one a line, without places in the source, declarations of
/// locals and indentation. Several functions of one name: all, one after the other. "(none)" when there is none.
std::string bodyOf(const Result& result, const std::string& name);

/// bodyOf after lowering; fails the test when the snippet does not parse.
std::string body(const Source& source, const std::string& name);
inline std::string body(const std::string& text, const std::string& name) {
    return body(Source{text, {}, false, "unit.cpp", false}, name);
}
inline std::string bodyC(const std::string& text, const std::string& name) {
    return body(Source{text, {}, true, "unit.c", false}, name);
}

/// A raw string without the indentation of its lines and its first and last line break.
std::string lines(std::string text);

const ir::Function* findFunction(const Result& result, const std::string& name);
const ir::Global* findGlobal(const Result& result, const std::string& name);
const ir::Field* findField(const Result& result, const std::string& name);
const ir::Record* findRecord(const Result& result, const std::string& name);

} // namespace deadheat::extract::test
