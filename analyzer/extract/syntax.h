// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Questions about the shape of Clang's expressions.
#pragma once

namespace clang {
class ASTContext;
class CXXMethodDecl;
class CXXRecordDecl;
class Expr;
class FieldDecl;
class FunctionDecl;
class QualType;
class Stmt;
} // namespace clang

namespace deadheat::extract {

/// Of class, union or array type: lives in a place, not in a value.
bool isObject(const clang::QualType& type);

namespace syntax {

/// The only operand of an expression that adds nothing to it (parentheses, default arguments, chosen branches); else null.
const clang::Expr* lookThrough(const clang::Expr* e);
/// Without all such layers and implicit casts that change nothing.
const clang::Expr* stripped(const clang::Expr* e);
/// The node that stands for `e` among the CFG's elements.
const clang::Expr* cfgKey(const clang::Expr* e);
bool isLogical(const clang::Expr* e);
/// The second of a `std::pair<const K, V>`, which is what a map holds: it and the pair are one place in the IR, so that m[k]
/// and it->second agree.
bool isMappedValue(const clang::FieldDecl* field);
bool isPair(const clang::QualType& type);
/// The function that a callable expression names: a function, a method, or the call operator of a closure; else null.
const clang::FunctionDecl* calledBy(const clang::Expr* e);
/// What stands for the call operators of a generic lambda, `[](auto&& element) { ... }`, that callers have made of it: the first one with
/// as many parameters. They all do the same, and who passes the lambda on does not say which is called. Other functions stand for
/// themselves.
const clang::FunctionDecl* standIn(const clang::FunctionDecl* function);
/// The call operator of a closure; of a generic one its stand-in, null if it is not called.
const clang::CXXMethodDecl* callOperator(const clang::CXXRecordDecl* lambda);
/// Whether `value` contains what an earlier load of the atomic `object` (or of the one it points to) has yielded, directly or through
/// local variables: stored there, it undoes what was stored in between.
bool comesFromLoad(const clang::Expr* value, const clang::Expr* object, const clang::ASTContext& ast);
/// Of a class with a call operator.
bool isCallableObject(const clang::Expr* e);

} // namespace syntax
} // namespace deadheat::extract
