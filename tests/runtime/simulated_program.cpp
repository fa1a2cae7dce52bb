// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tests/runtime/simulated_program.h"

namespace deadheat::test {
namespace {

using sched::OperationKind;
using sched::Outcome;
using sched::Verdict;

constexpr std::uint64_t kStack = 1000;

class Nobody final : public sched::DecisionObserver {
public:
    Nobody() : DecisionObserver(kFunctions) {}
    static const sched::ObserverFunctions kFunctions;
    void decided(const sched::ThreadView&, sched::Outcome, std::uint64_t) {}
    void picked(std::uint32_t) {}
};

DEADHEAT_FUNCTIONS const sched::ObserverFunctions Nobody::kFunctions = sched::functionsOfObserver<Nobody>();

class Simulation {
public:
    Simulation(const ProgramCode& code, unsigned mutexes, unsigned semaphores, sched::Strategy& strategy,
               sched::DecisionObserver& observer, sched::Limits limits)
        : code_(code), reference_(code, mutexes, semaphores), engine_(strategy, observer, limits) {
        for (unsigned i = 0; i < mutexes; ++i)
            mutexes_.emplace_back(std::make_unique<model::Mutex>(sched::ResourceKind::mutex, 100 + i));
        for (unsigned i = 0; i < semaphores; ++i)
            semaphores_.emplace_back(std::make_unique<model::Semaphore>(200 + i));
        for (unsigned i = 0; i < code.size(); ++i) {
            engine_.spawn();
            ends_.emplace_back(std::make_unique<model::ThreadEnd>(i, 300 + i));
        }
        started_.assign(code.size(), false);
        started_[0] = true;
    }

    Trace run() {
        Verdict verdict = announce();
        while (verdict == Verdict::run) {
            perform();
            verdict = announce();
        }
        trace_.verdict = verdict;
        trace_.position = reference_.position();
        for (const sched::ThreadId id : engine_.cycle())
            trace_.cycle.push_back(id);
        return trace_;
    }

private:
    Verdict announce() {
        const unsigned thread = engine_.running();
        if (!reference_.finished(thread))
            return engine_.step(operationOf(code_[thread][reference_.position()[thread]]));
        ends_[thread]->end();
        engine_.refresh(*ends_[thread]);
        return engine_.finish();
    }

    sched::Operation operationOf(const Instruction& instruction) {
        sched::Operation operation;
        operation.targets = instruction.targets;
        switch (instruction.what) {
        case Do::access:
            operation.kind = OperationKind::store;
            operation.address = 1 + instruction.object;
            break;
        case Do::accessOwnStack:
            operation.kind = OperationKind::store;
            operation.address = kStack + engine_.running();
            operation.onOwnStack = true;
            break;
        case Do::read:
            operation.kind = OperationKind::load;
            operation.address = 1 + instruction.object;
            break;
        case Do::lock:
            operation.kind = OperationKind::lock;
            operation.resource = mutexes_[instruction.object].get();
            break;
        case Do::unlock: operation.kind = OperationKind::unlock; break;
        case Do::wait:
            operation.kind = OperationKind::semaphoreWait;
            operation.resource = semaphores_[instruction.object].get();
            break;
        case Do::post: operation.kind = OperationKind::semaphorePost; break;
        case Do::join:
            operation.kind = OperationKind::join;
            operation.resource = ends_[instruction.object].get();
            break;
        case Do::sleep:
            operation.kind = OperationKind::sleep;
            operation.deadline = engine_.now() + 1000 * (1 + instruction.object);
            break;
        case Do::yield: operation.kind = OperationKind::yield; break;
        }
        return operation;
    }

    /// The running thread performs what it announced; a thread's first step is only its start.
    void perform() {
        const unsigned thread = engine_.running();
        trace_.threads.push_back(thread);
        trace_.outcomes.push_back(engine_.outcome());
        if (!started_[thread]) {
            started_[thread] = true;
            return;
        }
        trace_.violation |= !reference_.mayStep(thread);
        const Instruction instruction = code_[thread][reference_.position()[thread]];
        reference_.step(thread);
        updateModel(thread, instruction);
    }

    void updateModel(unsigned thread, const Instruction& instruction) {
        if (instruction.what == Do::lock || instruction.what == Do::unlock) {
            model::Mutex& mutex = *mutexes_[instruction.object];
            instruction.what == Do::lock ? mutex.acquire(thread) : void(mutex.release());
            engine_.refresh(mutex);
        } else if (instruction.what == Do::wait || instruction.what == Do::post) {
            model::Semaphore& semaphore = *semaphores_[instruction.object];
            instruction.what == Do::wait ? semaphore.take() : semaphore.post();
            engine_.refresh(semaphore);
        }
    }

    const ProgramCode& code_;
    Reference reference_;
    std::vector<std::unique_ptr<model::Mutex>> mutexes_;
    std::vector<std::unique_ptr<model::Semaphore>> semaphores_;
    std::vector<std::unique_ptr<model::ThreadEnd>> ends_;
    std::vector<bool> started_;
    sched::Engine engine_;
    Trace trace_;
};

} // namespace

bool Reference::mayStep(unsigned thread) const {
    if (finished(thread))
        return false;
    const Instruction& next = code_[thread][position_[thread]];
    switch (next.what) {
    case Do::lock: return owner_[next.object] == kFree;
    case Do::wait: return value_[next.object] > 0;
    case Do::join: return finished(next.object);
    default: return true;
    }
}

void Reference::step(unsigned thread) {
    const Instruction& next = code_[thread][position_[thread]++];
    switch (next.what) {
    case Do::lock: owner_[next.object] = static_cast<int>(thread); break;
    case Do::unlock: owner_[next.object] = kFree; break;
    case Do::wait: --value_[next.object]; break;
    case Do::post: ++value_[next.object]; break;
    default: break;
    }
}

bool Reference::anyMayStep() const {
    for (unsigned thread = 0; thread < code_.size(); ++thread)
        if (mayStep(thread))
            return true;
    return false;
}

Trace simulate(const ProgramCode& code, unsigned mutexes, unsigned semaphores, sched::Strategy& strategy,
               sched::DecisionObserver* observer, sched::Limits limits) {
    useHeap();
    Nobody nobody;
    return Simulation(code, mutexes, semaphores, strategy, observer ? *observer : nobody, limits).run();
}

void useHeap() {
    sched::setChunkSource([](std::size_t bytes) { return std::calloc(1, bytes); });
}

} // namespace deadheat::test
