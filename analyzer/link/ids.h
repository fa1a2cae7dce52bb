// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names of things in a merged program. All are indices into the merged ir::Module or into tables of this folder, so that
// iterating in id order is deterministic.
#pragma once

#include "analyzer/ir/ir.h"

#include <cstdint>
#include <functional>

namespace deadheat::link {

using FunctionId = ir::Index; ///< Module::functions
using LocationId = std::uint32_t;
using ObjectId = std::uint32_t;
inline constexpr std::uint32_t kNoId = ~std::uint32_t{0};

/// One instruction of the merged program.
struct InstrRef {
    FunctionId function = kNoId;
    ir::Index block = 0;
    ir::Index instr = 0;
    auto operator<=>(const InstrRef&) const = default;
    explicit operator bool() const { return function != kNoId; }
};

inline const ir::Instr& instrAt(const ir::Module& code, InstrRef ref) {
    return code.functions[ref.function].blocks[ref.block].instrs[ref.instr];
}

struct InstrRefHash {
    std::size_t operator()(const InstrRef& ref) const {
        return (std::size_t{ref.function} * 1000003u + ref.block) * 1000003u + ref.instr;
    }
};

} // namespace deadheat::link
