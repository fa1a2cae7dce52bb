// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/sched/json_writer.h"

#include <cstring>

namespace deadheat::sched {

void JsonWriter::raw(const char* bytes) {
    for (; *bytes; ++bytes)
        bytes_.push(*bytes);
}

void JsonWriter::separate() {
    if (!first_)
        bytes_.push(',');
    first_ = false;
}

void JsonWriter::key(const char* name) {
    separate();
    if (!name)
        return;
    quoted(name, std::strlen(name));
    bytes_.push(':');
}

void JsonWriter::quoted(const char* value, std::size_t length) {
    static constexpr char kHex[] = "0123456789abcdef";
    bytes_.push('"');
    for (std::size_t i = 0; i < length; ++i) {
        const auto c = static_cast<unsigned char>(value[i]);
        if (c == '"' || c == '\\') {
            bytes_.push('\\');
            bytes_.push(static_cast<char>(c));
        } else if (c < 0x20 || c >= 0x7f) {
            raw("\\u00");
            bytes_.push(kHex[c >> 4]);
            bytes_.push(kHex[c & 15]);
        } else {
            bytes_.push(static_cast<char>(c));
        }
    }
    bytes_.push('"');
}

void JsonWriter::decimal(std::uint64_t value) {
    char digits[20];
    std::size_t count = 0;
    do
        digits[count++] = static_cast<char>('0' + value % 10);
    while (value /= 10);
    while (count > 0)
        bytes_.push(digits[--count]);
}

void JsonWriter::text(const char* name, const char* value) { text(name, value, std::strlen(value)); }

void JsonWriter::text(const char* name, const char* value, std::size_t length) {
    key(name);
    quoted(value, length);
}

void JsonWriter::number(const char* name, std::uint64_t value) {
    key(name);
    decimal(value);
}

void JsonWriter::flag(const char* name, bool value) {
    key(name);
    raw(value ? "true" : "false");
}

void JsonWriter::item(const char* value) { text(nullptr, value); }
void JsonWriter::item(std::uint64_t value) { number(nullptr, value); }

void JsonWriter::openArray(const char* name) {
    key(name);
    bytes_.push('[');
    first_ = true;
}

void JsonWriter::closeArray() {
    bytes_.push(']');
    first_ = false;
}

void JsonWriter::openObject(const char* name) {
    key(name);
    bytes_.push('{');
    first_ = true;
}

void JsonWriter::closeObject() {
    bytes_.push('}');
    first_ = false;
}

void JsonWriter::finish() { raw("}\n"); }

} // namespace deadheat::sched
