// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A lock that is taken under two conditions and released under the same two: neither alone tells whether it is held.
#include <pthread.h>
#include <stddef.h>

enum { kLocked = 1, kOwned = 2 };
struct Tree {
    pthread_rwlock_t lock;
    int flags;
    void* root;
};

static void readLock(struct Tree* tree) {
    if (tree->flags & kLocked)
        pthread_rwlock_rdlock(&tree->lock);
}
static void readUnlock(struct Tree* tree) {
    if (tree->flags & kLocked)
        pthread_rwlock_unlock(&tree->lock);
}
void* rootOk(struct Tree* tree, int doLock) {
    void* root;
    if (doLock)
        readLock(tree);
    root = tree->root;
    if (doLock)
        readUnlock(tree);
    return root;
}
void* rootInOneFunctionOk(struct Tree* tree, int doLock) {
    void* root;
    if (doLock)
        if (tree->flags & kLocked)
            pthread_rwlock_rdlock(&tree->lock);
    root = tree->root;
    if (doLock)
        if (tree->flags & kLocked)
            pthread_rwlock_unlock(&tree->lock);
    return root;
}
void* rootOfOthersBad(struct Tree* tree, int doLock) {
    void* root;
    if (doLock)
        readLock(tree);
    root = tree->root;
    readUnlock(tree); // expect: unlock-not-held "Tree::lock"
    return root;
}
void* rootOtherFlagBad(struct Tree* tree, int doLock) {
    void* root;
    if (doLock)
        readLock(tree); // expect: lock-leak "Tree::lock"
    root = tree->root;
    if (doLock)
        if (tree->flags & kOwned)
            pthread_rwlock_unlock(&tree->lock); // expect: unlock-not-held "Tree::lock"
    return root;
}
