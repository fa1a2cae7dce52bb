// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An error that is the user's to mend: bad options, files, configuration. Its text is one line that names the file, says what
// is wrong and what to do. The command line prints it and exits with 2.
#pragma once

#include <stdexcept>

namespace deadheat::report {

class UserError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

} // namespace deadheat::report
