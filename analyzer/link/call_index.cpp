// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/link/call_index.h"

#include <algorithm>

namespace deadheat::link {

namespace {

void sortUnique(std::vector<CallEdge>& edges) {
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
}

void accumulate(std::vector<std::uint32_t>& counts) {
    for (std::size_t i = 1; i < counts.size(); ++i)
        counts[i] += counts[i - 1];
}

} // namespace

CallIndex::CallIndex(std::vector<CallEdge> edges, const std::vector<CallEdge>& bindings, std::size_t functions)
    : firstSite_(functions + 1), firstCaller_(functions + 1) {
    sortUnique(edges);
    indexCallers(edges);
    edges.insert(edges.end(), bindings.begin(), bindings.end());
    sortUnique(edges);
    indexTargets(edges);
}

void CallIndex::indexTargets(const std::vector<CallEdge>& edges) {
    for (const auto& [site, callee] : edges) {
        if (sites_.empty() || sites_.back() != site) {
            sites_.push_back(site);
            firstTarget_.push_back(static_cast<std::uint32_t>(targets_.size()));
            ++firstSite_[site.function + 1];
        }
        targets_.push_back(callee);
    }
    firstTarget_.push_back(static_cast<std::uint32_t>(targets_.size()));
    accumulate(firstSite_);
}

void CallIndex::indexCallers(const std::vector<CallEdge>& edges) {
    for (const auto& edge : edges)
        ++firstCaller_[edge.second + 1];
    accumulate(firstCaller_);
    callers_.resize(edges.size());
    std::vector<std::uint32_t> next(firstCaller_.begin(), firstCaller_.end() - 1);
    for (const auto& [site, callee] : edges)
        callers_[next[callee]++] = site;
}

std::span<const FunctionId> CallIndex::targets(InstrRef site) const {
    if (site.function + std::size_t{1} >= firstSite_.size())
        return {};
    const auto begin = sites_.begin() + firstSite_[site.function];
    const auto end = sites_.begin() + firstSite_[site.function + 1];
    const auto at = std::lower_bound(begin, end, site);
    if (at == end || *at != site)
        return {};
    const auto index = static_cast<std::size_t>(at - sites_.begin());
    return std::span(targets_).subspan(firstTarget_[index], firstTarget_[index + 1] - firstTarget_[index]);
}

std::span<const InstrRef> CallIndex::callers(FunctionId function) const {
    return std::span(callers_).subspan(firstCaller_[function], firstCaller_[function + 1] - firstCaller_[function]);
}

} // namespace deadheat::link
