// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A race with every member of a Finding set, and the two sources that it points at.
#pragma once

#include "report/report.h"
#include "report/sources.h"

namespace deadheat::report {

inline constexpr const char* kBank = "#include \"bank.h\"\n"
                                     "void Bank::deposit(int n) {\n"
                                     "    total += n;\n"
                                     "}\n"
                                     "void Bank::audit() {\n"
                                     "\tprint(total);\n"
                                     "}\n";

inline Finding sampleRace() {
    Finding race;
    race.rule = "data-race";
    race.variant = "no-lock";
    race.level = Level::warning;
    race.confidence = Confidence::high;
    race.world = World::closed;
    race.message = "'Bank::total' is written without a lock while another thread reads it";
    race.subject = "Bank::total";
    race.location = {"src/bank.cpp", 3, 5, 3, 15};
    race.notes = {{{"src/bank.h", 2, 3, 2, 8}, "declared here", "Bank"}};
    race.traces = {
        {"thread started at src/main.cpp:9",
         {{{"src/main.cpp", 9, 5, 0, 0}, "starts the thread", "main"},
          {{"src/bank.cpp", 3, 5, 3, 15}, "writes 'total'", "Bank::deposit"}},
         {}},
        {"main thread", {{{"src/bank.cpp", 6, 8, 6, 13}, "reads 'total'", "Bank::audit"}}, {"Bank::mutex", "g.lock"}}};
    race.replay = "deadheat replay race.schedule";
    return race;
}

inline Sources sampleSources() {
    Sources sources("/nonexistent");
    sources.add("src/bank.cpp", kBank);
    return sources;
}

} // namespace deadheat::report
