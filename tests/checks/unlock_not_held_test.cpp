// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/checks/check_program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace deadheat::checks;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

std::vector<std::string> wrongReleases(std::string_view functions) {
    return places("module a.c\nglobal m : mutex\nglobal other : mutex\nglobal rw : sharedMutex\n" +
                      std::string(functions),
                  "unlock-not-held");
}

TEST(UnlockNotHeld, ReportsTheSecondRelease) {
    EXPECT_THAT(wrongReleases(R"(
func f(bad : int)
  acquire m             @a.c:2
  if bad == #0 goto out
  release m             @4
out:
  release m             @6
)"),
                ElementsAre("6 twice"));
}

TEST(UnlockNotHeld, TrustsAFunctionThatOnlyReleases) {
    EXPECT_THAT(wrongReleases(R"(
func unlock()
  release m             @a.c:2
func user()
  acquire m             @a.c:5
  call unlock()         @6
)"),
                IsEmpty());
}

TEST(UnlockNotHeld, ReportsTheCallThatReleasesAgain) {
    EXPECT_THAT(wrongReleases(R"(
func unlock()
  release m             @a.c:2
func user()
  acquire m             @a.c:5
  call unlock()         @6
  release m             @7
)"),
                ElementsAre("7 twice"));
}

TEST(UnlockNotHeld, KnowsThatMainStartsWithoutLocks) {
    EXPECT_THAT(wrongReleases(R"(
func unlock()
  release m             @a.c:2
func main() : int
  call unlock()         @6
  return #0
)"),
                ElementsAre("6"));
}

TEST(UnlockNotHeld, WantsTheLockOnAllPathsToARelease) {
    EXPECT_THAT(wrongReleases(R"(
func f(careful : int, other : int)
  if careful == #0 goto out
  acquire m             @a.c:3
out:
  release m             @5
func correlated(careful : int)
  if careful == #0 goto work
  acquire m             @a.c:13
work:
  if careful == #0 goto out
  release m             @15
out:
  return
)"),
                ElementsAre("5"));
}

TEST(UnlockNotHeld, AcceptsAHelperThatGivesTheLockUpForAWhile) {
    EXPECT_THAT(wrongReleases(R"(
func relax()
  release m             @a.c:2
  sleep ()              @3
  acquire m             @4
func user(n : int)
  acquire m             @a.c:8
loop:
  call relax()          @9
  if n goto loop
  release m             @11
)"),
                IsEmpty());
}

TEST(UnlockNotHeld, KnowsAFailedTry) {
    EXPECT_THAT(wrongReleases(R"(
func f()
  local status : int
  status = acquire m try nonzero @a.c:2
  if status goto out
  release m             @4
  return
out:
  release m             @6
)"),
                ElementsAre("4 failed-try"));
}

TEST(UnlockNotHeld, TellsModesApart) {
    EXPECT_THAT(wrongReleases(R"(
func f()
  acquire rw shared     @a.c:2
  release rw            @3
  acquire rw shared     @4
  release rw shared     @5
  acquire rw shared     @6
  release rw all        @7
)"),
                ElementsAre("3 wrong-mode"));
}

TEST(UnlockNotHeld, NoticesMixedUpNames) {
    EXPECT_THAT(wrongReleases(R"(
func f()
  acquire other         @a.c:2
  release m             @3
)"),
                ElementsAre("3"));
}

TEST(UnlockNotHeld, FollowsHandOverHand) {
    EXPECT_THAT(wrongReleases(R"(
record Node
  field m : mutex
  field next : Node*
global head : Node*
func walk()
  local n : Node*
  local before : Node*
  copy n = head
  if n == null goto out
  acquire n->m          @a.c:4
loop:
  copy before = n
  copy n = n->next
  if n == null goto last
  acquire n->m          @a.c:7
  release before->m     @a.c:8
  goto loop
last:
  release before->m     @a.c:10
out:
  return
)"),
                IsEmpty());
}

TEST(UnlockNotHeld, ReportsAGuardThatOwnsNothing) {
    EXPECT_THAT(wrongReleases(R"(
func f()
  local g : guard
  guardInit g, m defer  @a.c:2
  guardRelease g        @3
  guardDestroy g        @4
func later(bad : int)
  local g : guard
  guardInit g, m        @a.c:12
  if bad goto out
  guardRelease g        @13
out:
  guardDestroy g        @14
)"),
                ElementsAre("3"));
}

TEST(UnlockNotHeld, RemembersWhyACalleeDidNotLock) {
    EXPECT_THAT(wrongReleases(R"(
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
  call unlock(c)        @a.c:11
)"),
                ElementsAre("11 twice"));
}

TEST(UnlockNotHeld, NamesElementsAnewInEachRound) {
    EXPECT_THAT(wrongReleases(R"(
global locks : mutex[64]
global flags : int[64]
func walk(again : int)
  local i : int
outer:
  copy i = #1
head:
  if i == #64 goto outer
  read flags[i] 4       @a.c:4
  if flags[i] == #0 goto next
  acquire locks[i]      @a.c:6
  if flags[i] == #2 goto early
  release locks[i]      @a.c:8
  goto next
early:
  release locks[i]      @a.c:9
next:
  copy i = ?
  goto head
)"),
                IsEmpty());
}

} // namespace
