// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Files of the cache: read whole, written beside the target and renamed, records behind a checksum of their own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace deadheat::pipeline {

std::uint64_t hashOf(std::string_view text);
std::string hex(std::uint64_t value);

/// Nothing: the file cannot be read.
std::optional<std::string> readWhole(const std::filesystem::path& path);

/// Another process sees the old file or the new one. False when the disk does not take it.
bool writeAtomically(const std::filesystem::path& path, const std::string& text);

/// The body behind its checksum.
std::string seal(const std::string& body);
/// The body; nothing when it is not what was sealed.
std::optional<std::string> unseal(const std::string& text);

} // namespace deadheat::pipeline
