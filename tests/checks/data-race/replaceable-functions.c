// Library functions behind pointers: what a program may replace does what the library's function does.
#include <pthread.h>
#include <stdlib.h>

static void* (*allocate)(size_t) = malloc;
static void (*release)(void*) = free;
static struct {
    int (*lock)(pthread_mutex_t*);
    int (*unlock)(pthread_mutex_t*);
} port = {pthread_mutex_lock, pthread_mutex_unlock};

void set_allocator(void* (*a)(size_t), void (*r)(void*)) {
    allocate = a;
    release = r;
}

struct meter {
    pthread_mutex_t lock;
    long guarded, bare, own;
    pthread_t thread;
};

static void* count(void* argument) {
    struct meter* m = argument;
    port.lock(&m->lock);
    m->guarded++;
    port.unlock(&m->lock);
    m->bare++; // expect: data-race
    return 0;
}

// Each call makes an object of its own, though all of them come out of one `malloc`.
static void* make(size_t size) { return size > 0 ? allocate(size) : NULL; }

int main(void) {
    struct meter* m = make(sizeof *m);
    struct meter* mine = make(sizeof *mine);
    pthread_mutex_init(&m->lock, NULL);
    m->guarded = m->bare = 0;
    mine->own = mine->bare = 0;
    pthread_create(&m->thread, NULL, count, m);
    port.lock(&m->lock);
    m->guarded++;
    port.unlock(&m->lock);
    m->bare++; // partner: data-race
    mine->bare++;
    pthread_join(m->thread, NULL);
    release(mine);
    release(m);
    return 0;
}
