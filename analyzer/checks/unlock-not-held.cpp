// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// unlock-not-held: a lock is released on a path that does not hold it. A function that releases its caller's lock is fine, so
// that evidence is needed: the path has released it already, the function holds it on other paths to the same place, tried in
// vain to take it, or has no caller who could hold it.
#include "analyzer/checks/describe.h"
#include "analyzer/checks/lock_class.h"
#include "analyzer/link/orderings.h"

#include <fmt/format.h>
#include <map>
#include <optional>
#include <set>

namespace deadheat::checks {

namespace {

using link::ReleaseFact;
using link::ReleaseKind;
using report::Confidence;

struct Verdict {
    std::string variant;
    Confidence confidence = Confidence::high;
    std::string why;
};

class UnlockNotHeld {
public:
    UnlockNotHeld(Subject& subject, Findings& findings)
        : p_(subject.program), findings_(findings), recursive_(recursiveLocks(p_)) {}

    void run() {
        for (link::FunctionId f = 0; f < p_.facts.size(); ++f)
            for (const ReleaseFact& fact : p_.facts[f].releases)
                if (std::optional<Verdict> verdict = judge(f, fact))
                    report(f, fact, *verdict);
    }

private:
    std::optional<Verdict> judge(link::FunctionId function, const ReleaseFact& fact) const {
        if (p_.facts[function].points[fact.point].widened || fact.unlikely)
            return std::nullopt;
        switch (fact.kind) {
        case ReleaseKind::own:
            if (!fact.wrongMode)
                return std::nullopt;
            return Verdict{"wrong-mode", Confidence::high, "is held in the other mode (shared or exclusive)"};
        case ReleaseKind::nothing:
            return Verdict{"", Confidence::high, "is not held by the guard that is unlocked here"};
        case ReleaseKind::again: return Verdict{"twice", Confidence::high, "has already been released on this path"};
        case ReleaseKind::entry: return judgeEntry(function, fact);
        }
        return std::nullopt;
    }

    /// Not taken here on this path: does a caller hold it?
    std::optional<Verdict> judgeEntry(link::FunctionId function, const ReleaseFact& fact) const {
        if (fact.lock == link::kNoExpr)
            return std::nullopt;
        EntryHold hold = heldOnEntry(p_, function, fact.lock);
        if (hold.allHold)
            return std::nullopt;
        if (fact.afterFailedTry)
            return Verdict{"failed-try", Confidence::high, "is not held when taking it has failed"};
        if (heldOnOtherPath(function, fact))
            return Verdict{"", Confidence::high, "is not held on every path to this release"};
        if (startsThread(p_, function))
            return Verdict{"", Confidence::high, "is released here, though this thread never takes it"};
        if (!hold.someHold && takenOtherwise(function, fact))
            return Verdict{"", Confidence::high,
                           "is released here, though callers cannot hold it: other paths take it"};
        if (!hold.someHold && keepsAnother(function, fact))
            return Verdict{"", Confidence::medium, "is released here, though another lock was taken"};
        return std::nullopt;
    }

    bool heldOnOtherPath(link::FunctionId function, const ReleaseFact& fact) const {
        return std::ranges::any_of(p_.facts[function].releases, [&](const ReleaseFact& other) {
            return other.at == fact.at && other.lock == fact.lock && other.kind == ReleaseKind::own;
        });
    }

    /// The function takes the lock itself on other paths, perhaps in a callee: with the lock held it would wait for itself. Unless
    /// an argument says which it is.
    bool takenOtherwise(link::FunctionId function, const ReleaseFact& fact) const {
        if (recursive_.contains(classOf(p_, fact.lock)))
            return false;
        auto isFree = [&](link::PointId point) {
            return std::ranges::none_of(p_.facts[function].points[point].held,
                                        [&](const link::Held& held) { return held.lock == fact.lock; });
        };
        for (const link::AcquireFact& acquire : p_.facts[function].acquires)
            if (acquire.lock == fact.lock && !acquire.isTry && !acquire.recursive && isFree(acquire.point) &&
                !link::excludeEachOther(*p_.exprs, acquire.arguments, fact.arguments))
                return true;
        if ((*p_.exprs)[fact.lock].kind != link::ExprKind::global)
            return false;
        for (const link::CallFact& call : p_.facts[function].calls)
            if (isFree(call.point) && call.at != fact.at &&
                std::ranges::any_of(call.targets,
                                    [&](link::FunctionId target) { return takesGlobal(target, fact.lock, 3); }))
                return true;
        return false;
    }

    bool takesGlobal(link::FunctionId function, link::ExprId lock, int depth) const {
        for (const link::AcquireFact& acquire : p_.facts[function].acquires)
            if (acquire.lock == lock && !acquire.isTry && !acquire.recursive &&
                p_.facts[function].points[acquire.point].held.empty())
                return true;
        if (depth == 0)
            return false;
        return std::ranges::any_of(p_.facts[function].calls, [&](const link::CallFact& call) {
            return p_.facts[function].points[call.point].held.empty() &&
                   std::ranges::any_of(call.targets,
                                       [&](link::FunctionId target) { return takesGlobal(target, lock, depth - 1); });
        });
    }

    /// A lock taken here is still held on every way out, this one is released, and the two are not links of one chain: the names
    /// were mixed up.
    bool keepsAnother(link::FunctionId function, const ReleaseFact& fact) const {
        const link::ExprTable& exprs = *p_.exprs;
        auto isPlain = [&](link::ExprId lock) {
            while (exprs[lock].kind == link::ExprKind::field)
                lock = exprs[lock].a;
            return exprs[lock].kind == link::ExprKind::global || exprs[lock].kind == link::ExprKind::parameter;
        };
        return std::ranges::any_of(p_.facts[function].kept, [&](const link::KeptLock& kept) {
            return kept.everywhere && !kept.throws && !kept.via && isPlain(kept.lock) && isPlain(fact.lock) &&
                   fact.inside == link::InstrRef{};
        });
    }

    /// An implicit release (a guard's destructor) is no place to point at: the explicit one before it is.
    bool isImplicit(link::InstrRef at) const {
        return p_.instr(at).op == ir::Op::guardDestroy || p_.instr(at).flags.implicit;
    }

    void report(link::FunctionId function, const ReleaseFact& fact, const Verdict& verdict) {
        bool blameEarlier =
            fact.kind == ReleaseKind::again && isImplicit(fact.at) && fact.earlier && !isImplicit(fact.earlier);
        link::InstrRef place = blameEarlier ? fact.earlier : fact.at, other = blameEarlier ? fact.at : fact.earlier;
        std::string name = fact.lock == link::kNoExpr ? "the lock" : nameLock(p_, fact.lock, function);
        report::Finding finding;
        finding.rule = "unlock-not-held";
        finding.variant = verdict.variant;
        finding.level = report::Level::error;
        const bool isKnown = namesOneLock(p_, fact.lock) && !isChosenElsewhere(p_, function, fact.lock);
        finding.confidence = isKnown ? verdict.confidence : Confidence::low;
        finding.world = report::World::local;
        finding.subject = p_.function(function).name + " " + name;
        finding.location = locate(p_, place);
        finding.message = blameEarlier ? fmt::format("'{}' is released here and again by its guard", name)
                                       : fmt::format("'{}' {}", name, verdict.why);
        report::Trace trace{"path through '" + p_.function(function).name + "'", {}, {}};
        if (other) {
            std::string message = fact.kind == ReleaseKind::own ? "taken here"
                                  : blameEarlier                ? "released again here"
                                                                : "released here first";
            finding.notes.push_back(stepAt(p_, other, message));
            if (!blameEarlier)
                trace.steps.push_back(stepAt(p_, other, fmt::format("'{}' {}", name, message)));
        }
        trace.steps.push_back(stepAt(p_, place, fmt::format("'{}' released", name)));
        if (fact.inside)
            finding.notes.push_back(stepAt(p_, fact.inside, "in this callee"));
        finding.traces.push_back(std::move(trace));
        if (seen_.insert(finding.location).second)
            findings_.push_back(std::move(finding));
    }

    const link::WholeProgram& p_;
    Findings& findings_;
    std::set<LockClass> recursive_;
    std::set<report::Location> seen_;
};

void run(Subject& subject, Findings& findings) { UnlockNotHeld(subject, findings).run(); }

} // namespace

DEADHEAT_REGISTER_CHECK((Check{
    {"unlock-not-held", "Locks released by code that does not hold them", report::Level::error}, run}));

} // namespace deadheat::checks
