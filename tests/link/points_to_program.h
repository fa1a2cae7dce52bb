// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A program from IR text with its points-to result, for tests. Locations are compared by what describe() calls them.
#pragma once

#include "analyzer/ir/text.h"
#include "analyzer/link/merge.h"
#include "analyzer/link/points_to.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace deadheat::link {

using Names = std::vector<std::string>;

class Program {
public:
    explicit Program(std::string_view text) : code(merge(ir::parseModules(text))), pointsTo(code) {}

    FunctionId function(std::string_view name) const {
        for (FunctionId id = 0; id < code.functions.size(); ++id)
            if (code.functions[id].name == name)
                return id;
        ADD_FAILURE() << "no function " << name;
        return kNoId;
    }

    LocationId local(std::string_view functionName, std::string_view name) const {
        const FunctionId id = function(functionName);
        for (ir::Index i = 0; i < code.functions[id].locals.size(); ++i)
            if (code.functions[id].locals[i].name == name)
                return pointsTo.localLocation(id, i);
        ADD_FAILURE() << "no local " << name << " in " << functionName;
        return kNoId;
    }

    LocationId global(std::string_view name) const {
        for (ir::Index i = 0; i < code.globals.size(); ++i)
            if (code.globals[i].name == name)
                return pointsTo.globalLocation(i);
        ADD_FAILURE() << "no global " << name;
        return kNoId;
    }

    Names describe(std::span<const LocationId> locations) const {
        Names names;
        for (const LocationId location : locations)
            names.push_back(pointsTo.describe(location));
        return names;
    }

    /// What the local or global may point to.
    Names held(std::string_view functionName, std::string_view name) const {
        return describe(pointsTo.pointees(local(functionName, name)));
    }
    Names held(std::string_view name) const { return describe(pointsTo.pointees(global(name))); }

    InstrRef instr(std::string_view functionName, ir::Index at) const { return {function(functionName), 0, at}; }

    /// The locations that operand 0 of an instruction accesses.
    Names accessed(std::string_view functionName, ir::Index at) const {
        const ir::Instr& instruction = instrAt(code, instr(functionName, at));
        return describe(pointsTo.locationsOf(function(functionName), instruction.operands[0].place));
    }

    Names targets(std::string_view functionName, ir::Index at) const {
        Names names;
        for (const FunctionId id : pointsTo.targets(instr(functionName, at)))
            names.push_back(code.functions[id].name);
        return names;
    }

    ir::Module code;
    PointsTo pointsTo;
};

} // namespace deadheat::link
