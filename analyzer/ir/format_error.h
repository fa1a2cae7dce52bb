// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one error that reading a module can raise, for the text form and for the binary form.
#pragma once

#include <stdexcept>
#include <string>

namespace deadheat::ir {

/// What is wrong with a module's text or bytes, as one line. `line` counts from 1; 0 where the form has no lines.
class FormatError : public std::runtime_error {
public:
    explicit FormatError(const std::string& message, unsigned line = 0)
        : std::runtime_error(line == 0 ? message : "line " + std::to_string(line) + ": " + message), line_(line) {}
    unsigned line() const { return line_; }

private:
    unsigned line_;
};

} // namespace deadheat::ir
