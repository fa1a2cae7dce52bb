// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/type_table.h"

#include "analyzer/ir/text.h"
#include "analyzer/link/type_spelling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace deadheat;
using namespace deadheat::link;
using testing::ElementsAre;

namespace {

TEST(TypeSpelling, TakesTypesApart) {
    EXPECT_EQ(withoutQualifiers("const volatile Foo *const"), "Foo *");
    EXPECT_EQ(pointee("const Foo *"), "Foo");
    EXPECT_EQ(pointee("Foo **"), "Foo *");
    EXPECT_EQ(pointee("std::vector<Foo> &&"), "std::vector<Foo>");
    EXPECT_EQ(pointee("FooPtr"), std::nullopt);
    EXPECT_EQ(arrayElement("int[2][3]"), "int[3]");
    EXPECT_EQ(arrayElement("Foo *[8]"), "Foo *");
    EXPECT_EQ(arrayElement("Foo"), std::nullopt);
    EXPECT_THAT(templateArguments("std::map<int, std::pair<A, B>>"), ElementsAre("int", " std::pair<A, B>"));
    EXPECT_EQ(simpleName("ns::Foo<int>"), "Foo");
}

class TypeTableTest : public testing::Test {
protected:
    TypeTableTest()
        : code(ir::parse(R"(
record ns::Foo
  field p : int*
record Plain
  field i : int
  field d : double
record Nested
  field plain : Plain
  field inner : Plain[3]
record Derived : ns::Foo
type "Foo **" pointer of ns::Foo 8
type "Foo &" reference of ns::Foo 8
type "std::vector<std::unique_ptr<Foo>>" container of ns::Foo 24
type "std::map<int, Foo>" container of ns::Foo 48
type "std::vector<Foo> &" reference of ns::Foo 8
type "Foo *[4]" array of ns::Foo 32
type "std::unique_ptr<Foo[]>" smartPointer of ns::Foo 8
type "void *" pointer 8
type "unsigned long" scalar 8
type short scalar 2
type Plain record of Plain 16
type Nested record of Nested 64
type Derived record of Derived 8
type "char[16]" array 16
)")),
          types(code) {}

    TypeId find(std::string_view spelling) const {
        for (TypeId id = 0; id < code.types.size(); ++id)
            if (code.types[id].spelling == spelling)
                return id;
        ADD_FAILURE() << spelling;
        return ir::kNone;
    }

    /// Kinds along the chain of inner types.
    std::vector<ir::TypeKind> chain(std::string_view spelling) const {
        std::vector<ir::TypeKind> kinds;
        for (TypeId type = types.inner(find(spelling)); type != ir::kNone; type = types.inner(type))
            kinds.push_back(types.kindOf(type));
        return kinds;
    }

    ir::Module code;
    TypeTable types;
};

TEST_F(TypeTableTest, FindsWhatTypesLeadTo) {
    using enum ir::TypeKind;
    EXPECT_THAT(chain("Foo **"), ElementsAre(pointer, record));
    EXPECT_THAT(chain("Foo &"), ElementsAre(record));
    EXPECT_THAT(chain("std::vector<std::unique_ptr<Foo>>"), ElementsAre(smartPointer, record));
    EXPECT_THAT(chain("std::map<int, Foo>"), ElementsAre(record));
    EXPECT_THAT(chain("Foo *[4]"), ElementsAre(pointer, record));
    EXPECT_THAT(chain("std::unique_ptr<Foo[]>"), ElementsAre(record));
    EXPECT_THAT(chain("void *"), ElementsAre(void_));
    EXPECT_EQ(types[types.inner(find("Foo &"))].record, "ns::Foo");
    EXPECT_NE(types.kindOf(types.inner(find("std::vector<Foo> &"))), record) << "the reference leads to the container";
}

TEST_F(TypeTableTest, KnowsWhatMayHoldPointers) {
    EXPECT_FALSE(types.mayPoint(find("short")));
    EXPECT_TRUE(types.mayPoint(find("unsigned long"))) << "uintptr_t";
    EXPECT_FALSE(types.mayPoint(find("Plain")));
    EXPECT_FALSE(types.mayPoint(find("Nested")));
    EXPECT_TRUE(types.mayPoint(find("Derived"))) << "the base has a pointer";
    EXPECT_TRUE(types.mayPoint(find("Foo *[4]")));
    EXPECT_FALSE(types.mayPoint(find("char[16]")));
    EXPECT_TRUE(types.mayPoint(ir::kNone));
}

TEST_F(TypeTableTest, KnowsBytes) {
    EXPECT_TRUE(types.isByte(types.inner(find("char[16]"))));
    EXPECT_FALSE(types.isByte(find("short")));
    EXPECT_FALSE(types.isByte(ir::kNone));
}

} // namespace
