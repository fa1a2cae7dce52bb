// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What points-to should compute, by the definition and nothing else: every statement is applied to sets of named locations until
// none grows. Knows copies, allocations and direct calls, without classes other than by exact match.
#pragma once

#include "analyzer/ir/ir.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace deadheat::link {

class ReferenceSolver {
public:
    /// How copying an array is understood: element by element, or (a permitted loss) every element to every element.
    enum class Arrays : std::uint8_t { elementwise, smeared };

    ReferenceSolver(const ir::Module& code, Arrays arrays);

    /// What the local may point to, as PointsTo::describe would name it; sorted.
    std::vector<std::string> held(ir::Index function, ir::Index local) const;

private:
    /// A variable or heap object, and the steps into it.
    struct Location {
        std::string object;
        std::vector<ir::Step> steps;
        bool operator<(const Location& other) const;
    };
    using Locations = std::set<Location>;

    void apply(ir::Index function, const ir::Instr& instr);
    void copy(const Locations& to, bool isPointer, ir::Index function, const ir::Value& value);
    void copyLocation(const Location& to, const Location& from, bool isPointer);
    bool isPointer(ir::Index function, const ir::Place& place) const;
    void put(const Location& at, const Location& value);
    Locations denoted(ir::Index function, const ir::Place& place) const;
    Locations dereferenced(const Locations& pointers, bool isLast, const ir::Step& next) const;
    Locations contents(const Location& at) const;
    Location local(ir::Index function, ir::Index index) const;
    const ir::Type* typeOf(const Location& at) const;
    Locations withField(const Locations& wholes, const ir::Step& field) const;
    Location indexed(Location at, const ir::Step& step) const;
    bool isArray(const Location& at) const;
    static bool isAllocation(const Location& at);
    std::string recordOf(const Location& at) const;
    std::string describe(const Location& at) const;

    const ir::Module& code_;
    Arrays arrays_;
    std::map<std::string, ir::Index> types_; ///< by object
    std::map<Location, Locations> stored_;
    bool grew_ = false;
};

} // namespace deadheat::link
