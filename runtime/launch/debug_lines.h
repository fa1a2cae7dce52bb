// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The debug information of one program or library, read once: which code belongs to which source line. Code that was
// inlined belongs to its own line and to every line that called it. The only file of the runtime that includes LLVM.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace deadheat::launch {

/// Addresses as in the module's file: what Symbolizer calls offsets.
struct CodeRange {
    std::uint64_t begin = 0, end = 0;
};

/// The last part of a function's name without parameters and template arguments, "operator()" for a lambda: what the
/// analyzer, the symbolizer and debug information call alike.
std::string shortName(std::string function);

class DebugLines {
public:
    /// A file that cannot be read has no debug information.
    explicit DebugLines(const std::string& module);

    bool empty() const { return files_.empty(); }
    /// The names of all source files, as the symbolizer gives them.
    const std::vector<std::string>& files() const { return files_; }
    /// The code of the lines `first` to `last` of files()[file]. With a function, only what is in functions of that short
    /// name, there also what the compiler merged from several lines, which has line 0.
    std::vector<CodeRange> code(std::size_t file, unsigned first, unsigned last, const std::string& function) const;
    /// Functions that system headers define: templates of the standard library and the like.
    const std::vector<CodeRange>& foreignCode() const { return foreign_; }

private:
    friend class DebugReader;
    struct Piece {
        CodeRange range;
        std::size_t file = 0;
        unsigned line = 0;
        std::size_t function = 0; ///< in functions_
    };

    std::vector<std::string> files_;
    std::vector<std::string> functions_; ///< short names
    std::vector<Piece> pieces_;
    std::vector<CodeRange> foreign_;
};

} // namespace deadheat::launch
