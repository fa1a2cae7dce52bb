// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which of its variables a function frees the object of, itself or through functions that it calls: `connection_free(c)`.
#pragma once

#include "analyzer/link/ids.h"

#include <span>
#include <vector>

namespace deadheat::link {

/// Told by the variables' names alone: on some way, with the value that the variable happens to have there.
class EndedPointers {
public:
    EndedPointers(const ir::Module& code, std::span<const ir::Index> functionOfSymbol);

    /// Parameters and variables of the function; sorted.
    const std::vector<ir::Index>& in(FunctionId function) const { return ended_[function]; }

private:
    bool addFrom(FunctionId function);
    void addFrom(const ir::Instr& instr, std::vector<ir::Index>& ended) const;

    const ir::Module& code_;
    std::span<const ir::Index> functionOfSymbol_;
    std::vector<std::vector<ir::Index>> ended_; ///< by function
};

} // namespace deadheat::link
