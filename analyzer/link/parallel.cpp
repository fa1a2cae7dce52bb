// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/parallel.h"

#include <algorithm>

namespace deadheat::link {

Parallelism::Parallelism(const WholeProgram& program) : p_(program) {
    const std::vector<Root>& roots = p_.contexts.roots;
    ancestors_.resize(roots.size());
    descendants_.resize(roots.size());
    for (RootId r = 0; r < roots.size(); ++r) {
        std::vector<RootId> work = roots[r].parents;
        while (!work.empty()) {
            RootId parent = work.back();
            work.pop_back();
            if (insert(ancestors_[r], parent))
                work.insert(work.end(), roots[parent].parents.begin(), roots[parent].parents.end());
        }
        insert(descendants_[r], r);
        for (RootId ancestor : ancestors_[r])
            insert(descendants_[ancestor], r);
    }
}

bool Parallelism::isAncestor(RootId ancestor, RootId root) const { return contains(ancestors_[root], ancestor); }

bool Parallelism::reaches(const std::vector<SpawnId>& live, RootId root) const {
    return std::ranges::any_of(live, [&](SpawnId spawn) {
        const std::vector<RootId>& started = p_.contexts.rootsOfSpawn[spawn];
        return std::ranges::any_of(started, [&](RootId r) { return contains(descendants_[r], root); });
    });
}

bool Parallelism::selfParallel(RootId root) {
    if (root == kMainRoot || root == kClientRoot)
        return false;
    return rootsParallel(root, root);
}

bool Parallelism::rootsParallel(RootId a, RootId b) {
    if (a > b)
        std::swap(a, b);
    std::uint64_t key = std::uint64_t{a} << 32 | b;
    if (auto known = cache_.find(key); known != cache_.end())
        return known->second;
    if (std::ranges::find(inProgress_, key) != inProgress_.end())
        return false;
    inProgress_.push_back(key);
    const std::vector<Root>& roots = p_.contexts.roots;
    bool result = false;
    // One is alive while the other is being started.
    for (SpawnId site : roots[a].sites)
        result = result || reaches(p_.contexts.liveAtSpawn[site], b);
    for (SpawnId site : roots[b].sites)
        result = result || reaches(p_.contexts.liveAtSpawn[site], a);
    // A parent of one runs in parallel with the other, so its children may.
    auto throughParents = [&](RootId child, RootId other) {
        return std::ranges::any_of(roots[child].parents, [&](RootId parent) {
            bool related = parent == other || isAncestor(parent, other);
            bool single = parent == kMainRoot || parent == kClientRoot;
            if (child == other)
                return !single && rootsParallel(parent, parent);
            return !single && !related && rootsParallel(parent, other);
        });
    };
    result = result || throughParents(a, b) || (a != b && throughParents(b, a));
    inProgress_.pop_back();
    if (inProgress_.empty() || result)
        cache_[key] = result;
    return result;
}

bool Parallelism::mayRunInParallel(RootId a, const std::vector<SpawnId>& liveA, RootId b,
                                   const std::vector<SpawnId>& liveB) {
    if (a == b)
        return selfParallel(a);
    if (reaches(liveA, b) || reaches(liveB, a))
        return true;
    bool single = a <= kClientRoot || b <= kClientRoot;
    if (single || isAncestor(a, b) || isAncestor(b, a))
        return false;
    return rootsParallel(a, b);
}

} // namespace deadheat::link
