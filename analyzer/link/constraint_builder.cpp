// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/constraint_builder.h"

namespace deadheat::link {
namespace {

using ir::Instr;
using ir::Op;

class ConstraintBuilder {
public:
    ConstraintBuilder(ValueFlow& values, HeapObjects& heap, CallResolver& calls)
        : values_(values), heap_(heap), calls_(calls) {}

    void add(InstrRef ref, const Instr& instr) {
        switch (instr.op) {
        case Op::copy:
            if (!instr.operands.empty())
                values_.store(ref.function, instr.result, instr.operands[0]);
            break;
        case Op::alloc: heap_.allocate(ref); break;
        case Op::call: calls_.addCall(ref, instr); break;
        case Op::callIndirect: calls_.addCallThrough(ref, instr, 0, true); break;
        case Op::bind: calls_.addBind(ref, instr); break;
        case Op::once:
        case Op::signalHandler: calls_.addCallThrough(ref, instr, 1, false); break;
        case Op::wait:
            if (instr.flags.predicate)
                calls_.addCallThrough(ref, instr, 2, false);
            break;
        case Op::spawn:
        case Op::submit: addStart(ref, instr); break;
        case Op::join:
            if (instr.operands.size() > 1)
                values_.storeThrough(ref.function, instr.operands[1], calls_.threadResults());
            break;
        case Op::fork:
            if (instr.result)
                values_.store(ref.function, instr.result,
                              values_.pointerTo(values_.siteLocation(ObjectKind::thread, ref)));
            break;
        case Op::guardInit: addGuard(ref.function, instr); break;
        case Op::handleMove:
        case Op::guardMove:
            if (instr.operands.size() == 2)
                values_.storeThrough(ref.function, instr.operands[0],
                                     values_.contentsOf(ref.function, instr.operands[1]));
            break;
        default: break;
        }
    }

private:
    /// The handle holds the started thread (task), and the callable runs with the operands after it.
    void addStart(InstrRef ref, const Instr& instr) {
        const NodeId started = values_.pointerTo(values_.siteLocation(ObjectKind::thread, ref));
        if (instr.op == Op::spawn && !instr.operands.empty())
            values_.storeThrough(ref.function, instr.operands[0], started);
        values_.store(ref.function, instr.result, started);
        calls_.addStart(ref, instr);
    }

    /// A guard holds the addresses of its locks, so that they can be found where it was moved to.
    void addGuard(FunctionId function, const Instr& instr) {
        for (std::size_t i = 1; i < instr.operands.size(); ++i)
            values_.storeThrough(function, instr.operands[0], values_.nodeOf(function, instr.operands[i]));
    }

    ValueFlow& values_;
    HeapObjects& heap_;
    CallResolver& calls_;
};

} // namespace

void addConstraints(const ir::Module& code, ValueFlow& values, HeapObjects& heap, CallResolver& calls) {
    ConstraintBuilder builder(values, heap, calls);
    for (FunctionId function = 0; function < code.functions.size(); ++function) {
        const auto& blocks = code.functions[function].blocks;
        for (ir::Index block = 0; block < blocks.size(); ++block)
            for (ir::Index at = 0; at < blocks[block].instrs.size(); ++at)
                builder.add({function, block, at}, blocks[block].instrs[at]);
    }
}

} // namespace deadheat::link
