// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/rules.h"

#include <algorithm>

namespace deadheat::launch {
namespace {

struct Row {
    const char* id;
    const char* summary;
};

constexpr Row kRows[] = {
    {"crash", "The program ends by a signal, a failed assertion or an exit status other than 0"},
    {"data-race", "Two threads access the same memory at the same time and at least one of them writes"},
    {"deadlock", "Threads wait for each other, or for a wakeup that cannot come"},
    {"livelock", "Threads run on without getting anywhere"},
    {"lock-order", "Locks are taken in opposite orders, so that threads can come to wait for each other"},
    {"mutex-misuse", "A mutex is used against its rules"},
    {"output-difference", "The program prints different things under different schedules"},
    {"signal-unsafe-call", "A signal handler does what is not allowed in one"},
    {"thread-sanitizer", "A report of ThreadSanitizer of another kind"},
    {"unjoined-thread", "A thread or child process is left behind when the program ends"},
};

} // namespace

std::vector<report::Rule> rulesOf(const std::vector<report::Finding>& findings) {
    std::vector<report::Rule> rules;
    for (const Row& row : kRows)
        if (std::any_of(findings.begin(), findings.end(), [&](const auto& finding) { return finding.rule == row.id; }))
            rules.push_back({row.id, row.summary, "", report::Level::error});
    return rules;
}

} // namespace deadheat::launch
