// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How cereal walks the structs of ir.h. Each is taken apart by a structured binding, so a member that is added there and
// forgotten here does not compile. docs/decisions has the reason for cereal.
#pragma once

#include "analyzer/ir/ir.h"

#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>

namespace deadheat::ir {

template <typename Archive>
void serialize(Archive& archive, Range& value) {
    auto& [file, line, column, endLine, endColumn, macro] = value;
    archive(file, line, column, endLine, endColumn, macro);
}

template <typename Archive>
void serialize(Archive& archive, Type& value) {
    auto& [spelling, kind, record, size, isConst, isVolatile] = value;
    archive(spelling, kind, record, size, isConst, isVolatile);
}

template <typename Archive>
void serialize(Archive& archive, Field& value) {
    auto& [record, name, type, range, access, isConst, isMutable, isBitField, guardedBy] = value;
    archive(record, name, type, range, access, isConst, isMutable, isBitField, guardedBy);
}

template <typename Archive>
void serialize(Archive& archive, Record& value) {
    auto& [usr, name, range, fields, bases, callOperator, isLambda, isUnion, isPolymorphic] = value;
    archive(usr, name, range, fields, bases, callOperator, isLambda, isUnion, isPolymorphic);
}

template <typename Archive>
void serialize(Archive& archive, Step& value) {
    auto& [kind, index] = value;
    archive(kind, index);
}

template <typename Archive>
void serialize(Archive& archive, Place& value) {
    auto& [root, index, steps] = value;
    archive(root, index, steps);
}

template <typename Archive>
void serialize(Archive& archive, Value& value) {
    auto& [kind, place, number, symbol] = value;
    archive(kind, place, number, symbol);
}

template <typename Archive>
void serialize(Archive& archive, InstrFlags& value) {
    auto& [shared, isTry, timed, recursive, defer, adopt, predicate, all, isVirtual, isVolatile, bitField, isInit,
           mayThrow, opaqueBody, implicit, processShared, up, down, split] = value;
    archive(shared, isTry, timed, recursive, defer, adopt, predicate, all, isVirtual, isVolatile, bitField, isInit,
            mayThrow, opaqueBody, implicit, processShared, up, down, split);
}

template <typename Archive>
void serialize(Archive& archive, Instr& value) {
    auto& [op, flags, order, spawn, success, size, symbol, type, result, operands, range] = value;
    archive(op, flags, order, spawn, success, size, symbol, type, result, operands, range);
}

template <typename Archive>
void serialize(Archive& archive, Edge& value) {
    auto& [target, kind] = value;
    archive(target, kind);
}

template <typename Archive>
void serialize(Archive& archive, Condition& value) {
    auto& [compare, left, right, mask] = value;
    archive(compare, left, right, mask);
}

template <typename Archive>
void serialize(Archive& archive, Block& value) {
    auto& [instrs, condition, successors] = value;
    archive(instrs, condition, successors);
}

template <typename Archive>
void serialize(Archive& archive, Local& value) {
    auto& [name, type, kind, range, addressTaken] = value;
    archive(name, type, kind, range, addressTaken);
}

template <typename Archive>
void serialize(Archive& archive, Contract& value) {
    auto& [requiresLocks, requiresShared, acquires, releases, excludes, noAnalysis] = value;
    archive(requiresLocks, requiresShared, acquires, releases, excludes, noAnalysis);
}

template <typename Archive>
void serialize(Archive& archive, Function& value) {
    auto& [usr, name, record, range, result, locals, parameters, blocks, exitBlock, unwindBlock, returnLocal, overrides,
           contract, access, isVirtual, isConstructor, isDestructor, isStatic, isConst, isInternal, isLambda, isMain,
           isNoReturn, isNoThrow, isImplicit, isDeclaration, isTemplateInstance, isVariadic] = value;
    archive(usr, name, record, range, result, locals, parameters, blocks, exitBlock, unwindBlock, returnLocal,
            overrides, contract, access, isVirtual, isConstructor, isDestructor, isStatic, isConst, isInternal,
            isLambda, isMain, isNoReturn, isNoThrow, isImplicit, isDeclaration, isTemplateInstance, isVariadic);
}

template <typename Archive>
void serialize(Archive& archive, Global& value) {
    auto& [usr, name, type, range, isConst, isThreadLocal, isInternal, isStaticLocal, isStaticMember, isConstantInit,
           record, guardedBy] = value;
    archive(usr, name, type, range, isConst, isThreadLocal, isInternal, isStaticLocal, isStaticMember, isConstantInit,
            record, guardedBy);
}

template <typename Archive>
void serialize(Archive& archive, Diagnostic& value) {
    auto& [range, message, lostFunction] = value;
    archive(range, message, lostFunction);
}

template <typename Archive>
void serialize(Archive& archive, Module& value) {
    auto& [source, files, macroPlaces, symbols, types, fields, records, globals, functions, diagnostics] = value;
    archive(source, files, macroPlaces, symbols, types, fields, records, globals, functions, diagnostics);
}

} // namespace deadheat::ir
