// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How merging and points-to grow with the program: points_to_bench [files ...]; a file is 100 functions of 31 instructions.
#include "analyzer/link/call_graph.h"
#include "analyzer/link/merge.h"
#include "tests/bench/generated_program.h"

#include <cstdlib>
#include <ctime>
#include <fmt/format.h>
#include <sys/resource.h>

using namespace deadheat;

namespace {

/// Processor time: other programs on the machine do not count.
class Stopwatch {
public:
    double seconds() const { return static_cast<double>(std::clock() - start_) / CLOCKS_PER_SEC; }

private:
    std::clock_t start_ = std::clock();
};

double peakMegabytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// Asks for the locations of every access, as the checks do.
std::size_t queryEveryAccess(const ir::Module& code, const link::PointsTo& pointsTo) {
    std::size_t locations = 0;
    for (link::FunctionId id = 0; id < code.functions.size(); ++id)
        for (const ir::Block& block : code.functions[id].blocks)
            for (const ir::Instr& instr : block.instrs)
                if (instr.op == ir::Op::read || instr.op == ir::Op::write || instr.op == ir::Op::acquire)
                    locations += pointsTo.locationsOf(id, instr.operands[0].place).size();
    return locations;
}

void measure(unsigned files) {
    std::vector<ir::Module> modules = bench::generateProgram({files, 100, 30});
    const std::size_t instructions = bench::instructionCount(modules);
    const double before = peakMegabytes();
    const Stopwatch mergeTime;
    const ir::Module code = link::merge(std::move(modules));
    const double mergeSeconds = mergeTime.seconds();
    const Stopwatch solveTime;
    const link::PointsTo pointsTo(code);
    const double solveSeconds = solveTime.seconds();
    const double after = peakMegabytes();
    const Stopwatch queryTime;
    const std::size_t locations = queryEveryAccess(code, pointsTo);
    const double querySeconds = queryTime.seconds();
    const link::CallGraph graph(code, pointsTo);
    fmt::print("{:>9} {:>9.2f} {:>9.2f} {:>9.2f} {:>11} {:>9.0f} {:>9.0f} {:>11}\n", instructions, mergeSeconds,
               solveSeconds, querySeconds, locations, before, after, graph.components.size());
}

} // namespace

int main(int argc, char** argv) {
    fmt::print("{:>9} {:>9} {:>9} {:>9} {:>11} {:>9} {:>9} {:>11}\n", "instrs", "merge s", "solve s", "query s",
               "locations", "MB before", "MB after", "components");
    if (argc < 2)
        for (const unsigned files : {10u, 100u, 1000u})
            measure(files);
    for (int i = 1; i < argc; ++i)
        measure(static_cast<unsigned>(std::atoi(argv[i])));
}
