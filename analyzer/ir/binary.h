// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The binary form of a module (.dhir): a header with magic, layout version, schema, payload size and checksum, then the
// structs of ir.h in order, little-endian. A file from a Deadheat with another ir.h is refused, never misread.
#pragma once

#include "analyzer/ir/format_error.h"
#include "analyzer/ir/ir.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace deadheat::ir {

std::string toBytes(const Module& module);

/// Throws FormatError when the bytes are truncated, damaged or of another version. The result satisfies verify().
Module fromBytes(std::string_view bytes);

/// Writes beside the target and renames, so that a reader never sees half a file. Throws FormatError naming the file.
void writeFile(const Module& module, const std::filesystem::path& path);

/// Throws FormatError naming the file.
Module readFile(const std::filesystem::path& path);

/// Identifies the structs of ir.h that this program was built with; part of every cache key.
std::uint64_t schemaId();

} // namespace deadheat::ir
