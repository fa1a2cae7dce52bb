// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/ir/binary.h"
#include "tests/ir/random_module.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

using namespace deadheat::ir;
using testing::AllOf;
using testing::HasSubstr;

namespace {

std::string errorOf(std::string_view bytes) {
    try {
        fromBytes(bytes);
    } catch (const FormatError& error) {
        return error.what();
    }
    return "no error";
}

class IrBinaryFile : public testing::Test {
protected:
    IrBinaryFile() {
        std::string name = "/tmp/deadheat-ir-XXXXXX";
        folder_ = ::mkdtemp(name.data());
    }
    ~IrBinaryFile() override { std::filesystem::remove_all(folder_); }

    std::string errorOfFile(const std::filesystem::path& path) {
        try {
            readFile(path);
        } catch (const FormatError& error) {
            return error.what();
        }
        return "no error";
    }

    std::filesystem::path folder_;
};

TEST(IrBinary, EveryTruncationIsRefused) {
    const auto bytes = toBytes(randomModule(7));
    for (std::size_t size = 0; size < bytes.size(); ++size)
        ASSERT_THAT(errorOf(bytes.substr(0, size)),
                    testing::AnyOf(HasSubstr("truncated"), HasSubstr("not a Deadheat module")));
    EXPECT_THAT(errorOf(bytes + "x"), HasSubstr("after its end"));
}

TEST(IrBinary, EveryFlippedBitIsRefused) {
    const auto bytes = toBytes(randomModule(7));
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        auto damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
        ASSERT_NE(errorOf(damaged), "no error") << "byte " << at;
    }
}

TEST(IrBinary, OtherVersionsAreNamedAsSuch) {
    auto layout = toBytes(Module{}), schema = layout;
    layout[4] = 9;
    schema[8] = static_cast<char>(schema[8] + 1);
    EXPECT_EQ(errorOf(layout), "written by another version of Deadheat: extract it again");
    EXPECT_EQ(errorOf(schema), errorOf(layout));
    EXPECT_EQ(errorOf("\x7f"
                      "ELF and more"),
              "not a Deadheat module");
    EXPECT_EQ(errorOf(""), "not a Deadheat module");
}

TEST(IrBinary, IndexOutOfItsTableIsRefused) {
    Module module;
    module.globals.emplace_back().type = 3;
    EXPECT_THAT(errorOf(toBytes(module)), HasSubstr("no type with index 3"));
}

TEST_F(IrBinaryFile, WritesAndReadsBack) {
    const auto path = folder_ / "a.dhir";
    writeFile(randomModule(11), path);
    EXPECT_EQ(readFile(path), randomModule(11));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(IrBinaryFile, ErrorsNameTheFile) {
    const auto missing = folder_ / "none.dhir", empty = folder_ / "empty.dhir";
    std::ofstream{empty};
    EXPECT_THAT(errorOfFile(missing), AllOf(HasSubstr("none.dhir"), HasSubstr("No such file")));
    EXPECT_THAT(errorOfFile(empty), HasSubstr("empty.dhir"));
    EXPECT_THAT(errorOfFile(folder_), HasSubstr(folder_.string()));
    try {
        writeFile(Module{}, folder_ / "no" / "such" / "a.dhir");
        FAIL();
    } catch (const FormatError& error) {
        EXPECT_THAT(error.what(), AllOf(HasSubstr("a.dhir"), HasSubstr("No such file")));
    }
}

} // namespace
