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

class DebugLines {
public:
    /// A file that cannot be read has no debug information.
    explicit DebugLines(const std::string& module);

    bool empty() const { return files_.empty(); }
    /// The names of all source files, as the symbolizer gives them.
    const std::vector<std::string>& files() const { return files_; }
    /// The code of the lines `first` to `last` of files()[file].
    std::vector<CodeRange> code(std::size_t file, unsigned first, unsigned last) const;
    /// Functions that system headers define: templates of the standard library and the like.
    const std::vector<CodeRange>& foreignCode() const { return foreign_; }

private:
    friend class DebugReader;
    struct Piece {
        CodeRange range;
        std::size_t file = 0;
        unsigned line = 0;
    };

    std::vector<std::string> files_;
    std::vector<Piece> pieces_;
    std::vector<CodeRange> foreign_;
};

} // namespace deadheat::launch
