// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A mutex in a struct of its own, as portability layers have it: which lock it is, the member around it says.
#include <pthread.h>
#include <stddef.h>

struct Lock {
    pthread_mutex_t native;
};
void take(struct Lock* lock) { pthread_mutex_lock(&lock->native); }
void give(struct Lock* lock) { pthread_mutex_unlock(&lock->native); }

struct Ticket {
    struct Ticket* next;
    int state;
};
struct Lock desk = {PTHREAD_MUTEX_INITIALIZER}, archive = {PTHREAD_MUTEX_INITIALIZER};
struct Ticket *waiting, *filed;

// While it waits the desk's lock guards it, when it is filed the archive's; in between the clerk has it alone.
void submitOk(struct Ticket* ticket) {
    take(&desk);
    ticket->state = 1;
    ticket->next = waiting;
    waiting = ticket;
    give(&desk);
}
int isWaitingOk(const struct Ticket* ticket) {
    take(&desk);
    const int is = ticket->state == 1;
    give(&desk);
    return is;
}
void fileOk(struct Ticket* ticket) {
    take(&archive);
    ticket->state = 3;
    ticket->next = filed;
    filed = ticket;
    give(&archive);
}
int isFiledOk(const struct Ticket* ticket) {
    take(&archive);
    const int is = ticket->state == 3;
    give(&archive);
    return is;
}
void workOk(struct Ticket* ticket) { ticket->state = 2; }

struct Account {
    struct Lock lock;
    int balance;
};
void deposit(struct Account* account, int amount) {
    take(&account->lock);
    account->balance += amount;
    give(&account->lock);
}
void withdraw(struct Account* account, int amount) {
    take(&account->lock);
    account->balance -= amount;
    give(&account->lock);
}
int balanceOf(struct Account* account) {
    take(&account->lock);
    const int balance = account->balance;
    give(&account->lock);
    return balance;
}
void addInterestBad(struct Account* account) {
    account->balance += account->balance / 100; // expect: data-race
}
