// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The run as a whole: how the launcher wants the program to be run, and where results go. Opened before any code of the
// program runs; without a launcher the runtime stays passive and the program is one of plain ThreadSanitizer.
#pragma once

#include "runtime/sched/control_block.h"
#include "runtime/sched/json_writer.h"

namespace deadheat::intercept {

enum class Activity : std::uint8_t { passive, observing, controlling };

/// Maps the control block named by the environment; false when there is none.
bool openSession();
/// Makes `block` the control block of this process.
void adoptSession(sched::ControlBlock& block);
bool hasSession();
Activity activity();
/// Interceptors do nothing but forward before this.
void setActivity(Activity activity);
sched::ControlBlock& control();

/// Appends the record of a defect to the report area.
void submitRecord(const sched::JsonWriter& record);
void submitBytes(const char* bytes, std::size_t count);
/// Appends a record that is no defect by itself.
void submitNotice(const sched::JsonWriter& record);
/// Appends to the step log.
void appendLog(const char* bytes, std::size_t count);

/// Reports `what` as something the scheduler cannot steer, once per name.
void reportUnsupported(const char* what);

} // namespace deadheat::intercept
