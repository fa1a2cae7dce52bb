// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Members that keep for good what the constructor has given them: what is known of such a one still holds after a lock, a wait or a
// call.
#pragma once

#include "analyzer/ir/ir.h"

#include <vector>

namespace deadheat::link {

class SettledFields {
public:
    /// `code`: the whole program, so that no write is missed but those through pointers to the member, of which any address taken is a
    /// sign.
    explicit SettledFields(const ir::Module& code);

    bool contains(ir::Index field) const { return !isWritten_[field]; }

private:
    void noteWrites(const ir::Function& function, const ir::Instr& instr);

    std::vector<bool> isWritten_; ///< by field
};

} // namespace deadheat::link
