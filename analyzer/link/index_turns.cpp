// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One producer and one consumer of a ring: each looks at the index that the other one publishes before it touches an element, and
// publishes its own afterwards (Lamport, "Specifying Concurrent Program Modules", TOPLAS 1983).
#include "analyzer/link/accesses.h"
#include "analyzer/link/control_flow.h"

#include <algorithm>

namespace deadheat::link {

namespace {

bool acquires(const ir::Instr& instr) {
    return instr.op == ir::Op::read &&
           (instr.order == ir::MemoryOrder::acquire || instr.order == ir::MemoryOrder::seqCst);
}

bool releases(const ir::Instr& instr) {
    return instr.op == ir::Op::write &&
           (instr.order == ir::MemoryOrder::release || instr.order == ir::MemoryOrder::seqCst);
}

struct Indices {
    std::vector<LocationId> read, published;
};

/// The atomics that the function of the access reads on every way to it, and those that it stores to on every way from there to its end.
Indices indicesAround(const WholeProgram& program, InstrRef place) {
    const ir::Function& code = program.function(place.function);
    Indices indices;
    for (ir::Index block = 0; block < code.blocks.size(); ++block)
        for (ir::Index i = 0; i < code.blocks[block].instrs.size(); ++i) {
            const ir::Instr& instr = code.blocks[block].instrs[i];
            const InstrRef at{place.function, block, i};
            if (acquires(instr) && !mayAvoid(code, {}, place, {at}))
                unite(indices.read, program.pointsTo->pointeesOf(place.function, instr.operands[0]));
            if (releases(instr) && !mayAvoid(code, place, {}, {at}))
                unite(indices.published, program.pointsTo->pointeesOf(place.function, instr.operands[0]));
        }
    return indices;
}

} // namespace

/// Which element each side touches is a matter of the indices, which are trusted; that there is one producer and one consumer is not.
bool AccessTable::takeTurnsByIndices(const SharedAccess& a, const SharedAccess& b) const {
    if (!a.indexed || !b.indexed || a.root == b.root)
        return false;
    auto isPublishedBy = [&](LocationId index, RootId publisher) {
        const auto posters = posters_.find(index);
        return posters != posters_.end() && posters->second == std::vector<RootId>{publisher} &&
               !parallelism_.selfParallel(publisher);
    };
    const Indices ofA = indicesAround(p_, a.at), ofB = indicesAround(p_, b.at);
    auto sees = [&](const Indices& reader, const Indices& writer, RootId publisher) {
        return std::ranges::any_of(writer.published, [&](LocationId index) {
            return contains(reader.read, index) && isPublishedBy(index, publisher);
        });
    };
    return sees(ofA, ofB, b.root) && sees(ofB, ofA, a.root);
}

} // namespace deadheat::link
