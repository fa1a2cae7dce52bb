// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/object_key.h"

#include "runtime/intercept/processes.h"
#include "runtime/intercept/session.h"
#include "runtime/intercept/shared_memory.h"
#include "runtime/tsan/programs.h"

namespace deadheat::intercept {
namespace {

/// User addresses are below this bit; the number of the process lies above.
constexpr unsigned kAddressBits = 48;
constexpr std::uint64_t kAddressMask = (std::uint64_t{1} << kAddressBits) - 1;

} // namespace

std::uint64_t keyOf(const volatile void* address) {
    const auto value = reinterpret_cast<std::uint64_t>(address);
    if (activity() != Activity::controlling || value == 0)
        return value;
    if (const std::uint64_t key = sharedKeyOf(value))
        return key;
    return keyInProcess(value, thisProcess().number);
}

std::uint64_t keyInProcess(std::uint64_t key, std::uint32_t process) {
    return (key & kAddressMask) | (static_cast<std::uint64_t>(process) << kAddressBits);
}

bool isSharedKey(std::uint64_t key) { return (key & shm::Mappings::kSharedBit) != 0; }

std::uint64_t addressOfKey(std::uint64_t key) { return isSharedKey(key) ? 0 : key & kAddressMask; }

std::uint64_t frameOfKey(std::uint64_t key) {
    const std::uint64_t address = addressOfKey(key);
    const std::uint64_t process = key >> kAddressBits;
    if (address == 0 || activity() != Activity::controlling || process >= processTable().size())
        return address + 1;
    return tsan::withProgram(address, processTable().at(process).program) + 1;
}

} // namespace deadheat::intercept
