// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a thread has made, and hands to a thread that it starts, is another object for each thread of its kind; unless a global, or what
// the thread was given, leads to it.
#include <pthread.h>
#include <stdlib.h>

struct session {
    int requests;
    int bytes;
    pthread_t logger;
};

static void* log_session(void* arg) {
    struct session* session = arg;
    return session->requests > 0 ? session : NULL;
}

static void* serve(void* arg) {
    struct session* session = malloc(sizeof *session);
    (void)arg;
    session->requests = 0;
    pthread_create(&session->logger, NULL, log_session, session);
    for (int i = 0; i < 10; i++)
        session->bytes += i;
    pthread_join(session->logger, NULL);
    free(session);
    return NULL;
}

struct request {
    int left;
    pthread_t logger;
};

static void* log_request(void* arg) { return ((struct request*)arg)->logger ? arg : NULL; }

static void* serve_and_tell(void* arg) {
    struct request* request = malloc(sizeof *request);
    *(struct request**)arg = request; // expect: data-race "told"
    pthread_create(&request->logger, NULL, log_request, request);
    request = *(struct request**)arg;
    request->left--; // expect: data-race "left"
    pthread_join(request->logger, NULL);
    return NULL;
}

struct page {
    int used;
    pthread_t writer;
};
static struct page* newest;

static void* write_page(void* arg) { return ((struct page*)arg)->writer ? arg : NULL; }

static void* fill(void* arg) {
    struct page* page = malloc(sizeof *page);
    (void)arg;
    newest = page; // expect: data-race "newest"
    pthread_create(&page->writer, NULL, write_page, page);
    newest->used++; // expect: data-race "used"
    pthread_join(page->writer, NULL);
    return NULL;
}

struct tally {
    long hits;
};

static void* count_hit(void* arg) {
    ((struct tally*)arg)->hits++; // expect: data-race "hits"
    return NULL;
}

static void* count_own_hit(void* arg) {
    ((struct tally*)arg)->hits++;
    return NULL;
}

// Made before the loop, it is one for all; made in the loop, it is one for each.
static void count(void) {
    pthread_t threads[8];
    struct tally* tally = calloc(1, sizeof *tally);
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, count_hit, tally);
    for (int i = 4; i < 8; i++) {
        struct tally* own = calloc(1, sizeof *own);
        pthread_create(&threads[i], NULL, count_own_hit, own);
    }
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
}

int main(void) {
    count();
    pthread_t servers[4], tellers[4], fillers[4];
    struct request* told = NULL;
    for (int i = 0; i < 4; i++) {
        pthread_create(&servers[i], NULL, serve, NULL);
        pthread_create(&tellers[i], NULL, serve_and_tell, &told);
        pthread_create(&fillers[i], NULL, fill, NULL);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(servers[i], NULL);
        pthread_join(tellers[i], NULL);
        pthread_join(fillers[i], NULL);
    }
    return told != NULL;
}
