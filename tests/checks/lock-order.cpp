// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cycles in the order in which locks are taken, and what looks like one and cannot happen. Each case is a namespace.
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <thread>

template <typename One, typename Other>
void runBoth(One one, Other other) {
    std::thread a(one);
    std::thread b(other);
    a.join();
    b.join();
}

namespace opposite_guards {
std::mutex fork, knife;
void forkFirst() {
    std::lock_guard left(fork);
    std::lock_guard right(knife); // expect: lock-order "fork" "knife"
}
void knifeFirst() {
    std::lock_guard right(knife);
    std::lock_guard left(fork); // expect: lock-order
}
void twoGuardsInOppositeOrderBad() { runBoth(forkFirst, knifeFirst); }
} // namespace opposite_guards

namespace same_guards {
std::mutex fork, knife;
void one() {
    std::lock_guard left(fork);
    std::lock_guard right(knife);
}
void other() {
    std::lock_guard left(fork);
    std::lock_guard right(knife);
}
void sameOrderOk() { runBoth(one, other); }
} // namespace same_guards

namespace opposite_raw {
std::mutex a, b;
void ab() {
    a.lock();
    b.lock(); // expect: lock-order
    b.unlock();
    a.unlock();
}
void ba() {
    b.lock();
    a.lock(); // expect: lock-order
    a.unlock();
    b.unlock();
}
void lockAndUnlockByHandBad() { runBoth(ab, ba); }
} // namespace opposite_raw

namespace one_after_the_other {
std::mutex a, b;
void ab() {
    a.lock();
    a.unlock();
    b.lock();
    b.unlock();
}
void ba() {
    {
        std::lock_guard guard(b);
    }
    std::lock_guard guard(a);
}
void neverBothAtOnceOk() { runBoth(ab, ba); }
} // namespace one_after_the_other

namespace through_callees {
std::mutex accounts, audit;
int entries;
void record() {
    std::lock_guard guard(audit); // expect: lock-order
    ++entries;
}
void pay() {
    std::lock_guard guard(accounts);
    record();
}
void check() {
    std::lock_guard guard(accounts); // expect: lock-order
    ++entries;
}
void review() {
    std::lock_guard guard(audit);
    check();
}
void holdOneCallOtherBad() { runBoth(pay, review); }
} // namespace through_callees

namespace released_before_the_call {
std::mutex accounts, audit;
void record() { std::lock_guard guard(audit); }
void pay() {
    std::unique_lock guard(accounts);
    guard.unlock();
    record();
}
void check() { std::lock_guard guard(accounts); }
void review() {
    std::lock_guard guard(audit);
    check();
}
void unlockedBeforeTheCallOk() { runBoth(pay, review); }
} // namespace released_before_the_call

namespace three_locks {
std::mutex a, b, c;
void ab() {
    std::lock_guard first(a);
    std::lock_guard second(b); // expect: lock-order "a" "b" "c"
}
void bc() {
    std::lock_guard first(b);
    std::lock_guard second(c); // expect: lock-order
}
void ca() {
    std::lock_guard first(c);
    std::lock_guard second(a); // expect: lock-order
}
void cycleOfThreeBad() {
    std::thread x(ab);
    std::thread y(bc);
    std::thread z(ca);
    x.join();
    y.join();
    z.join();
}
} // namespace three_locks

namespace three_locks_no_cycle {
std::mutex a, b, c;
void ab() {
    std::lock_guard first(a);
    std::lock_guard second(b);
}
void bc() {
    std::lock_guard first(b);
    std::lock_guard second(c);
}
void ac() {
    std::lock_guard first(a);
    std::lock_guard second(c);
}
void everyPathDescendsOk() {
    std::thread x(ab);
    std::thread y(bc);
    std::thread z(ac);
    x.join();
    y.join();
    z.join();
}
} // namespace three_locks_no_cycle

namespace all_at_once {
std::mutex a, b;
void scoped() { std::scoped_lock guard(a, b); }
void scopedReversed() { std::scoped_lock guard(b, a); }
void scopedLockAvoidsDeadlockOk() { runBoth(scoped, scopedReversed); }
void locked() {
    std::lock(a, b);
    std::lock_guard first(a, std::adopt_lock);
    std::lock_guard second(b, std::adopt_lock);
}
void lockedDeferred() {
    std::unique_lock second(b, std::defer_lock);
    std::unique_lock first(a, std::defer_lock);
    std::lock(second, first);
}
void stdLockAvoidsDeadlockOk() { runBoth(locked, lockedDeferred); }
std::mutex outer, inner;
void scopedUnderAnother() {
    std::lock_guard guard(outer);
    std::scoped_lock both(inner, a); // expect: lock-order "outer" "inner"
}
void innerThenOuter() {
    std::lock_guard first(inner);
    std::lock_guard second(outer); // expect: lock-order
}
void scopedLockInsideAnotherLockBad() { runBoth(scopedUnderAnother, innerThenOuter); }
} // namespace all_at_once

namespace gate {
std::mutex gate, a, b;
void ab() {
    std::lock_guard guard(gate);
    std::lock_guard first(a);
    std::lock_guard second(b);
}
void ba() {
    std::lock_guard guard(gate);
    std::lock_guard first(b);
    std::lock_guard second(a);
}
void commonGateOk() { runBoth(ab, ba); }
std::mutex otherGate, c, d;
void cd() {
    std::lock_guard guard(gate);
    std::lock_guard first(c);
    std::lock_guard second(d); // expect: lock-order
}
void dc() {
    std::lock_guard guard(otherGate);
    std::lock_guard first(d);
    std::lock_guard second(c); // expect: lock-order
}
void differentGatesBad() { runBoth(cd, dc); }
} // namespace gate

namespace ordered_by_join {
std::mutex a, b;
void ab() {
    std::lock_guard first(a);
    std::lock_guard second(b);
}
void ba() {
    std::lock_guard first(b);
    std::lock_guard second(a);
}
void firstEndsBeforeSecondStartsOk() {
    std::thread one(ab);
    one.join();
    std::thread other(ba);
    other.join();
}
} // namespace ordered_by_join

namespace class_members {
class Station {
public:
    void arrive() {
        std::lock_guard track(track_);
        std::lock_guard signal(signal_); // expect: lock-order "track_" "signal_"
        ++trains_;
    }
    void depart() {
        std::lock_guard signal(signal_);
        std::lock_guard track(track_); // expect: lock-order
        --trains_;
    }

private:
    std::mutex track_, signal_;
    int trains_ = 0;
};
void twoMethodsOfOneClassBad(Station& station) {
    station.arrive();
    station.depart();
}
class OrderedStation {
public:
    void arrive() {
        std::lock_guard track(track_);
        std::lock_guard signal(signal_);
        ++trains_;
    }
    void depart() {
        std::lock_guard track(track_);
        std::lock_guard signal(signal_);
        --trains_;
    }

private:
    std::mutex track_, signal_;
    int trains_ = 0;
};
void twoMethodsInOneOrderOk(OrderedStation& station) {
    station.arrive();
    station.depart();
}
} // namespace class_members

namespace tried_second {
std::mutex a, b;
void ab() {
    std::lock_guard first(a);
    std::lock_guard second(b);
}
void baTried() {
    std::lock_guard first(b);
    if (a.try_lock()) {
        a.unlock();
    }
}
void tryLockDoesNotWaitOk() { runBoth(ab, baTried); }
void baTriedByGuard() {
    std::lock_guard first(b);
    std::unique_lock second(a, std::try_to_lock);
}
void tryGuardDoesNotWaitOk() { runBoth(ab, baTriedByGuard); }
} // namespace tried_second

namespace callback_under_a_lock {
std::mutex registry, model;
std::function<void()> callback;
int updates;
void update() {
    std::lock_guard guard(model); // expect: lock-order
    ++updates;
}
void fire() {
    std::lock_guard guard(registry);
    callback();
}
void unregister() {
    std::lock_guard guard(model);
    std::lock_guard inner(registry); // expect: lock-order
    ++updates;
}
void callbackTakesTheOtherLockBad() {
    callback = update;
    runBoth(fire, unregister);
}
} // namespace callback_under_a_lock

namespace virtual_call_under_a_lock {
std::mutex views, data;
class View {
public:
    virtual ~View() = default;
    virtual void redraw() {}
};
class Table : public View {
public:
    void redraw() override {
        std::lock_guard guard(data); // expect: lock-order
    }
};
void redrawAll(View* view) {
    std::lock_guard guard(views);
    view->redraw();
}
void change() {
    std::lock_guard guard(data);
    std::lock_guard inner(views); // expect: lock-order
}
void overriderTakesTheOtherLockBad() {
    Table table;
    std::thread drawing([&table] { redrawAll(&table); });
    std::thread changing(change);
    drawing.join();
    changing.join();
}
} // namespace virtual_call_under_a_lock

namespace early_unlock {
std::mutex a, b;
void ab() {
    std::unique_lock first(a);
    std::unique_lock second(b);
}
void handOverHand() {
    std::unique_lock first(b);
    first.unlock();
    std::unique_lock second(a);
    second.unlock();
    first.lock();
}
void releasedBeforeTheNextOk() { runBoth(ab, handOverHand); }
} // namespace early_unlock
