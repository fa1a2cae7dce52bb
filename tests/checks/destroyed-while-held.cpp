// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A lock whose life ends while it is held: the local goes out of scope, the owner is deleted under its own lock.
#include <memory>
#include <mutex>
#include <semaphore.h>

struct Session {
    std::mutex mutex;
    int requests = 0;
};
void publish(Session* session);
void publish(sem_t* semaphore);

void deletedUnderItsOwnLockBad(Session* session) {
    session->mutex.lock();
    session->requests = 0;
    delete session; // expect: destroyed-while-held "mutex"
}

void deletedUnderAGuardBad(Session* session) {
    std::lock_guard guard(session->mutex);
    session->requests = 0;
    delete session; // expect: destroyed-while-held "mutex"
}

void unlockedThenDeletedOk(Session* session) {
    session->mutex.lock();
    session->requests = 0;
    session->mutex.unlock();
    delete session;
}

void guardEndsFirstOk(Session* session) {
    {
        std::lock_guard guard(session->mutex);
        session->requests = 0;
    }
    delete session;
}

void deletedUnderAnotherLockOk(Session* session) {
    static std::mutex registry;
    std::lock_guard guard(registry);
    delete session;
}

void uniqueOwnerResetBad() {
    auto session = std::make_unique<Session>();
    publish(session.get());
    std::lock_guard guard(session->mutex);
    session.reset(); // expect: destroyed-while-held "mutex"
}

void guardDeclaredBeforeTheOwnerBad() { // destroyed in reverse order: the session first
    std::unique_lock<std::mutex> guard;
    auto session = std::make_unique<Session>(); // expect: destroyed-while-held "mutex"
    publish(session.get());
    guard = std::unique_lock(session->mutex);
    session->requests = 0;
}

void guardDeclaredAfterTheOwnerOk() {
    auto session = std::make_unique<Session>();
    publish(session.get());
    std::unique_lock guard(session->mutex);
    session->requests = 0;
}

void localLeftLockedBad(bool early) {
    Session session; // expect: destroyed-while-held "mutex"
    publish(&session);
    session.mutex.lock(); // partner: lock-leak
    if (early) {
        return;
    }
    session.mutex.unlock();
}

void localUnlockedOk(bool early) {
    Session session;
    publish(&session);
    session.mutex.lock();
    if (early) {
        session.mutex.unlock();
        return;
    }
    session.mutex.unlock();
}

// fine: who has waited for the semaphore was the last user; a function of its own, or the base, then ends it.
struct Awaited {
    Awaited() { sem_init(&idle, 0, 0); }
    virtual ~Awaited() { sem_destroy(&idle); }
    sem_t idle;
};
struct AwaitedByDerivedOk : Awaited {
    ~AwaitedByDerivedOk() override { sem_wait(&idle); }
};
void deleteOk(Awaited* awaited) { delete awaited; }
AwaitedByDerivedOk madeOk;
void endOk(sem_t* semaphore) { sem_destroy(semaphore); }
void waitedThenEndedElsewhereOk() {
    sem_t done;
    sem_init(&done, 0, 0);
    publish(&done);
    sem_wait(&done);
    endOk(&done);
}
