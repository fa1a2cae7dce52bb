// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is called with many different sets of locks: that all of them together have none in common says nothing of any.
#include <pthread.h>
#include <stdlib.h>

struct Node {
    struct Node* next;
};
struct List {
    struct Node* head;
    int length;
};
static struct {
    pthread_mutex_t lock;
    struct List list;
} in = {PTHREAD_MUTEX_INITIALIZER, {NULL, 0}};
static struct {
    struct List list;
    pthread_mutex_t lock;
} out = {{NULL, 0}, PTHREAD_MUTEX_INITIALIZER};

static void trim(struct List* list) {
    while (list->length > 8) {
        struct Node* node = list->head;
        list->head = node->next;
        list->length--;
        free(node);
    }
}
static void push(struct List* list) {
    struct Node* node = malloc(sizeof(*node));
    node->next = list->head;
    list->head = node;
    list->length++;
    trim(list);
}
static void addIn(void) {
    pthread_mutex_lock(&in.lock);
    push(&in.list);
    pthread_mutex_unlock(&in.lock);
}
static void addOut(void) {
    pthread_mutex_lock(&out.lock);
    push(&out.list);
    pthread_mutex_unlock(&out.lock);
}

#define VISIT(k)                                                                                                       \
    static pthread_mutex_t place##k = PTHREAD_MUTEX_INITIALIZER;                                                       \
    static void visit##k(void) {                                                                                       \
        pthread_mutex_lock(&place##k);                                                                                 \
        addIn();                                                                                                       \
        addOut();                                                                                                      \
        pthread_mutex_unlock(&place##k);                                                                               \
    }
VISIT(0)
VISIT(1)
VISIT(2)
VISIT(3)
VISIT(4)
VISIT(5)
VISIT(6)
VISIT(7)
VISIT(8)
VISIT(9)
static int rounds, all;
static void* visitAll(void* unused) {
    (void)unused;
    visit0();
    visit1();
    visit2();
    visit3();
    visit4();
    visit5();
    visit6();
    visit7();
    visit8();
    visit9();
    all++; // expect: data-race
    return NULL;
}

void eachListUnderItsLockOk(void) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, visitAll, NULL) != 0) {
        abort();
    }
    visitAll(NULL);
    pthread_join(thread, NULL);
    rounds++;
}
