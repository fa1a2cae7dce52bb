// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// local-mutex: a lock that no second thread can ever ask for: a local of the function that takes it whose address goes
// nowhere, or a thread-local one.
#include "analyzer/checks/describe.h"

#include <fmt/format.h>
#include <map>
#include <set>

namespace deadheat::checks {

namespace {

using link::ObjectId;

class LocalMutex {
public:
    LocalMutex(Subject& subject, Findings& findings) : p_(subject.program), findings_(findings) { findEscaped(); }

    void run() {
        for (link::FunctionId f = 0; f < p_.facts.size(); ++f)
            for (const link::AcquireFact& acquire : p_.facts[f].acquires)
                if (!acquire.via)
                    judge(f, acquire);
    }

private:
    /// Objects that code outside the program can reach: their addresses are given to functions without a body.
    void findEscaped() {
        std::vector<link::LocationId> work;
        auto reach = [&](link::LocationId location) {
            ObjectId object = p_.pointsTo->objectOf(location);
            if (object != link::kNoId && escaped_.insert(object).second)
                work.push_back(p_.pointsTo->wholeObject(object));
        };
        for (link::FunctionId f = 0; f < p_.code.functions.size(); ++f)
            for (ir::Index b = 0; b < p_.function(f).blocks.size(); ++b)
                for (ir::Index i = 0; i < p_.function(f).blocks[b].instrs.size(); ++i) {
                    const ir::Instr& instr = p_.function(f).blocks[b].instrs[i];
                    bool isCall = instr.op == ir::Op::call || instr.op == ir::Op::callIndirect;
                    if (!isCall || !p_.pointsTo->targets({f, b, i}).empty())
                        continue;
                    for (const ir::Value& operand : instr.operands)
                        for (link::LocationId location : p_.pointsTo->pointeesOf(f, operand))
                            reach(location);
                }
        // What an escaped object points to escapes with it; its parts are found through the locations that hold pointers.
        std::multimap<ObjectId, link::LocationId> parts;
        for (link::LocationId location = 0; location < p_.pointsTo->locationCount(); ++location)
            if (!p_.pointsTo->pointees(location).empty())
                parts.emplace(p_.pointsTo->objectOf(location), location);
        while (!work.empty()) {
            auto [first, last] = parts.equal_range(p_.pointsTo->objectOf(work.back()));
            work.pop_back();
            for (; first != last; ++first)
                for (link::LocationId location : p_.pointsTo->pointees(first->second))
                    reach(location);
        }
    }

    void judge(link::FunctionId function, const link::AcquireFact& acquire) {
        const std::vector<link::LocationId>& locations = link::locationsOf(p_, function, acquire.lock);
        if (locations.size() != 1)
            return;
        ObjectId id = p_.pointsTo->objectOf(locations[0]);
        const link::Object& object = p_.pointsTo->object(id);
        if (object.kind == link::ObjectKind::global && p_.code.globals[object.index].isThreadLocal)
            return report(function, acquire, id, "every thread has a lock of its own");
        if (object.kind != link::ObjectKind::local || p_.isShared(id) || escaped_.contains(id))
            return;
        const ir::Local& local = p_.function(object.index).locals[object.sub];
        bool isOwn = object.index == function && local.kind != ir::LocalKind::temporary;
        bool inLambda = p_.function(function).isLambda && locations[0] == p_.pointsTo->wholeObject(id);
        if (isOwn || inLambda)
            report(function, acquire, id, "every call has a lock of its own");
    }

    void report(link::FunctionId function, const link::AcquireFact& acquire, ObjectId object, const std::string& why) {
        if (!seen_.insert(object).second)
            return;
        std::string name = nameLock(p_, acquire.lock, function);
        report::Finding finding;
        finding.rule = "local-mutex";
        finding.level = report::Level::warning;
        finding.confidence = report::Confidence::high;
        finding.world = report::World::local;
        finding.subject = p_.function(function).name + " " + name;
        finding.location = locate(p_, acquire.at);
        finding.message = fmt::format("'{}' excludes nobody: {}", name, why);
        findings_.push_back(std::move(finding));
    }

    const link::WholeProgram& p_;
    Findings& findings_;
    std::set<ObjectId> escaped_, seen_;
};

void run(Subject& subject, Findings& findings) { LocalMutex(subject, findings).run(); }

} // namespace

DEADHEAT_REGISTER_CHECK((Check{{"local-mutex", "Locks that no second thread can ask for", report::Level::warning},
                               run}));

} // namespace deadheat::checks
