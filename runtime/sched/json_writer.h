// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes one JSON object into a growing buffer: what a hook can afford instead of a JSON library. Keys are literals.
#pragma once

#include "runtime/sched/vector.h"

#include <cstddef>
#include <cstdint>

namespace deadheat::sched {

class JsonWriter {
public:
    JsonWriter() { raw("{"); }

    void text(const char* key, const char* value);
    void text(const char* key, const char* value, std::size_t length);
    void number(const char* key, std::uint64_t value);
    void flag(const char* key, bool value);
    /// A value without a key, inside an array.
    void item(const char* value);
    void item(std::uint64_t value);
    void openArray(const char* key);
    void closeArray();
    void openObject(const char* key = nullptr);
    void closeObject();
    /// Closes the outermost object and ends the line.
    void finish();

    const char* data() const { return bytes_.begin(); }
    std::size_t size() const { return bytes_.size(); }

private:
    void raw(const char* bytes);
    void separate();
    void key(const char* name);
    void quoted(const char* value, std::size_t length);
    void decimal(std::uint64_t value);

    Vector<char> bytes_;
    bool first_ = true;
};

} // namespace deadheat::sched
