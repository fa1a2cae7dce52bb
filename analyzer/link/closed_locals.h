// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "analyzer/link/inclusion_graph.h"

namespace deadheat::link {

/// Tells the graph which locals can only receive what the constraints built from the program's text give them: no pointer leads to
/// them, and no call that is resolved later sets them.
void closeLocals(const ir::Module& code, const LocationTable& table, InclusionGraph& graph);

} // namespace deadheat::link
