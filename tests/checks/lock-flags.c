// A bit of a flag word says whether the object has a lock in use: taken and given back under the same test.
#include <pthread.h>
#include <stdlib.h>

enum { TREE_LOCKS = 1, TREE_OWNER = 2 };

struct tree {
    unsigned flags;
    pthread_rwlock_t lock;
    long size;
};

static void tree_lock(struct tree* t) {
    if (t->flags & TREE_LOCKS)
        pthread_rwlock_wrlock(&t->lock);
}

static void tree_unlock(struct tree* t) {
    if (t->flags & TREE_LOCKS)
        pthread_rwlock_unlock(&t->lock);
}

void tree_grow(struct tree* t) {
    tree_lock(t);
    t->size++;
    tree_unlock(t);
}

void tree_grow_inline(struct tree* t) {
    if ((t->flags & TREE_LOCKS) != 0)
        pthread_rwlock_wrlock(&t->lock);
    t->size++;
    if ((t->flags & TREE_LOCKS) != 0)
        pthread_rwlock_unlock(&t->lock);
}

void tree_grow_other_bit(struct tree* t) {
    if (t->flags & TREE_LOCKS)
        pthread_rwlock_wrlock(&t->lock); // expect: lock-leak
    t->size++;
    if (t->flags & TREE_OWNER)
        pthread_rwlock_unlock(&t->lock); // expect: unlock-not-held
}

// What decides is not understood: nobody is blamed far away from it.
static void tree_lock_sometimes(struct tree* t) {
    if (rand() % 7 == (int)t->flags)
        pthread_rwlock_wrlock(&t->lock); // expect: lock-leak
}

static void tree_unlock_sometimes(struct tree* t) {
    if (rand() % 7 == (int)t->flags)
        pthread_rwlock_unlock(&t->lock);
}

static void* worker(void* argument) {
    struct tree* t = argument;
    tree_lock_sometimes(t);
    tree_unlock_sometimes(t);
    tree_unlock_sometimes(t);
    return 0;
}

static void* other_worker(void* argument) {
    struct tree* t = argument;
    tree_grow(t);
    pthread_rwlock_unlock(&t->lock); // expect: unlock-not-held
    return 0;
}

// A caller says by a bit whether it wants the lock kept.
enum { KEEP_LOCK = 4 };

static pthread_mutex_t items_lock = PTHREAD_MUTEX_INITIALIZER;
static long items;

static void items_pull(int flags) {
    pthread_mutex_lock(&items_lock);
    items++;
    if ((flags & KEEP_LOCK) == 0)
        pthread_mutex_unlock(&items_lock);
}

static void* keeps(void* unused) {
    items_pull(KEEP_LOCK | 1);
    items++;
    pthread_mutex_unlock(&items_lock);
    return unused;
}

static void* lets_go(void* unused) {
    items_pull(1);
    items++; // expect: data-race
    return unused;
}

int main(void) {
    static struct tree one, other;
    pthread_t a, b, c, d;
    pthread_rwlock_init(&one.lock, 0);
    pthread_rwlock_init(&other.lock, 0);
    pthread_create(&a, 0, worker, &one);
    pthread_create(&b, 0, other_worker, &other);
    pthread_create(&c, 0, keeps, 0);
    pthread_create(&d, 0, lets_go, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    pthread_join(c, 0);
    pthread_join(d, 0);
    return 0;
}
