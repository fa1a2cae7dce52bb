// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// lock-leak: a lock that is still held when the function is left, though nobody outside can know that it has to be released.
#include "analyzer/checks/describe.h"
#include "analyzer/checks/lock_class.h"

#include <fmt/format.h>
#include <optional>
#include <set>

namespace deadheat::checks {

namespace {

using link::KeptLock;
using report::Confidence;

class LockLeak {
public:
    LockLeak(Subject& subject, Findings& findings) : p_(subject.program), findings_(findings) { collectHandovers(); }

    void run() {
        for (link::FunctionId f = 0; f < p_.facts.size(); ++f)
            for (const KeptLock& kept : p_.facts[f].kept)
                if (std::optional<Confidence> confidence = judge(f, kept))
                    report(f, kept, *confidence);
    }

private:
    /// Functions whose lock some caller releases, and lock classes that some function releases for its caller.
    void collectHandovers() {
        for (link::FunctionId f = 0; f < p_.facts.size(); ++f) {
            const link::FunctionFacts& facts = p_.facts[f];
            for (const link::ReleaseFact& release : facts.releases)
                if (release.kind == link::ReleaseKind::own && release.earlierVia)
                    for (link::FunctionId callee : p_.pointsTo->targets(release.earlierVia))
                        lockFunctions_.insert(callee);
            std::set<LockClass> released;
            for (const link::ReleaseFact& release : facts.releases)
                if (release.kind == link::ReleaseKind::entry)
                    released.insert(classOf(p_, release.lock));
            for (const link::AcquireFact& acquire : facts.acquires)
                released.erase(classOf(p_, acquire.lock));
            releasedForCallers_.insert(released.begin(), released.end());
        }
    }

    bool hasReleaser(const KeptLock& kept) const { return releasedForCallers_.contains(classOf(p_, kept.lock)); }

    bool isCalled(link::FunctionId function) const { return !p_.pointsTo->callersOf(function).empty(); }

    /// Only this function can release it: a static variable of the function, or a local.
    bool isOutOfReach(const KeptLock& kept) const {
        const link::Expr& root = (*p_.exprs)[p_.exprs->root(kept.lock)];
        return root.kind == link::ExprKind::global && p_.code.globals[root.a].isStaticLocal;
    }

    /// All code that could release it is in the program.
    bool isInternal(const KeptLock& kept) const {
        const link::Expr& root = (*p_.exprs)[p_.exprs->root(kept.lock)];
        return root.kind == link::ExprKind::global && p_.code.globals[root.a].isInternal;
    }

    std::optional<Confidence> judge(link::FunctionId function, const KeptLock& kept) const {
        if (kept.isLocal)
            return std::nullopt; // destroyed-while-held
        if (kept.throws)
            return judgeThrow(kept);
        if (kept.everywhere)
            return judgeKeeper(function, kept);
        return kept.releasedElsewhere ? judgeReleaser(function, kept) : judgeConditional(function, kept);
    }

    /// Where nothing throws for sure every call into unknown code would be a finding.
    static std::optional<Confidence> judgeThrow(const KeptLock& kept) {
        if (!kept.surelyThrows || kept.everywhere || !kept.releasedElsewhere)
            return std::nullopt;
        return Confidence::medium;
    }

    /// Where the function itself takes the lock again: no lock function does that, the second time is meant to give it back.
    link::InstrRef secondTake(link::FunctionId function, const KeptLock& kept) const {
        link::InstrRef last;
        std::size_t times = 0;
        for (const link::AcquireFact& acquire : p_.facts[function].acquires)
            if (acquire.lock == kept.lock && !acquire.via && !acquire.isTry && acquire.recursive) // others: lock-order
                last = times++ == 0 ? acquire.at : std::max(last, acquire.at);
        return kept.takenTwice && times > 1 ? last : link::InstrRef{};
    }

    /// Held on every way out: a lock function, if anybody can release what it took.
    std::optional<Confidence> judgeKeeper(link::FunctionId function, const KeptLock& kept) const {
        if (isOutOfReach(kept) || secondTake(function, kept))
            return Confidence::high;
        if (startsThread(p_, function))
            return Confidence::high;
        if (kept.via || lockFunctions_.contains(function) || hasReleaser(kept))
            return std::nullopt;
        if (classOf(p_, kept.lock).kind == LockClass::Kind::parameter)
            return std::nullopt;
        if (isInternal(kept))
            return Confidence::high;
        return isCalled(function) ? std::optional(Confidence::medium) : std::nullopt;
    }

    /// Released on another way out: held here by mistake, unless the value returned tells callers, and they act on it.
    std::optional<Confidence> judgeReleaser(link::FunctionId function, const KeptLock& kept) const {
        bool isLockFunction = lockFunctions_.contains(function);
        if (kept.returnsFailure)
            return isLockFunction && !kept.heldOnSuccess ? std::nullopt : std::optional(Confidence::high);
        if (isLockFunction)
            return std::nullopt;
        if (!kept.toldByValue)
            return Confidence::high;
        return hasReleaser(kept) ? std::nullopt : std::optional(Confidence::medium);
    }

    /// Held on some ways out and never released on the others: a try-lock, or a lock taken under a condition.
    std::optional<Confidence> judgeConditional(link::FunctionId function, const KeptLock& kept) const {
        if (lockFunctions_.contains(function))
            return std::nullopt;
        if (isOutOfReach(kept))
            return Confidence::high;
        bool told = kept.toldByValue || kept.toldByState;
        if (!told)
            return Confidence::high;
        if (hasReleaser(kept))
            return std::nullopt;
        if (isInternal(kept))
            return Confidence::high;
        return isCalled(function) ? std::optional(Confidence::medium) : std::nullopt;
    }

    void report(link::FunctionId function, const KeptLock& kept, Confidence confidence) {
        const link::InstrRef again = kept.everywhere ? secondTake(function, kept) : link::InstrRef{};
        const link::InstrRef taken = again ? again : kept.via ? kept.via : kept.where;
        std::string name = nameLock(p_, kept.lock, function);
        std::string way = kept.throws       ? "when an exception leaves"
                          : kept.everywhere ? "whenever it returns from"
                                            : "on some path out of";
        report::Finding finding;
        finding.rule = "lock-leak";
        finding.variant = kept.throws ? "exception" : again ? "taken-twice" : kept.everywhere ? "never-released" : "";
        finding.level = report::Level::error;
        const bool isKnown = namesOneLock(p_, kept.lock) && !isChosenElsewhere(p_, function, kept.lock);
        finding.confidence = isKnown ? confidence : Confidence::low;
        finding.world = report::World::local;
        finding.subject = p_.function(function).name + " " + name;
        finding.location = locate(p_, taken);
        finding.message = fmt::format("'{}' taken here{} is still held {} '{}'", name, again ? " again" : "", way,
                                      p_.function(function).name);
        report::Trace trace{
            "path through '" + p_.function(function).name + "'", {}, {spellLock(p_, kept.lock, function)}};
        trace.steps.push_back(stepAt(p_, taken, fmt::format("'{}' taken", name)));
        if (kept.via)
            trace.steps.push_back(stepAt(p_, kept.where, "in this callee"));
        if (kept.leaves) {
            std::string leaves =
                fmt::format("{} with '{}' held",
                            kept.throws ? "an exception leaves the function" : "the function is left after this", name);
            finding.notes.push_back(stepAt(p_, kept.leaves, leaves));
        }
        finding.traces.push_back(std::move(trace));
        if (seen_.insert({finding.location, name}).second)
            findings_.push_back(std::move(finding));
    }

    const link::WholeProgram& p_;
    Findings& findings_;
    std::set<link::FunctionId> lockFunctions_;
    std::set<LockClass> releasedForCallers_;
    std::set<std::pair<report::Location, std::string>> seen_;
};

void run(Subject& subject, Findings& findings) { LockLeak(subject, findings).run(); }

} // namespace

DEADHEAT_REGISTER_CHECK((Check{{"lock-leak", "Locks still held where a function is left", report::Level::error}, run}));

} // namespace deadheat::checks
