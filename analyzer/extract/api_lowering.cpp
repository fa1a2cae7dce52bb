// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/extract/function_lowering.h"

namespace deadheat::extract {

std::optional<Lowered> ApiCalls::call(CallSite&) { return std::nullopt; }

} // namespace deadheat::extract
