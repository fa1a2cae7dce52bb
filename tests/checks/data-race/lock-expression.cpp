// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The lock is an expression: through receivers, parameters, pointers, getters; the same lock or a merely similar one.
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace lock_beside_the_data {
struct Account {
    std::mutex mutex;
    int balance = 0;
};
void deposit(Account* account) {
    std::lock_guard guard(account->mutex);
    account->balance += 1;
}
int eachObjectUnderItsOwnLockOk() {
    Account account;
    std::thread a(deposit, &account);
    std::thread b(deposit, &account);
    a.join();
    b.join();
    return account.balance;
}
struct Ledger {
    std::mutex mutex;
    int balance = 0;
};
void move(Ledger* from, Ledger* to) {
    std::lock_guard guard(from->mutex);
    from->balance -= 1; // partner: data-race
    to->balance += 1;   // missed: data-race "balance"
}
void lockOfTheOtherObjectBad() {
    Ledger savings, current;
    std::thread a(move, &savings, &current);
    std::thread b(move, &current, &savings);
    a.join();
    b.join();
}
} // namespace lock_beside_the_data

namespace instance_lock_for_static_data {
class Connection {
public:
    void open() {
        std::lock_guard guard(mutex_);
        ++open_; // missed: data-race(wrong-lock) "open_"
    }

private:
    std::mutex mutex_;
    static int open_;
};
int Connection::open_ = 0;
void eachInstanceHasItsOwnLockBad() {
    Connection first, second;
    std::thread a(&Connection::open, &first);
    std::thread b(&Connection::open, &second);
    a.join();
    b.join();
}
class Counted {
public:
    void open() {
        std::lock_guard guard(mutex_);
        ++open_;
    }

private:
    static std::mutex mutex_;
    static int open_;
};
std::mutex Counted::mutex_;
int Counted::open_ = 0;
void staticLockForStaticDataOk() {
    Counted first, second;
    std::thread a(&Counted::open, &first);
    std::thread b(&Counted::open, &second);
    a.join();
    b.join();
}
} // namespace instance_lock_for_static_data

namespace one_of_two_locks {
std::mutex red, black;
int pot;
void play(bool onRed) {
    std::mutex* table = onRed ? &red : &black;
    std::lock_guard guard(*table);
    ++pot; // expect: data-race(wrong-lock) "pot"
}
void pointerToEitherLockBad() {
    std::thread a(play, true);
    std::thread b(play, false);
    a.join();
    b.join();
}
std::mutex only;
int jar;
void save() {
    std::mutex* lock = &only;
    std::lock_guard guard(*lock);
    ++jar;
}
void saveDirectly() {
    std::lock_guard guard(only);
    ++jar;
}
void pointerToTheOneLockOk() {
    std::thread a(save);
    std::thread b(saveDirectly);
    a.join();
    b.join();
}
} // namespace one_of_two_locks

namespace lock_as_a_parameter {
std::mutex north, south;
int cars, ships;
void addUnder(std::mutex& mutex, int& count) {
    std::lock_guard guard(mutex);
    ++count;
}
void driveNorth() { addUnder(north, cars); }
void sameLockForTheSameCountOk() {
    std::thread a(driveNorth);
    std::thread b(driveNorth);
    a.join();
    b.join();
}
void addShip(std::mutex& mutex) {
    std::lock_guard guard(mutex);
    ++ships; // expect: data-race(wrong-lock) "ships"
}
void sailNorth() { addShip(north); }
void sailSouth() { addShip(south); }
void callersPassDifferentLocksBad() {
    std::thread a(sailNorth);
    std::thread b(sailSouth);
    a.join();
    b.join();
}
} // namespace lock_as_a_parameter

namespace lock_from_a_getter {
class Shelf {
public:
    std::mutex& mutex() { return mutex_; }
    int books = 0;

private:
    std::mutex mutex_;
};
void add(Shelf& shelf) {
    std::lock_guard guard(shelf.mutex());
    ++shelf.books;
}
void getterOfTheSameObjectOk() {
    Shelf shelf;
    std::thread a(add, std::ref(shelf));
    std::thread b(add, std::ref(shelf));
    a.join();
    b.join();
}
std::mutex& globalMutex() {
    static std::mutex mutex;
    return mutex;
}
int guarded;
void addGuarded() {
    std::lock_guard guard(globalMutex());
    ++guarded;
}
void getterOfAStaticLockOk() {
    std::thread a(addGuarded);
    std::thread b(addGuarded);
    a.join();
    b.join();
}
} // namespace lock_from_a_getter

namespace lock_behind_a_smart_pointer {
struct Session {
    std::shared_ptr<std::mutex> mutex = std::make_shared<std::mutex>();
    int requests = 0;
};
void serve(Session* session) {
    std::lock_guard guard(*session->mutex);
    ++session->requests;
}
void sharedMutexObjectOk() {
    Session session;
    std::thread a(serve, &session);
    std::thread b(serve, &session);
    a.join();
    b.join();
}
struct Split {
    std::unique_ptr<std::mutex> mutex = std::make_unique<std::mutex>();
    int* requests = nullptr;
};
void serveSplit(Split* split) {
    std::lock_guard guard(*split->mutex);
    ++*split->requests; // missed: data-race(wrong-lock)
}
int twoMutexObjectsForOneNumberBad() {
    int requests = 0;
    Split first, second;
    first.requests = &requests;
    second.requests = &requests;
    std::thread a(serveSplit, &first);
    std::thread b(serveSplit, &second);
    a.join();
    b.join();
    return requests;
}
} // namespace lock_behind_a_smart_pointer

namespace base_class_lock {
class Lockable {
protected:
    std::mutex mutex_;
};
class Tally : public Lockable {
public:
    void add() {
        std::lock_guard guard(mutex_);
        ++count_;
    }
    void addFast() {
        ++total_; // expect: data-race "total_"
    }

private:
    int count_ = 0;
    int total_ = 0;
};
void lockInTheBaseOk() {
    Tally tally;
    std::thread a(&Tally::add, &tally);
    std::thread b(&Tally::add, &tally);
    a.join();
    b.join();
}
void noLockAtAllBad() {
    Tally tally;
    std::thread a(&Tally::addFast, &tally);
    std::thread b(&Tally::addFast, &tally);
    a.join();
    b.join();
}
} // namespace base_class_lock

namespace walked_to_the_next_object {
struct Node {
    std::mutex mutex;
    int value = 0;
    Node* next = nullptr;
};
void visitAll(Node* node) {
    for (; node != nullptr; node = node->next) {
        std::lock_guard guard(node->mutex);
        ++node->value;
    }
}
void lockOfEachNodeOk() {
    Node tail, head;
    head.next = &tail;
    std::thread a(visitAll, &head);
    std::thread b(visitAll, &head);
    a.join();
    b.join();
}
struct Link {
    std::mutex mutex;
    int value = 0;
    Link* next = nullptr;
};
void visitNext(Link* link) {
    std::lock_guard guard(link->mutex);
    link = link->next;
    ++link->value; // missed: data-race "value"
}
void lockOfThePreviousNodeBad() {
    Link tail, left, right;
    left.next = &tail;
    right.next = &tail;
    std::thread a(visitNext, &left);
    std::thread b(visitNext, &right);
    a.join();
    b.join();
}
} // namespace walked_to_the_next_object

namespace captured_lock {
int captureOfTheSameLockOk() {
    std::mutex mutex;
    int sum = 0;
    auto add = [&mutex, &sum](int amount) {
        std::lock_guard guard(mutex);
        sum += amount;
    };
    std::thread a(add, 1);
    std::thread b(add, 2);
    a.join();
    b.join();
    return sum;
}
int eachThreadMakesItsOwnLockBad() {
    int sum = 0;
    auto add = [&sum](int amount) {
        std::mutex mutex;
        std::lock_guard guard(mutex); // expect: local-mutex
        sum += amount;                // expect: data-race "sum"
    };
    std::thread a(add, 1);
    std::thread b(add, 2);
    a.join();
    b.join();
    return sum;
}
} // namespace captured_lock
