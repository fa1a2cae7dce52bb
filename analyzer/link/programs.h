// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "analyzer/ir/ir.h"

#include <vector>

namespace deadheat::link {

/// A compile database often holds several programs (a server, its tools, its tests). What two modules both define cannot be
/// linked together, so the second definition and the module's own uses of it get a name of their own. Functions clash when
/// both have a body, at different places; globals when both modules have a `main` and define them in their own source.
/// Limit: a third module that uses a clashing name is taken to mean the first definition.
void keepProgramsApart(std::vector<ir::Module>& modules);

} // namespace deadheat::link
