// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/extract/lowered.h"

#include <gtest/gtest.h>

namespace deadheat::extract::test {
namespace {

TEST(Functions, AccessesAreThoseThatAnotherThreadCouldReach) {
    EXPECT_EQ(body(R"(
        int shared;
        struct Node { int value; Node* next; };
        int f(Node* n, int v) { int local = v; local += 2; n->next->value = local; shared = n->value; return local; }
    )",
                   "f"),
              lines(R"(
        copy local = v
        copy local = ?
        read n->next 8
        write n->next->value 4
        copy n->next->value = local
        read n->value 4
        write shared 4
        copy shared = n->value
        copy return = local
    )"));
}

TEST(Functions, ALocalWhoseAddressIsTakenIsAccessed) {
    EXPECT_EQ(body("void keep(int*); int f() { int x = 1; keep(&x); x = 2; return x; }", "f"), lines(R"(
        copy x = #1
        call "c:@F@keep#*I#"(&x) throws
        write x 4
        copy x = #2
        read x 4
        copy return = x
        goto unwind exceptional, exit
    )"));
}

TEST(Functions, ALibraryFunctionThatIsCalledThroughAPointerHasABodyThatCallsIt) {
    const Result result = lowerC(R"(
        typedef unsigned long size_t;
        void* malloc(size_t size);
        void unknown(void);
        void* (*allocate)(size_t) = malloc;
        void (*other)(void) = unknown;
        void* f(void) { return allocate(8); }
        void* g(void) { return malloc(8); }
    )");
    EXPECT_EQ(bodyOf(result, "malloc"), lines(R"(
        t0 = alloc () via "malloc"
        copy return = t0
    )"));
    EXPECT_EQ(bodyOf(result, "<init>"), lines(R"(
        copy allocate = @"api:malloc"
        copy other = @"c:@F@unknown"
    )"));
    EXPECT_EQ(bodyOf(result, "unknown"), "(none)");
}

TEST(Functions, ALibraryFunctionThatTheUnitDefinesIsWhatItDefines) {
    const Result result = lowerC(R"(
        typedef unsigned long size_t;
        static char pool[64];
        void* malloc(size_t size) { return pool; }
        void* (*allocate)(size_t) = malloc;
    )");
    EXPECT_EQ(bodyOf(result, "malloc"), lines(R"(
        copy return = &pool
    )"));
}

TEST(Functions, StaticLocalsAndMembersAreGlobals) {
    Result result = lower(R"(
        int next();
        struct S { static int count; };
        int f() { static int first = next(); return first + S::count++; }
    )");
    EXPECT_EQ(bodyOf(result, "f"), lines(R"(
        b0:
        goto b1, b2
        b1:
        acquire f::first init
        t0 = call "c:@F@next#"() throws
        write f::first 4 init
        copy f::first = t0
        release f::first init
        latchWait f::first init
        goto unwind exceptional, b3
        b2:
        latchWait f::first init
        b3:
        read f::first 4
        rw S::count 4 up
        copy S::count = ?
        copy return = ?
    )"));
    ASSERT_TRUE(findGlobal(result, "f::first"));
    EXPECT_TRUE(findGlobal(result, "f::first")->isStaticLocal);
    EXPECT_FALSE(findGlobal(result, "f::first")->isConstantInit);
    ASSERT_TRUE(findGlobal(result, "S::count"));
    EXPECT_TRUE(findGlobal(result, "S::count")->isStaticMember);
}

TEST(Functions, CallsBindArgumentsAndResults) {
    EXPECT_EQ(body(R"(
        int g;
        int add(int a, int& b, const int& c, int d = g);
        int f(int x) { return add(x, g, 3); }
    )",
                   "f"),
              lines(R"(
        copy t0 = #3
        t1 = call "c:@F@add#I#&I#&1I#I#"(x, &g, &t0) throws
        copy return = t1
        goto unwind exceptional, exit
    )"));
}

TEST(Functions, VariadicCallsPassEverything) {
    EXPECT_EQ(bodyC("int g; void log(const char* f, ...); void f(void) { log(\"x\", g, &g); }", "f"), lines(R"(
        read g 4
        call "c:@F@log"("", g, &g)
    )"));
}

TEST(Functions, FunctionPointersAndTables) {
    Result result = lowerC(R"(
        static int one(int x) { return x; }
        static int two(int x) { return x + 1; }
        static const struct { const char* name; int (*run)(int); } table[] = {{"one", one}, {"two", two}};
        int f(int i) { int (*p)(int) = i ? one : two; return table[i].run(i) + p(2); }
    )");
    EXPECT_EQ(bodyOf(result, "<init>"), lines(R"(
        copy table[0].run = @"c:unit.c@F@one|unit.c"
        copy table[1].run = @"c:unit.c@F@two|unit.c"
    )"));
    EXPECT_EQ(bodyOf(result, "f"), lines(R"(
        b0:
        if i != #0 goto b1 else b2
        b1:
        copy t0 = @"c:unit.c@F@one|unit.c"
        goto b3
        b2:
        copy t0 = @"c:unit.c@F@two|unit.c"
        b3:
        copy p = t0
        callIndirect table[i].run, i
        callIndirect p, #2
        copy return = ?
    )"));
}

TEST(Functions, MemberPointers) {
    EXPECT_EQ(body(R"(
        struct S { void run(int); int data; };
        void f(S* s) { void (S::*m)(int) = &S::run; (s->*m)(3); int S::*d = &S::data; s->*d = 4; }
    )",
                   "f"),
              lines(R"(
        copy m = @*"c:@S@S@F@run#I#"
        callIndirect m, s, #3 throws
        write load s 4
        copy *s = #4
        goto unwind exceptional, exit
    )"));
}

TEST(Functions, VirtualCallsAreMarkedUnlessTheTargetIsKnown) {
    EXPECT_EQ(body(R"(
        struct A { virtual void f(); virtual void h() const; };
        struct B final : A { void f() override; };
        void g(A& a, B& b) { a.f(); b.f(); b.A::f(); a.h(); }
    )",
                   "g"),
              lines(R"x(
        read a->"(vptr)" implicit
        call "c:@S@A@F@f#"(a) virtual throws
        call "c:@S@B@F@f#"(b) throws
        call "c:@S@A@F@f#"(b) throws
        read a->"(vptr)" implicit
        call "c:@S@A@F@h#1"(a) virtual throws
        goto unwind exceptional, exit
    )x"));
}

TEST(Functions, OverridesAreDeclared) {
    Result result =
        lower("struct A { virtual void f() = 0; }; struct B : A { void f() override {} }; void g(A* a) { a->f(); }");
    const ir::Function* implementation = findFunction(result, "B::f");
    ASSERT_TRUE(implementation);
    ASSERT_EQ(implementation->overrides.size(), 1u);
    const ir::Function* declared = findFunction(result, "A::f");
    ASSERT_TRUE(declared);
    EXPECT_EQ(implementation->overrides[0], declared->usr);
    EXPECT_TRUE(declared->isDeclaration);
    EXPECT_TRUE(declared->isVirtual);
}

TEST(Functions, TemplateInstancesAreFunctionsOfTheirOwn) {
    Result result = lower("int g; template <class T> T bump(T& t) { g++; return ++t; } void f() { int a = 0; long b = "
                          "0; bump(a); bump(b); }");
    std::size_t instances = 0;
    for (const ir::Function& function : result.module.functions)
        instances += function.name == "bump" && function.isTemplateInstance;
    EXPECT_EQ(instances, 2u);
}

TEST(Functions, MethodsOfClassTemplates) {
    EXPECT_EQ(body("template <class T> struct Box { T value; void set(T v) { value = v; } }; void f(Box<int>& b) { "
                   "b.set(3); }",
                   "Box::set"),
              lines(R"(
        write this->value 4
        copy this->value = v
    )"));
}

TEST(Functions, OperatorsAndConversionsAreCalls) {
    EXPECT_EQ(body(R"(
        struct S { int v; S& operator+=(int n); operator bool() const; int operator[](int i); int operator()(int a); };
        int f(S& s) { if (s) s += 1; return s[2] + s(3); }
    )",
                   "f"),
              lines(R"(
        t0 = call "c:@S@S@F@operator_bool#1"(s) throws
        when t0 != #0 goto unwind exceptional, b1 true, b2 false
        b1:
        call "c:@S@S@F@operator+=#I#"(s, #1) throws
        goto unwind exceptional, b2
        b2:
        call "c:@S@S@F@operator[]#I#"(s, #2) throws
        call "c:@S@S@F@operator()#I#"(s, #3) throws
        copy return = ?
        goto unwind exceptional, exit
    )"));
}

TEST(Functions, ObjectsByValueAreHandedToTheCallee) {
    EXPECT_EQ(body(R"(
        struct S { int* p; S(const S&); ~S(); };
        S make();
        void take(S);
        void f(S& s) { take(s); take(make()); S local = make(); }
    )",
                   "f"),
              lines(R"(
        call "c:@S@S@F@S#&1$@S@S#"(&t0, s) throws
        call "c:@F@take#$@S@S#"(t0) throws
        t1 = call "c:@F@make#"() throws
        call "c:@F@take#$@S@S#"(t1) throws
        call "c:@S@S@F@~S#"(&local) implicit
        goto unwind exceptional, exit
    )"));
    EXPECT_EQ(body("int g; struct S { S(const S&); ~S() { g++; } }; void take(S s) { g = 1; }", "take"), lines(R"(
        write g 4
        copy g = #1
        call "c:@S@S@F@~S#"(&s) implicit
    )"));
}

TEST(Functions, ReturningAnObjectBuildsIt) {
    EXPECT_EQ(body("struct S { int* p; }; int g; S f(S* other) { if (g) return *other; return S{&g}; }", "f"), lines(R"(
        read g 4
        if g != #0 goto b1 else b2
        b1:
        read load other 8
        copy return = *other
        goto exit
        b2:
        copy return.p = &g
    )"));
}

TEST(Functions, CStructuresAreCopiedWhole) {
    EXPECT_EQ(bodyC("struct s { int a; int* p; }; struct s g; void take(struct s); void f(struct s* p) { struct s "
                    "local = *p; g = local; take(g); }",
                    "f"),
              lines(R"(
        read load p 16
        copy local = *p
        copy t0 = local
        write g 16
        copy g = t0
        read g 16
        read g 16
        copy t1 = g
        call "c:@F@take"(t1)
    )"));
}

TEST(Functions, StructuredBindings) {
    EXPECT_EQ(body("struct P { int a; int* b; }; void f(P& p) { auto& [x, y] = p; x = 1; *y = 2; int arr[2]; auto [c, "
                   "d] = arr; }",
                   "f"),
              lines(R"(
        copy %1 = p
        write %1->a 4
        copy %1->a = #1
        read %1->b 8
        write load %1->b 4
        copy *%1->b = #2
    )"));
}

TEST(Functions, DesignatedInitialisers) {
    EXPECT_EQ(bodyC("struct s { int a, b; int* p; }; int g; void keep(struct s*); void f(void) { struct s v = {.p = "
                    "&g, .b = g}; keep(&v); }",
                    "f"),
              lines(R"(
        copy v.a = #0
        read g 4
        copy v.b = g
        copy v.p = &g
        call "c:@F@keep"(&v)
    )"));
}

TEST(Functions, StatementExpressions) {
    EXPECT_EQ(bodyC("int g; int f(int a) { return ({ int t = a; if (t) g = t; t + g; }); }", "f"), lines(R"(
        copy t = a
        if t != #0 goto b1 else b2
        b1:
        write g 4
        copy g = t
        b2:
        read g 4
        copy return = ?
    )"));
}

TEST(Functions, CompoundLiterals) {
    EXPECT_EQ(bodyC("struct s { int* p; }; int g; void keep(struct s*); void f(void) { keep(&(struct s){&g}); }", "f"),
              lines(R"(
        copy t0.p = &g
        call "c:@F@keep"(&t0)
    )"));
}

TEST(Functions, CoroutinesAreReadAsFarAsTheyGo) {
    Result result = lower(R"(
        #include <std.h>
        namespace std { template <class T, class...> struct coroutine_traits { using promise_type = typename T::promise_type; };
          template <class P = void> struct coroutine_handle { static coroutine_handle from_address(void*); }; template <> struct coroutine_handle<void> { template <class P> coroutine_handle(coroutine_handle<P>); }; }
        struct Never { bool await_ready() noexcept; void await_suspend(std::coroutine_handle<>) noexcept; void await_resume() noexcept; };
        struct Task { struct promise_type { Task get_return_object(); Never initial_suspend(); Never final_suspend() noexcept; void return_void(); void unhandled_exception(); }; };
        int g;
        Task f() { g = 1; co_await Never{}; g = 2; }
    )");
    EXPECT_NE(bodyOf(result, "f").find("write g 4"), std::string::npos) << bodyOf(result, "f");
}

} // namespace
} // namespace deadheat::extract::test
