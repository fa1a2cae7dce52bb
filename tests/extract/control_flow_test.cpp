// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/extract/lowered.h"

#include <gtest/gtest.h>

namespace deadheat::extract::test {
namespace {

TEST(ControlFlow, ConditionsSayWhatTheyTest) {
    EXPECT_EQ(body("int g; int* p; void f(int a) { if (a == 3) g = 1; if (!p) g = 2; if (g > a) g = 3; if "
                   "(__builtin_expect(!!(a != 0), 1)) g = 4; }",
                   "f"),
              lines(R"(
        b0:
        if a == #3 goto b1 else b2
        b1:
        write g 4
        copy g = #1
        b2:
        read p 8
        if p == null goto b3 else b4
        b3:
        write g 4
        copy g = #2
        b4:
        read g 4
        if g > a goto b5 else b6
        b5:
        write g 4
        copy g = #3
        b6:
        if a != #0 goto b7 else exit
        b7:
        write g 4
        copy g = #4
    )"));
}

TEST(ControlFlow, ATestedBitKeepsItsMask) {
    EXPECT_EQ(body("enum { A = 1, B = 4 }; int g; void f(unsigned a, int b, int c) {"
                   " if (a & B) g = 1; if ((A & b) == 0 || !(b & (A | B))) g = 2; if (b & c) g = 3; }",
                   "f"),
              lines(R"(
        b0:
        if a & #4 != #0 goto b1 else b2
        b1:
        write g 4
        copy g = #1
        b2:
        if b & #1 == #0 goto b4 else b3
        b3:
        if b & #5 == #0 goto b4 else b5
        b4:
        write g 4
        copy g = #2
        b5:
        goto b6 true, exit false
        b6:
        write g 4
        copy g = #3
    )"));
}

TEST(ControlFlow, ShortCircuitsAreBranches) {
    EXPECT_EQ(body("int g, h; void f(int* p) { if (p && *p == 1) g = 1; if (!g || (h && p)) g = 2; }", "f"), lines(R"(
        b0:
        if p != null goto b1 else b3
        b1:
        read load p 4
        if *p == #1 goto b2 else b3
        b2:
        write g 4
        copy g = #1
        b3:
        read g 4
        if g == #0 goto b6 else b4
        b4:
        read h 4
        if h != #0 goto b5 else exit
        b5:
        if p != null goto b6 else exit
        b6:
        write g 4
        copy g = #2
    )"));
}

TEST(ControlFlow, AShortCircuitValueIsSetOnEachPath) {
    EXPECT_EQ(body("bool a(); bool b(); bool f() { bool both = a() && b(); return both; }", "f"), lines(R"(
        t0 = call "c:@F@a#"() throws
        copy t1 = #0
        when t0 != #0 goto unwind exceptional, b1 true, b2 false
        b1:
        t2 = call "c:@F@b#"() throws
        copy t1 = t2
        goto unwind exceptional, b2
        b2:
        copy both = t1
        copy return = both
    )"));
}

TEST(ControlFlow, ANegatedShortCircuitStillBranches) {
    EXPECT_EQ(body("bool a(); bool b(); int g; void f() { if (!(a() && b())) g = 1; }", "f"), lines(R"(
        t0 = call "c:@F@a#"() throws
        copy t1 = #0
        when t0 != #0 goto unwind exceptional, b1 true, b2 false
        b1:
        t2 = call "c:@F@b#"() throws
        copy t1 = t2
        goto unwind exceptional, b2
        b2:
        if t1 == #0 goto b3 else exit
        b3:
        write g 4
        copy g = #1
    )"));
}

TEST(ControlFlow, AConditionalIsATemporary) {
    EXPECT_EQ(body("int g, h; void f(bool c, int* p) { int* q = c ? &g : p; *q = c ? 1 : h; (c ? g : h) = 2; }", "f"),
              lines(R"(
        b0:
        if c != #0 goto b1 else b2
        b1:
        copy t0 = &g
        goto b3
        b2:
        copy t0 = p
        b3:
        copy q = t0
        if c != #0 goto b4 else b5
        b4:
        copy t1 = #1
        goto b6
        b5:
        read h 4
        copy t1 = h
        b6:
        write load q 4
        copy *q = t1
        if c != #0 goto b7 else b8
        b7:
        copy t2 = &g
        goto b9
        b8:
        copy t2 = &h
        b9:
        write load t2 4
        copy *t2 = #2
    )"));
}

TEST(ControlFlow, TheValueOfAMissingMiddle) {
    EXPECT_EQ(bodyC("int* find(void); int g; void f(void) { int* p = find() ?: &g; *p = 1; }", "f"), lines(R"(
        t0 = call "c:@F@find"()
        copy t1 = t0
        if t1 != #0 goto b2 else b1
        b1:
        copy t1 = &g
        b2:
        copy p = t1
        write load p 4
        copy *p = #1
    )"));
}

TEST(ControlFlow, Loops) {
    EXPECT_EQ(body("int a[10], g; void f(int n) { for (int i = 0; i < n; ++i) { if (a[i] == 2) continue; if (g) break; "
                   "a[i]++; } while (g) g--; do g++; while (g < 3); }",
                   "f"),
              lines(R"(
        copy i = #0
        b1:
        if i < n goto b2 else b6
        b2:
        read a[i] 4
        if a[i] == #2 goto b5 else b3
        b3:
        read g 4
        if g != #0 goto b6 else b4
        b4:
        rw a[i] 4 up
        copy a[i] = ?
        b5:
        copy i = ?
        goto b1
        b6:
        read g 4
        if g != #0 goto b7 else b8
        b7:
        rw g 4 down
        copy g = ?
        goto b6
        b8:
        rw g 4 up
        copy g = ?
        read g 4
        if g < #3 goto b8 else exit
    )"));
}

TEST(ControlFlow, RangeLoops) {
    EXPECT_EQ(body("int a[10]; void f() { for (int& x : a) x = 1; }", "f"), lines(R"(
        copy __range1 = &a
        copy __end1 = &(*__range1)[10]
        copy __begin1 = __range1
        b1:
        if __begin1 != __end1 goto b2 else exit
        b2:
        copy x = __begin1
        write load x 4
        copy *x = #1
        copy __begin1 = &(*__begin1)[*]
        goto b1
    )"));
}

TEST(ControlFlow, SwitchOverAKnownValueTestsIt) {
    EXPECT_EQ(body("int g; int status(); void f() { switch (status()) { case 0: g = 1; break; case -1: g = 2; default: "
                   "g = 3; } }",
                   "f"),
              lines(R"(
        t0 = call "c:@F@status#"() throws
        when t0 == #-1 goto unwind exceptional, b1 true, b2 false
        b1:
        write g 4
        copy g = #2
        goto b4
        b2:
        if t0 == #0 goto b3 else b4
        b3:
        write g 4
        copy g = #1
        goto exit
        b4:
        write g 4
        copy g = #3
    )"));
}

TEST(ControlFlow, SwitchOverMemoryOrRangesHasCases) {
    EXPECT_EQ(bodyC("int g; void f(int k) { switch (k & 3) { case 1 ... 3: g = 1; break; case 4: g = 2; } }", "f"),
              lines(R"(
        b0:
        goto b1 case, b2 case, exit case
        b1:
        write g 4
        copy g = #2
        goto exit
        b2:
        write g 4
        copy g = #1
    )"));
}

TEST(ControlFlow, GotoAndLabels) {
    EXPECT_EQ(bodyC("int g; int f(int k) { if (k) goto out; g = 1; out: g = 2; return 0; }", "f"), lines(R"(
        b0:
        if k != #0 goto b2 else b1
        b1:
        write g 4
        copy g = #1
        b2:
        write g 4
        copy g = #2
        copy return = #0
    )"));
}

TEST(ControlFlow, FunctionsThatDoNotReturnEndTheirPath) {
    EXPECT_EQ(body("[[noreturn]] void fail(); int g; void f(int k) { if (k) fail(); g = 1; }", "f"), lines(R"(
        b0:
        if k != #0 goto b1 else b2
        b1:
        call "c:@F@fail#"() throws
        goto unwind exceptional
        b2:
        write g 4
        copy g = #1
    )"));
}

TEST(ControlFlow, IndicesAreKeptWhereTheyCanBeCompared) {
    EXPECT_EQ(bodyC("int a[8], b[8]; struct s { int k; }; void f(int i, struct s* s) { a[i] = 1; a[3] = 2; a[i + 1] = "
                    "3; a[s->k] = b[s->k]; int* p = a; p[i] = 4; *(p + 2) = 5; }",
                    "f"),
              lines(R"(
        write a[i] 4
        copy a[i] = #1
        write a[3] 4
        copy a[3] = #2
        write a[*] 4
        copy a[*] = #3
        read s->k 4
        copy t0 = s->k
        read b[t0] 4
        read s->k 4
        copy t1 = s->k
        write a[t1] 4
        copy a[t1] = b[t0]
        copy p = &a
        write (*p)[i] 4
        copy (*p)[i] = #4
        write (*p)[2] 4
        copy (*p)[2] = #5
    )"));
}

TEST(ControlFlow, AComparisonOfAStatusKeepsItsPaths) {
    EXPECT_EQ(
        bodyC("#include <pthread.h>\npthread_mutex_t m; int f(void) { return pthread_mutex_trylock(&m) == 0; }", "f"),
        lines(R"(
        t0 = acquire m via pthread_mutex_trylock try zero
        if t0 == #0 goto b1 else b2
        b1:
        copy t1 = #1
        goto b3
        b2:
        copy t1 = #0
        b3:
        copy return = t1
    )"));
    EXPECT_EQ(bodyC("#include <pthread.h>\npthread_mutex_t m; int g; void f(void) { int rc = "
                    "pthread_mutex_trylock(&m); int ok = !rc; if (ok) g = 1; }",
                    "f"),
              lines(R"(
        t0 = acquire m via pthread_mutex_trylock try zero
        copy rc = t0
        if rc == #0 goto b1 else b2
        b1:
        copy t1 = #1
        goto b3
        b2:
        copy t1 = #0
        b3:
        copy ok = t1
        if ok != #0 goto b4 else exit
        b4:
        write g 4
        copy g = #1
    )"));
}

} // namespace
} // namespace deadheat::extract::test
