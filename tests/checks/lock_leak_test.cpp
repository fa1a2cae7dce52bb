// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/checks/check_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace deadheat::checks;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

std::vector<std::string> leaks(std::string_view functions) {
    return places("module a.c\nglobal m : mutex\nglobal other : mutex\nglobal shared : int\n" + std::string(functions),
                  "lock-leak");
}

TEST(LockLeak, ReportsTheAcquisitionWhenOneReturnKeepsTheLock) {
    EXPECT_THAT(leaks(R"(
func f(bad : int) : int
  acquire m             @a.c:2
  if bad goto out
  release m             @4
  return #0
out:
  return #-1            @6
)"),
                ElementsAre("2"));
}

TEST(LockLeak, IsQuietWhenEveryReturnReleases) {
    EXPECT_THAT(leaks(R"(
func f(bad : int) : int
  acquire m             @a.c:2
  if bad goto out
  release m             @4
  return #0
out:
  release m             @5
  return #-1            @6
)"),
                IsEmpty());
}

TEST(LockLeak, FollowsTheFlagThatRemembersTheLock) {
    EXPECT_THAT(leaks(R"(
func f(wanted : int)
  local locked : int
  copy locked = #0
  if wanted == #0 goto work
  acquire m             @a.c:3
  copy locked = #1
work:
  write shared 4        @5
  if locked == #0 goto out
  release m             @7
out:
  return
)"),
                IsEmpty());
}

TEST(LockLeak, ComparesWithTheSameRelation) {
    EXPECT_THAT(leaks(R"(
func f(n : int)
  if n <= #3 goto work
  acquire m             @a.c:3
work:
  if n <= #3 goto out
  release m             @7
out:
  return
)"),
                IsEmpty());
}

TEST(LockLeak, TellsALockFunctionByItsCaller) {
    EXPECT_THAT(leaks(R"(
func begin(bad : int) : int
  acquire m             @a.c:2
  if bad goto out
  return #0
out:
  release m             @4
  return #1
func user(bad : int)
  local status : int
  status = call begin(bad) @a.c:9
  if status goto done
  release m             @11
done:
  return
)"),
                IsEmpty());
}

TEST(LockLeak, ReportsTheCallerOfALockFunction) {
    EXPECT_THAT(leaks(R"(
func lock()
  acquire m             @a.c:2
func unlock()
  release m             @a.c:3
func user(bad : int)
  call lock()           @a.c:9
  if bad goto done
  call unlock()         @a.c:11
done:
  return
)"),
                ElementsAre("9"));
}

TEST(LockLeak, NeedsAReleaserForALockFunction) {
    constexpr std::string_view text = R"(
module a.c
global m : mutex internal
func lock()
  acquire m             @a.c:2
)";
    EXPECT_THAT(places(text, "lock-leak"), ElementsAre("2 never-released"));
    EXPECT_THAT(places(std::string(text) + "func unlock()\n  release m @a.c:3\n", "lock-leak"), IsEmpty());
}

TEST(LockLeak, HoldsATriedLockOnSuccessOnly) {
    EXPECT_THAT(leaks(R"(
func good()
  local status : int
  status = acquire m try zero @a.c:2
  if status goto out
  release m             @a.c:4
out:
  return
func bad()
  local status : int
  status = acquire m try zero @a.c:10
  if status goto out
  write shared 4        @a.c:12
out:
  return
func wrapper() : int
  local status : int
  status = acquire m try zero @a.c:20
  if status goto out
  return #1
out:
  return #0
func user()
  local held : int
  held = call wrapper() @a.c:30
  if held == #0 goto out
  release m             @a.c:32
out:
  return
)"),
                ElementsAre("10"));
}

TEST(LockLeak, UnderstandsAnErrorCodeOfATry) {
    EXPECT_THAT(leaks(R"(
func f() : int
  local status : int
  status = acquire m try zero @a.c:2
  if status == #16 goto busy
  release m             @a.c:4
  return #0
busy:
  return #-1
)"),
                IsEmpty());
}

TEST(LockLeak, BlamesThrowsThatAreSure) {
    EXPECT_THAT(leaks(R"(
func mayThrow(v : int)
  if v == #0 goto ok
  call throw() throws   @a.c:1
  goto unwind exceptional
ok:
  return
func known(v : int)
  acquire m             @a.c:10
  call mayThrow(v) throws @11
  goto go, unwind exceptional
go:
  release m             @12
func unknown(v : int)
  acquire m             @a.c:20
  call elsewhere(v) throws @21
  goto go, unwind exceptional
go:
  release m             @22
)"),
                ElementsAre("10 exception"));
}

TEST(LockLeak, KeepsGuardsThatAreReturned) {
    EXPECT_THAT(leaks(R"(
func enter() : guard
  local return : guard
  guardInit return, m   @a.c:2
  return
func half(bad : int) : int
  local g : guard
  guardInit g, m        @a.c:6
  if bad goto out
  guardRelease g        @a.c:8
out:
  guardDestroy g        @a.c:9
  return #0
)"),
                IsEmpty());
}

TEST(LockLeak, IsQuietAboutLocksWithoutACertainName) {
    EXPECT_THAT(leaks(R"(
record Node
  field m : mutex
  field next : Node*
global head : Node*
func walk()
  local n : Node*
  local before : Node*
  copy n = head
loop:
  if n == null goto out
  acquire n->m          @a.c:5
  copy before = n
  copy n = n->next
  release before->m     @a.c:8
  goto loop
out:
  return
func all(count : int)
  local n : Node*
again:
  n = call next()       @a.c:20
  if n == null goto out
  acquire n->m          @a.c:22
  goto again
out:
  return
)"),
                IsEmpty());
}

TEST(LockLeak, RemembersWhyACalleeDidNotLock) {
    EXPECT_THAT(leaks(R"(
record C
  field m : mutex
func lock(c : C*)
  if c == null goto out
  acquire c->m          @a.c:3
out:
  return
func unlock(c : C*)
  if c == null goto out
  release c->m          @a.c:6
out:
  return
func user(c : C*)
  call lock(c)          @a.c:9
  call unlock(c)        @a.c:10
func forgetful(c : C*, bad : int)
  call lock(c)          @a.c:12
  if bad goto out
  call unlock(c)        @a.c:14
out:
  return
)"),
                ElementsAre("12"));
}

TEST(LockLeak, NamesElementsAnewInEachRound) {
    EXPECT_THAT(leaks(R"(
global locks : mutex[64]
global flags : int[64]
func walk()
  local i : int
  copy i = #1
head:
  if i == #64 goto out
  read flags[i] 4       @a.c:4
  if flags[i] == #0 goto next
  acquire locks[i]      @a.c:6
  write flags[i] 4      @a.c:7
  release locks[i]      @a.c:8
next:
  copy i = ?
  goto head
out:
  return
)"),
                IsEmpty());
}

} // namespace
