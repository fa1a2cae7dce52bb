// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locks that signal handlers take.
#include "analyzer/link/lock_graph.h"

namespace deadheat::link {

namespace {

/// Contexts may call themselves in a circle.
constexpr int kMaxDepth = 64;

struct CallInHandler {
    InstrRef at; ///< none: `context` is the handler itself
    int depth = 0;
};

CallInHandler callInHandler(const Contexts& contexts, ContextId context) {
    CallInHandler call;
    for (const Context* c = &contexts.all[context]; c->caller != kNoId && call.depth < kMaxDepth; ++call.depth) {
        call.at = c->callSite;
        c = &contexts.all[c->caller];
    }
    return call;
}

} // namespace

void LockGraph::collectInHandlers() {
    std::map<LockNode, LockUse> ordinary;
    std::vector<std::pair<LockUse, ContextId>> inHandlers;
    for (ContextId id = 0; id < p_.contexts.all.size(); ++id) {
        const Context& context = p_.contexts.all[id];
        const bool isHandler = p_.contexts.roots[context.root].kind == RootKind::signal;
        for (const AcquireFact& acquire : p_.facts[context.function].acquires) {
            const LockNode node = nodeOf(acquire.lock, context.function);
            const bool isWait = instrAt(p_.code, acquire.at).op == ir::Op::semaphoreWait;
            if (acquire.via || acquire.isTry || acquire.recursive || isWait || isRecursive(node) || node == LockNode{})
                continue;
            const LockUse use{acquire.lock, context.function, acquire.at, acquire.shared};
            if (isHandler)
                inHandlers.emplace_back(use, id);
            else
                ordinary.try_emplace(node, use);
        }
    }
    collectNearest(inHandlers, ordinary);
}

/// Whoever takes out the call, or the lock in the handler itself, is rid of all locks behind it: one report for each.
void LockGraph::collectNearest(const std::vector<std::pair<LockUse, ContextId>>& inHandlers,
                               const std::map<LockNode, LockUse>& ordinary) {
    std::map<InstrRef, std::pair<int, Relock>> nearest;
    for (const auto& [use, context] : inHandlers) {
        const auto other = ordinary.find(nodeOf(use.lock, use.scope));
        if (other == ordinary.end() || (other->second.shared && use.shared))
            continue;
        const CallInHandler call = callInHandler(p_.contexts, context);
        const Relock relock{other->second, use, {}, context};
        const auto [known, isNew] = nearest.try_emplace(call.at ? call.at : use.where, call.depth, relock);
        if (!isNew && call.depth < known->second.first)
            known->second = {call.depth, relock};
    }
    for (const auto& [place, found] : nearest)
        inHandlers_.push_back(found.second);
}

} // namespace deadheat::link
