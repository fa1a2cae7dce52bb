// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions that start a thread on what their callers pass, but keep it in a record on the way:
// `thread->run = run; pthread_create(&thread->id, NULL, main_of_all, thread)`, where main_of_all calls `thread->run`.
#pragma once

#include "analyzer/ir/ir.h"

namespace deadheat::link {

/// Gives every call that passes such a function a constant one a copy of it, and of all on the way to the call through the record, in
/// which the record holds that constant: each start is then a place of its own, as for those that pass the entry on
/// (start_wrappers.h). That nobody changes the record in between is assumed.
void copyRecordedStarts(ir::Module& code);

} // namespace deadheat::link
