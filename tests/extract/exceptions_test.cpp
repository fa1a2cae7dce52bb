// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/extract/lowered.h"

#include <gtest/gtest.h>

namespace deadheat::extract::test {
namespace {

TEST(Exceptions, LocalsAreDestroyedOnTheWayOut) {
    EXPECT_EQ(
        body("#include <std.h>\nstd::mutex m; void work(); void f() { std::lock_guard<std::mutex> g(m); work(); }",
             "f"),
        lines(R"(
        guardInit g, m via std::lock_guard::lock_guard
        call "c:@F@work#"() throws
        guardDestroy g implicit
        goto b1 exceptional, exit
        b1:
        guardDestroy g implicit
        goto unwind
    )"));
}

TEST(Exceptions, OnlyWhatIsAliveIsDestroyed) {
    EXPECT_EQ(body(R"(
        struct S { ~S(); };
        void a(); void b(); void c();
        void f() { a(); S first; b(); { S second; c(); } b(); }
    )",
                   "f"),
              lines(R"(
        call "c:@F@a#"() throws
        goto unwind exceptional, b1
        b1:
        call "c:@F@b#"() throws
        goto b5 exceptional, b2
        b2:
        call "c:@F@c#"() throws
        call "c:@S@S@F@~S#"(&second) implicit
        goto b3 exceptional, b4
        b3:
        call "c:@S@S@F@~S#"(&second) implicit
        goto b5
        b4:
        call "c:@F@b#"() throws
        call "c:@S@S@F@~S#"(&first) implicit
        goto b5 exceptional, exit
        b5:
        call "c:@S@S@F@~S#"(&first) implicit
        goto unwind
    )"));
}

TEST(Exceptions, HandlersAreReached) {
    EXPECT_EQ(body("struct S { ~S(); }; void work(); int g; void f() { S outer; try { S inner; work(); g = 1; } catch "
                   "(int) { g = 2; } g = 3; }",
                   "f"),
              lines(R"(
        call "c:@F@work#"() throws
        write g 4
        copy g = #1
        call "c:@S@S@F@~S#"(&inner) implicit
        goto b1 exceptional, b4
        b1:
        call "c:@S@S@F@~S#"(&inner) implicit
        goto b2, b3
        b2:
        write g 4
        copy g = #2
        goto b4
        b3:
        call "c:@S@S@F@~S#"(&outer) implicit
        goto unwind
        b4:
        write g 4
        copy g = #3
        call "c:@S@S@F@~S#"(&outer) implicit
    )"));
}

TEST(Exceptions, ACatchAllEndsTheSearch) {
    EXPECT_EQ(body("void work(); int g; void f() { try { work(); } catch (...) { g = 2; } }", "f"), lines(R"(
        call "c:@F@work#"() throws
        goto b1 exceptional, exit
        b1:
        write g 4
        copy g = #2
    )"));
}

TEST(Exceptions, ThrowAndRethrow) {
    EXPECT_EQ(body("struct S { ~S(); }; int g; void f(bool b) { S s; if (b) throw 1; try { throw 2; } catch (int) { g "
                   "= 1; throw; } }",
                   "f"),
              lines(R"(
        b0:
        if b != #0 goto b1 else b2
        b1:
        call throw() throws
        goto b5 exceptional
        b2:
        call throw() throws
        goto b3 exceptional
        b3:
        goto b4, b5
        b4:
        write g 4
        copy g = #1
        call throw() throws
        goto b5 exceptional
        b5:
        call "c:@S@S@F@~S#"(&s) implicit
        goto unwind
    )"));
}

TEST(Exceptions, NoexceptAndCFunctionsDoNotThrow) {
    EXPECT_EQ(body("extern \"C\" void c(); void quiet() noexcept; void f() { c(); quiet(); }", "f"), lines(R"(
        call "c:@F@c"()
        call "c:@F@quiet#"()
    )"));
}

TEST(Exceptions, WithoutExceptionsNothingThrows) {
    EXPECT_EQ(body(Source{"void work(); void f() { work(); }", {"-fno-exceptions"}}, "f"), lines(R"(
        call "c:@F@work#"()
    )"));
}

} // namespace
} // namespace deadheat::extract::test
