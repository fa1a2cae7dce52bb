// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/ir/binary.h"

#include "analyzer/ir/serialize.h"
#include "analyzer/ir/verify.h"
#include "deadheat_ir_schema.h"

#include <cereal/archives/portable_binary.hpp>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <streambuf>
#include <unistd.h>
#include <xxhash.h>

namespace deadheat::ir {

namespace {

constexpr char kMagic[4] = {'D', 'H', 'I', 'R'};
constexpr std::uint32_t kLayoutVersion = 1; ///< of the header; the payload's is schemaId()
constexpr std::size_t kHeaderSize = 32;

void put(std::string& out, std::uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i)
        out += static_cast<char>(value >> (8 * i));
}

std::uint64_t get(std::string_view in, std::size_t at, unsigned bytes) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < bytes; ++i)
        value |= static_cast<std::uint64_t>(static_cast<unsigned char>(in[at + i])) << (8 * i);
    return value;
}

std::uint64_t checksum(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

/// Reads from memory without copying it.
class MemoryBuffer : public std::streambuf {
public:
    explicit MemoryBuffer(std::string_view bytes) {
        char* begin = const_cast<char*>(bytes.data()); // only ever read
        setg(begin, begin, begin + bytes.size());
    }
};

std::string_view checkedPayload(std::string_view bytes) {
    if (bytes.size() < sizeof kMagic || std::memcmp(bytes.data(), kMagic, sizeof kMagic) != 0)
        throw FormatError("not a Deadheat module");
    if (bytes.size() < kHeaderSize)
        throw FormatError("truncated module: extract it again");
    if (get(bytes, 4, 4) != kLayoutVersion || get(bytes, 8, 8) != schemaId())
        throw FormatError("written by another version of Deadheat: extract it again");
    const auto payload = bytes.substr(kHeaderSize);
    const auto size = get(bytes, 16, 8);
    if (payload.size() != size)
        throw FormatError(payload.size() < size ? "truncated module: extract it again"
                                                : "module with bytes after its end");
    if (checksum(payload) != get(bytes, 24, 8))
        throw FormatError("damaged module (its checksum differs): extract it again");
    return payload;
}

} // namespace

std::uint64_t schemaId() { return checksum(kIrSchema); }

std::string toBytes(const Module& module) {
    std::ostringstream stream(std::ios::binary);
    cereal::PortableBinaryOutputArchive archive(stream, cereal::PortableBinaryOutputArchive::Options::LittleEndian());
    archive(module);
    const auto payload = std::move(stream).str();
    std::string bytes(kMagic, sizeof kMagic);
    bytes.reserve(kHeaderSize + payload.size());
    put(bytes, kLayoutVersion, 4);
    put(bytes, schemaId(), 8);
    put(bytes, payload.size(), 8);
    put(bytes, checksum(payload), 8);
    return bytes + payload;
}

Module fromBytes(std::string_view bytes) {
    MemoryBuffer buffer(checkedPayload(bytes));
    std::istream stream(&buffer);
    Module module;
    try {
        cereal::PortableBinaryInputArchive archive(stream, cereal::PortableBinaryInputArchive::Options::LittleEndian());
        archive(module);
    } catch (const std::exception& error) { // a correct checksum over bytes that no module has
        throw FormatError(fmt::format("damaged module: {}", error.what()));
    }
    if (const auto problem = verify(module))
        throw FormatError("damaged module: " + *problem);
    return module;
}

void writeFile(const Module& module, const std::filesystem::path& path) {
    auto temporary = path;
    temporary += fmt::format(".{}.tmp", ::getpid());
    const auto bytes = toBytes(module);
    std::ofstream out(temporary, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    std::error_code error;
    if (out)
        std::filesystem::rename(temporary, path, error);
    if (!out || error) {
        std::error_code ignored;
        std::filesystem::remove(temporary, ignored);
        throw FormatError(
            fmt::format("{}: cannot write: {}", path.string(), error ? error.message() : std::strerror(errno)));
    }
}

Module readFile(const std::filesystem::path& path) {
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    in.peek(); // opening a folder succeeds, reading it does not
    if (!in.is_open() || in.bad())
        throw FormatError(fmt::format("{}: cannot read: {}", path.string(), std::strerror(errno)));
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    try {
        return fromBytes(bytes);
    } catch (const FormatError& error) {
        throw FormatError(fmt::format("{}: {}", path.string(), error.what()));
    }
}

} // namespace deadheat::ir
