// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/checks/unlocked_notifications.h"

#include "analyzer/checks/instr_paths.h"
#include "analyzer/checks/lock_class.h"

#include <algorithm>
#include <map>

namespace deadheat::checks {

namespace {

constexpr int kMaxDepth = 3;

struct Waiting {
    link::FunctionId function;
    const link::WaitFact* wait;
};

struct Notification {
    link::FunctionId function;
    const link::Event* event;
};

class Search {
public:
    explicit Search(const link::WholeProgram& program) : p_(program) {}

    std::vector<UnlockedNotification> run() {
        collect();
        for (const auto& [condition, waiting] : waits_)
            if (auto notifications = notifications_.find(condition); notifications != notifications_.end())
                judge(waiting, notifications->second);
        return std::move(found_);
    }

private:
    void collect() {
        for (link::FunctionId f = 0; f < p_.facts.size(); ++f) {
            for (const link::WaitFact& wait : p_.facts[f].waits) {
                LockClass condition = classOf(p_, wait.condition);
                if (!p_.instr(wait.at).flags.timed && condition.isKnown() && classOf(p_, wait.lock).isKnown())
                    waits_.try_emplace(condition, Waiting{f, &wait});
            }
            for (const link::Event& event : p_.facts[f].events)
                if (event.kind == link::EventKind::notify)
                    notifications_[classOf(p_, event.object)].push_back({f, &event});
        }
    }

    void judge(const Waiting& waiting, const std::vector<Notification>& notifications) {
        auto locked = std::ranges::find_if(
            notifications, [&](const Notification& n) { return holds(n.function, n.event->point, waiting); });
        if (locked == notifications.end())
            return;
        for (const Notification& n : notifications)
            if (isBare(n.function, n.event->at, n.event->point, waiting, kMaxDepth) && !isWrapper(n.function))
                found_.push_back({n.function, n.event, waiting.function, waiting.wait, locked->event->at});
    }

    bool isMutex(link::ExprId lock, link::FunctionId scope, const Waiting& waiting) const {
        return maySame(p_, lock, scope, waiting.wait->lock, waiting.function);
    }

    /// In every known context.
    bool holds(link::FunctionId function, link::PointId point, const Waiting& waiting) const {
        const std::vector<link::ContextId>& contexts = p_.contexts.ofFunction[function];
        return !contexts.empty() && std::ranges::all_of(contexts, [&](link::ContextId id) {
            std::vector<link::EntryLock> locks = link::locksAt(p_.contexts.all[id], p_.facts[function].points[point]);
            return std::ranges::any_of(
                locks, [&](const link::EntryLock& lock) { return isMutex(lock.lock, lock.scope, waiting); });
        });
    }

    /// Whether the mutex is not held at `at`, nor before it in the function, nor before any call of the function.
    bool isBare(link::FunctionId function, link::InstrRef at, link::PointId point, const Waiting& waiting,
                int depth) const {
        const link::Point& here = p_.facts[function].points[point];
        if (here.widened || holds(function, point, waiting))
            return false;
        auto never = [](link::InstrRef) { return false; };
        for (const link::AcquireFact& acquire : p_.facts[function].acquires)
            if (isMutex(acquire.lock, function, waiting) &&
                reaches(p_, acquire.via ? acquire.via : acquire.at, at, never))
                return false;
        for (const link::CallFact& call : p_.facts[function].calls)
            if (call.at != at && takes(call, waiting, kMaxDepth) && reaches(p_, call.at, at, never))
                return false;
        if (depth == 0)
            return true;
        for (const link::ContextId id : p_.contexts.ofFunction[function]) {
            const link::Context& context = p_.contexts.all[id];
            if (context.caller == link::kNoId || !context.callSite ||
                context.callSite.function != p_.contexts.all[context.caller].function)
                continue;
            link::FunctionId caller = context.callSite.function;
            for (const link::CallFact& call : p_.facts[caller].calls)
                if (call.at == context.callSite && !isBare(caller, call.at, call.point, waiting, depth - 1))
                    return false;
        }
        return true;
    }

    bool takes(const link::CallFact& call, const Waiting& waiting, int depth) const {
        return std::ranges::any_of(call.targets, [&](link::FunctionId target) {
            for (const link::AcquireFact& acquire : p_.facts[target].acquires)
                if (isMutex(acquire.lock, target, waiting))
                    return true;
            return depth > 0 && std::ranges::any_of(p_.facts[target].calls, [&](const link::CallFact& inner) {
                       return takes(inner, waiting, depth - 1);
                   });
        });
    }

    /// A function that does nothing but notify: who calls it has changed the state.
    bool isWrapper(link::FunctionId function) const {
        std::size_t others = 0;
        for (const ir::Block& block : p_.function(function).blocks)
            others += std::ranges::count_if(block.instrs, [](const ir::Instr& instr) {
                return instr.op != ir::Op::notify && instr.op != ir::Op::copy;
            });
        return others == 0;
    }

    const link::WholeProgram& p_;
    std::map<LockClass, Waiting> waits_;
    std::map<LockClass, std::vector<Notification>> notifications_;
    std::vector<UnlockedNotification> found_;
};

} // namespace

std::vector<UnlockedNotification> findUnlockedNotifications(const link::WholeProgram& program) {
    return Search(program).run();
}

} // namespace deadheat::checks
