// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/ir/text_words.h"

#include <limits>

namespace deadheat::ir::text {

namespace {

constexpr EnumWord<Op> kOps[] = {
    {Op::read, "read"},
    {Op::write, "write"},
    {Op::readWrite, "rw"},
    {Op::copy, "copy"},
    {Op::alloc, "alloc"},
    {Op::free, "free"},
    {Op::call, "call"},
    {Op::callIndirect, "callIndirect"},
    {Op::bind, "bind"},
    {Op::lockInit, "lockInit"},
    {Op::lockDestroy, "lockDestroy"},
    {Op::acquire, "acquire"},
    {Op::release, "release"},
    {Op::assertHeld, "assertHeld"},
    {Op::guardInit, "guardInit"},
    {Op::guardAcquire, "guardAcquire"},
    {Op::guardRelease, "guardRelease"},
    {Op::guardForget, "guardForget"},
    {Op::guardMove, "guardMove"},
    {Op::guardOwns, "guardOwns"},
    {Op::guardDestroy, "guardDestroy"},
    {Op::wait, "wait"},
    {Op::notify, "notify"},
    {Op::semaphoreWait, "semaphoreWait"},
    {Op::semaphorePost, "semaphorePost"},
    {Op::barrierInit, "barrierInit"},
    {Op::barrierWait, "barrierWait"},
    {Op::latchArrive, "latchArrive"},
    {Op::latchWait, "latchWait"},
    {Op::once, "once"},
    {Op::spawn, "spawn"},
    {Op::join, "join"},
    {Op::detach, "detach"},
    {Op::joinable, "joinable"},
    {Op::handleMove, "handleMove"},
    {Op::handleDestroy, "handleDestroy"},
    {Op::fork, "fork"},
    {Op::waitProcess, "waitProcess"},
    {Op::execute, "execute"},
    {Op::exitThread, "exitThread"},
    {Op::exitProcess, "exitProcess"},
    {Op::futureGet, "futureGet"},
    {Op::promiseSet, "promiseSet"},
    {Op::submit, "submit"},
    {Op::signalHandler, "signalHandler"},
    {Op::atomicFence, "atomicFence"},
    {Op::sleep, "sleep"},
    {Op::block, "block"},
    {Op::yield, "yield"},
    {Op::descriptorPair, "descriptorPair"},
    {Op::descriptorRead, "descriptorRead"},
    {Op::descriptorWrite, "descriptorWrite"},
    {Op::descriptorClose, "descriptorClose"},
};
// An operation without a word would print as "?" and not be read back: the table must reach the last enumerator.
static_assert(std::size(kOps) == static_cast<std::size_t>(Op::descriptorClose) + 1);

constexpr EnumWord<TypeKind> kTypeKinds[] = {
    {TypeKind::unknown, "unknown"},
    {TypeKind::void_, "void"},
    {TypeKind::scalar, "scalar"},
    {TypeKind::pointer, "pointer"},
    {TypeKind::reference, "reference"},
    {TypeKind::record, "record"},
    {TypeKind::array, "array"},
    {TypeKind::function, "function"},
    {TypeKind::mutex, "mutex"},
    {TypeKind::recursiveMutex, "recursiveMutex"},
    {TypeKind::sharedMutex, "sharedMutex"},
    {TypeKind::spinLock, "spinLock"},
    {TypeKind::condition, "condition"},
    {TypeKind::semaphore, "semaphore"},
    {TypeKind::barrier, "barrier"},
    {TypeKind::latch, "latch"},
    {TypeKind::once, "once"},
    {TypeKind::thread, "thread"},
    {TypeKind::joiningThread, "joiningThread"},
    {TypeKind::threadHandle, "threadHandle"},
    {TypeKind::processHandle, "processHandle"},
    {TypeKind::future, "future"},
    {TypeKind::promise, "promise"},
    {TypeKind::guard, "guard"},
    {TypeKind::atomic, "atomic"},
    {TypeKind::container, "container"},
    {TypeKind::smartPointer, "smartPointer"},
    {TypeKind::sharedPointer, "sharedPointer"},
    {TypeKind::callable, "callable"},
    {TypeKind::stopToken, "stopToken"},
    {TypeKind::threadLocalKey, "threadLocalKey"},
    {TypeKind::opaque, "opaque"},
};
static_assert(std::size(kTypeKinds) == static_cast<std::size_t>(TypeKind::opaque) + 1);

constexpr EnumWord<Access> kAccess[] = {
    {Access::none, "noaccess"},
    {Access::public_, "public"},
    {Access::protected_, "protected"},
    {Access::private_, "private"},
};

constexpr EnumWord<MemoryOrder> kOrders[] = {
    {MemoryOrder::notAtomic, "plain"}, {MemoryOrder::relaxed, "relaxed"}, {MemoryOrder::consume, "consume"},
    {MemoryOrder::acquire, "acquire"}, {MemoryOrder::release, "release"}, {MemoryOrder::acqRel, "acq_rel"},
    {MemoryOrder::seqCst, "seq_cst"},
};

constexpr EnumWord<SpawnKind> kSpawnKinds[] = {
    {SpawnKind::none, "nokind"},
    {SpawnKind::thread, "thread"},
    {SpawnKind::joiningThread, "joiningThread"},
    {SpawnKind::pthread, "pthread"},
    {SpawnKind::async, "async"},
    {SpawnKind::asyncMaybeDeferred, "asyncMaybeDeferred"},
    {SpawnKind::task, "task"},
    {SpawnKind::timer, "timer"},
    {SpawnKind::signal, "signal"},
    {SpawnKind::openmp, "openmp"},
};

constexpr EnumWord<Success> kSuccess[] = {
    {Success::always, "always"},
    {Success::zero, "zero"},
    {Success::nonZero, "nonzero"},
};

constexpr EnumWord<EdgeKind> kEdges[] = {
    {EdgeKind::normal, "normal"},           {EdgeKind::true_, "true"},  {EdgeKind::false_, "false"},
    {EdgeKind::exceptional, "exceptional"}, {EdgeKind::caseOf, "case"},
};

constexpr EnumWord<Compare> kCompares[] = {
    {Compare::none, "~"},       {Compare::equal, "=="},  {Compare::notEqual, "!="},     {Compare::less, "<"},
    {Compare::lessEqual, "<="}, {Compare::greater, ">"}, {Compare::greaterEqual, ">="},
};

constexpr FlagWord<InstrFlags> kInstrFlags[] = {
    {&InstrFlags::shared, "shared"},
    {&InstrFlags::isTry, "try"},
    {&InstrFlags::timed, "timed"},
    {&InstrFlags::recursive, "recursive"},
    {&InstrFlags::defer, "defer"},
    {&InstrFlags::adopt, "adopt"},
    {&InstrFlags::predicate, "predicate"},
    {&InstrFlags::all, "all"},
    {&InstrFlags::isVirtual, "virtual"},
    {&InstrFlags::isVolatile, "volatile"},
    {&InstrFlags::bitField, "bitfield"},
    {&InstrFlags::isInit, "init"},
    {&InstrFlags::mayThrow, "throws"},
    {&InstrFlags::opaqueBody, "opaque"},
    {&InstrFlags::implicit, "implicit"},
    {&InstrFlags::processShared, "processShared"},
    {&InstrFlags::up, "up"},
    {&InstrFlags::down, "down"},
    {&InstrFlags::split, "split"},
};

constexpr FlagWord<Function> kFunctionFlags[] = {
    {&Function::isVirtual, "virtual"},       {&Function::isConstructor, "constructor"},
    {&Function::isDestructor, "destructor"}, {&Function::isStatic, "static"},
    {&Function::isConst, "const"},           {&Function::isInternal, "internal"},
    {&Function::isLambda, "lambda"},         {&Function::isMain, "main"},
    {&Function::isNoReturn, "noreturn"},     {&Function::isNoThrow, "nothrow"},
    {&Function::isImplicit, "implicit"},     {&Function::isTemplateInstance, "instance"},
    {&Function::isVariadic, "variadic"},
};

constexpr FlagWord<Global> kGlobalFlags[] = {
    {&Global::isConst, "const"},
    {&Global::isThreadLocal, "threadlocal"},
    {&Global::isInternal, "internal"},
    {&Global::isStaticLocal, "staticlocal"},
    {&Global::isStaticMember, "staticmember"},
    {&Global::isConstantInit, "constinit"},
};

constexpr FlagWord<Field> kFieldFlags[] = {
    {&Field::isConst, "const"},
    {&Field::isMutable, "mutable"},
    {&Field::isBitField, "bitfield"},
};

constexpr FlagWord<Record> kRecordFlags[] = {
    {&Record::isLambda, "lambda"},
    {&Record::isUnion, "union"},
    {&Record::isPolymorphic, "polymorphic"},
};

constexpr FlagWord<Type> kTypeFlags[] = {
    {&Type::isConst, "const"},
    {&Type::isVolatile, "volatile"},
};

} // namespace

template <>
std::span<const EnumWord<Op>> wordsOf() {
    return kOps;
}
template <>
std::span<const EnumWord<TypeKind>> wordsOf() {
    return kTypeKinds;
}
template <>
std::span<const EnumWord<Access>> wordsOf() {
    return kAccess;
}
template <>
std::span<const EnumWord<MemoryOrder>> wordsOf() {
    return kOrders;
}
template <>
std::span<const EnumWord<SpawnKind>> wordsOf() {
    return kSpawnKinds;
}
template <>
std::span<const EnumWord<Success>> wordsOf() {
    return kSuccess;
}
template <>
std::span<const EnumWord<EdgeKind>> wordsOf() {
    return kEdges;
}
template <>
std::span<const EnumWord<Compare>> wordsOf() {
    return kCompares;
}

std::span<const FlagWord<InstrFlags>> instrFlagWords() { return kInstrFlags; }
std::span<const FlagWord<Function>> functionFlagWords() { return kFunctionFlags; }
std::span<const FlagWord<Global>> globalFlagWords() { return kGlobalFlags; }
std::span<const FlagWord<Field>> fieldFlagWords() { return kFieldFlags; }
std::span<const FlagWord<Record>> recordFlagWords() { return kRecordFlags; }
std::span<const FlagWord<Type>> typeFlagWords() { return kTypeFlags; }

std::size_t addressOperands(Op op) {
    switch (op) {
    case Op::guardInit: return std::numeric_limits<std::size_t>::max();
    case Op::guardMove:
    case Op::handleMove:
    case Op::wait: return 2;
    case Op::read:
    case Op::write:
    case Op::readWrite:
    case Op::lockInit:
    case Op::lockDestroy:
    case Op::acquire:
    case Op::release:
    case Op::assertHeld:
    case Op::guardAcquire:
    case Op::guardRelease:
    case Op::guardForget:
    case Op::guardOwns:
    case Op::guardDestroy:
    case Op::notify:
    case Op::semaphoreWait:
    case Op::semaphorePost:
    case Op::descriptorPair:
    case Op::barrierInit:
    case Op::barrierWait:
    case Op::latchArrive:
    case Op::latchWait:
    case Op::once:
    case Op::spawn:
    case Op::join:
    case Op::detach:
    case Op::joinable:
    case Op::handleDestroy:
    case Op::futureGet:
    case Op::promiseSet:
    case Op::submit: return 1;
    default: return 0;
    }
}

} // namespace deadheat::ir::text
