// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/sched/resource.h"

namespace deadheat::sched {
namespace {

struct Row {
    const char* text;
    char letter;
};

constexpr Row kRows[] = {
    {"mutex", 'm'},     {"rwlock", 'w'},        {"spinlock", 'l'},  {"condition variable", 'c'},
    {"semaphore", 's'}, {"barrier", 'b'},       {"once flag", 'o'}, {"thread", 't'},
    {"atomic", 'a'},    {"descriptor", 'd'},    {"signal", 'g'},    {"outside call", 'x'},
    {"process", 'p'},   {"kernel object", 'k'},
};

} // namespace

const char* describe(ResourceKind kind) { return kRows[static_cast<std::size_t>(kind)].text; }
char letterOf(ResourceKind kind) { return kRows[static_cast<std::size_t>(kind)].letter; }

} // namespace deadheat::sched
