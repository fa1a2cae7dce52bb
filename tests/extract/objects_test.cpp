// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/extract/lowered.h"

#include <gtest/gtest.h>

namespace deadheat::extract::test {
namespace {

TEST(Objects, ConstructorsInitialiseBasesAndMembers) {
    EXPECT_EQ(body(R"(
        struct Base { Base(int); };
        struct S : Base { S(int v, int& x) : Base(v), a(v), r(x), arr{1, 2} { b = 4; } int a; int b = 3; int& r; int arr[2]; };
        void f(int& x) { S s(1, x); }
    )",
                   "S::S"),
              lines(R"(
        call "c:@S@Base@F@Base#I#"(this, v) throws
        write this->a 4 init
        copy this->a = v
        write this->b 4 init
        copy this->b = #3
        copy this->r = x
        write this->b 4
        copy this->b = #4
        goto unwind exceptional, exit
    )"));
}

TEST(Objects, DelegatingConstructors) {
    EXPECT_EQ(body("struct S { int a; S(int v) : a(v) {} S() : S(7) {} }; S s;", "S::S"), lines(R"(
        write this->a 4 init
        copy this->a = v
        call "c:@S@S@F@S#I#"(this, #7) throws
        goto unwind exceptional, exit
    )"));
}

TEST(Objects, DestructorsEndMembersInReverseThenBases) {
    EXPECT_EQ(body("struct A { ~A(); }; struct B { ~B(); }; int g; struct S : A { B first, second; ~S() { g = 1; } }; "
                   "void f() { S s; }",
                   "S::~S"),
              lines(R"(
        write g 4
        copy g = #1
        call "c:@S@B@F@~B#"(&this->second) implicit
        call "c:@S@B@F@~B#"(&this->first) implicit
        call "c:@S@A@F@~A#"(this) implicit
    )"));
}

TEST(Objects, BecomeOneOfTheirBaseAndOfTheDerivedClass) {
    const char* code =
        "int g; struct A { A(int); virtual ~A() { g = 1; } virtual void v(); }; "
        "struct S : A { S() : A(1) {} ~S() { g = 2; } void w() { v(); A::v(); } }; void f() { S s; s.w(); }";
    EXPECT_EQ(body(code, "S::S"), lines(R"x(
        call "c:@S@A@F@A#I#"(this, #1) throws
        write this->"(vptr)" init implicit
        goto unwind exceptional, exit
    )x"));
    EXPECT_EQ(body(code, "S::~S"), lines(R"x(
        write g 4
        copy g = #2
        write this->"(vptr)" implicit
        call "c:@S@A@F@~A#"(this) implicit
    )x"));
    EXPECT_EQ(body(code, "S::w"), lines(R"x(
        read this->"(vptr)" implicit
        call "c:@S@A@F@v#"(this) virtual throws
        call "c:@S@A@F@v#"(this) throws
        goto unwind exceptional, exit
    )x"));
}

TEST(Objects, ImplicitDestructorsAreFunctionsToo) {
    EXPECT_EQ(body("#include <std.h>\nstruct S { std::thread t; std::vector<std::thread> many; }; void f() { S s; }",
                   "S::~S"),
              lines(R"(
        handleDestroy this->many[*] implicit
        handleDestroy this->t implicit
    )"));
}

TEST(Objects, DestructorsThatDoNothingAreNotCalled) {
    EXPECT_EQ(
        body("#include <std.h>\nstruct S { std::string name; ~S() {} }; int g; void f() { S s{\"x\"}; g = 1; }", "f"),
        lines(R"(
        write g 4
        copy g = #1
    )"));
}

TEST(Objects, NewAndDelete) {
    EXPECT_EQ(body("struct S { S(int); ~S(); }; struct V { virtual ~V(); }; void f(V* v) { S* s = new S(1); delete s; "
                   "delete v; int* a = new int[4]; delete[] a; S* many = new S[2]{1, 2}; delete[] many; }",
                   "f"),
              lines(R"(
        t0 = alloc () : S
        call "c:@S@S@F@S#I#"(t0, #1) throws
        copy s = t0
        call "c:@S@S@F@~S#"(s) implicit
        free s
        call "c:@S@V@F@~V#"(v) virtual implicit
        free v
        t1 = alloc () : int
        copy a = t1
        free a
        t2 = alloc () : S
        call "c:@S@S@F@S#I#"(&(*t2)[0], #1) throws
        call "c:@S@S@F@S#I#"(&(*t2)[1], #2) throws
        copy many = t2
        call "c:@S@S@F@~S#"(&(*many)[*]) implicit
        free many
        goto unwind exceptional, exit
    )"));
}

TEST(Objects, PlacementNewUsesTheMemoryGiven) {
    EXPECT_EQ(
        body(
            "#include <std.h>\nstruct S { S(int); ~S(); }; void f(void* memory) { S* s = new (memory) S(1); s->~S(); }",
            "f"),
        lines(R"(
        t0 = alloc memory : S
        call "c:@S@S@F@S#I#"(t0, #1) throws
        copy s = t0
        call "c:@S@S@F@~S#"(s)
        goto unwind exceptional, exit
    )"));
}

TEST(Objects, TemporariesEndWithTheirExpression) {
    EXPECT_EQ(body("struct S { S(); ~S(); int v; }; int g; S make(); void f() { g = make().v; S(); const S& longer = "
                   "make(); g = 2; }",
                   "f"),
              lines(R"(
        t0 = call "c:@F@make#"() throws
        read t0.v 4
        write g 4
        copy g = t0.v
        call "c:@S@S@F@~S#"(&t0) implicit
        call "c:@S@S@F@S#"(&t1) throws
        call "c:@S@S@F@~S#"(&t1) implicit
        t2 = call "c:@F@make#"() throws
        copy longer = &t2
        write g 4
        copy g = #2
        call "c:@S@S@F@~S#"(longer) implicit
        goto unwind exceptional, exit
    )"));
}

TEST(Objects, CopiesOfTrivialRecordsAreWhole) {
    EXPECT_EQ(body("struct P { int* p; int n; }; P g; void keep(P&); void f(P& from) { P local = from; g = local; "
                   "keep(local); }",
                   "f"),
              lines(R"(
        read load from 16
        copy local = *from
        call "c:@S@P@F@operator=#&1$@S@P#"(&g, &local)
        call "c:@F@keep#&$@S@P#"(&local) throws
        goto unwind exceptional, exit
    )"));
}

TEST(Objects, LambdasHoldTheirCaptures) {
    Result result = lower(R"(
        int g;
        struct S {
            int member;
            void run(int byValue) {
                int byReference = 0;
                auto l = [this, byValue, &byReference, moved = g] { member = byValue; byReference++; return moved; };
                l();
            }
        };
    )");
    EXPECT_EQ(bodyOf(result, "S::run"), lines(R"(
        copy byReference = #0
        copy l.this = this
        copy l.byValue = byValue
        copy l.byReference = &byReference
        read g 4
        copy l.moved = g
        call "c:@S@S@F@run#I#@Sa@F@operator()#1"(&l) throws
        goto unwind exceptional, exit
    )"));
    EXPECT_EQ(bodyOf(result, "S::run::(lambda)"), lines(R"(
        read this->byValue 4
        write this->this->member 4
        copy this->this->member = this->byValue
        rw load this->byReference 4 up
        copy *this->byReference = ?
        read this->moved 4
        copy return = this->moved
    )"));
    const ir::Record* closure = findRecord(result, "S::run::(lambda)");
    ASSERT_TRUE(closure);
    EXPECT_TRUE(closure->isLambda);
    EXPECT_EQ(closure->callOperator, findFunction(result, "S::run::(lambda)")->usr);
    std::vector<std::string> names;
    for (ir::Index field : closure->fields)
        names.push_back(result.module.fields[field].name);
    EXPECT_EQ(names, (std::vector<std::string>{"this", "byValue", "byReference", "moved"}));
}

TEST(Objects, NestedAndGenericLambdas) {
    Result result =
        lower("int g; void f() { auto outer = [](auto x) { auto inner = [&x] { g = x; }; inner(); }; outer(1); }");
    EXPECT_EQ(bodyOf(result, "f::(lambda)::(lambda)"), lines(R"(
        read load this->x 4
        write g 4
        copy g = *this->x
    )"));
}

TEST(Objects, RecordsOfAClass) {
    Result result = lower("struct A {}; struct B : A { virtual ~B(); private: int x; mutable int y; const int z = 1; "
                          "unsigned bit : 3; }; void f(B* b) { b->~B(); }");
    const ir::Record* record = findRecord(result, "B");
    ASSERT_TRUE(record);
    EXPECT_EQ(record->fields.size(), 4u);
    EXPECT_TRUE(record->isPolymorphic);
    ASSERT_EQ(record->bases.size(), 1u);
    EXPECT_EQ(record->bases[0], findRecord(result, "A")->usr);
    EXPECT_EQ(findField(result, "x")->access, ir::Access::private_);
    EXPECT_TRUE(findField(result, "y")->isMutable);
    EXPECT_TRUE(findField(result, "z")->isConst);
    EXPECT_TRUE(findField(result, "bit")->isBitField);
}

TEST(Objects, GlobalInitialisers) {
    EXPECT_EQ(body("int compute(); struct S { S(); int v; }; int constant = 3; int run = compute(); S object; int* "
                   "pointer = &run;",
                   "<init>"),
              lines(R"(
        t0 = call "c:@F@compute#"() throws
        write run 4 init
        copy run = t0
        call "c:@S@S@F@S#"(&object) throws
        copy pointer = &run
    )"));
}

} // namespace
} // namespace deadheat::extract::test
