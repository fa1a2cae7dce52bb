// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How linking and checking grow with the program: link_bench [files ...]; a file is 100 functions of 31 instructions, about
// 1 kLOC. Prints seconds and peak memory, and the growth of the time per instruction against the row before.
#include "analyzer/checks/check.h"
#include "tests/bench/generated_program.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <sys/resource.h>

using namespace deadheat;

namespace {

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double peakMegabytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

void measure(unsigned files, double& perInstruction) {
    std::vector<ir::Module> modules = bench::generateProgram({files, 100, 30});
    const std::size_t instructions = bench::instructionCount(modules);
    const double start = now();
    const auto program = link::link(std::move(modules));
    const double linked = now();
    const std::size_t findings = checks::runAll(*program, {}).size();
    const double checked = now();
    const double cost = (checked - start) / static_cast<double>(instructions);
    fmt::print("{:>9} {:>9.2f} {:>9.2f} {:>9.0f} {:>9} {:>9} {:>7.2f}\n", instructions, linked - start,
               checked - linked, peakMegabytes(), program->contexts.all.size(), findings,
               perInstruction > 0 ? cost / perInstruction : 1.0);
    std::fflush(stdout); // large ones take their time
    perInstruction = cost;
}

} // namespace

int main(int argc, char** argv) {
    fmt::print("{:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>7}\n", "instrs", "link s", "checks s", "peak MB", "contexts",
               "findings", "growth");
    double perInstruction = 0;
    if (argc < 2)
        for (const unsigned files : {10u, 100u, 1000u})
            measure(files, perInstruction);
    for (int i = 1; i < argc; ++i)
        measure(static_cast<unsigned>(std::atoi(argv[i])), perInstruction);
}
