// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs memcached, whose main was renamed, and two clients in one process: each stores, reads and counts, asks for statistics,
// turns the crawler off and on and watches the log; the last one ends the server. With the argument `fill` the first client
// stores so much that the hash table grows.
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int memcached_main(int argc, char** argv);

enum { kClients = 2, kItems = 6200, kTooLarge = 20000 };
static char path[] = "deadheat-memcached.socket"; // the same in every run, so that schedules replay
static atomic_int left = kClients;
static int fill;

static const char* const kRequests[] = {
    "set a 0 0 1\r\n1\r\n",
    "incr a 1\r\n",
    "get a\r\n",
    "set b 0 60 3\r\nxyz\r\n",
    "append b 0 0 1\r\n!\r\n",
    "stats\r\n",
    "stats items\r\n",
    "lru_crawler disable\r\n",
    "stats settings\r\n",
    "lru_crawler enable\r\n",
    "stats settings\r\n",
    "stats slabs\r\n",
    "touch b 100\r\n",
    "delete b\r\n",
    "stats conns\r\n",
    "stats sizes\r\n",
    "stats detail on\r\n",
    "gets a\r\n",
    "gat 10 a\r\n",
    "ms c 1 T30\r\nz\r\n",
    "mg c v t k\r\n",
    "md c\r\n",
    "decr a 1\r\n",
    "cas a 0 0 1 1\r\n5\r\n",
    "verbosity 1\r\n",
    "lru mode segmented\r\n",
    "lru tune 10 25 0.1 2.0\r\n",
    "slabs automove 1\r\n",
    "slabs reassign -1 2\r\n",
    "cache_memlimit 16\r\n",
    "lru_crawler metadump all\r\n",
    "stats detail dump\r\n",
    "flush_all\r\n",
    "get a\r\n",
    "stats reset\r\n",
    "lru_crawler crawl all\r\n",
};

static int connectToServer(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, path);
    for (int i = 0; i < 1000; ++i) {
        const int server = socket(AF_UNIX, SOCK_STREAM, 0);
        if (connect(server, (struct sockaddr*)&address, sizeof address) == 0)
            return server;
        close(server);
        usleep(1000); // until the server listens: nothing else tells; time is virtual in a controlled run
    }
    return -1;
}

static int ask(int server, const void* request, size_t bytes) {
    char answer[8192];
    return write(server, request, bytes) == (ssize_t)bytes && read(server, answer, sizeof answer) > 0;
}

static void store(int server) {
    char request[64];
    for (int i = 0; i < kItems; ++i) {
        const int bytes = snprintf(request, sizeof request, "set %d 0 0 1 noreply\r\nx\r\n", i);
        if (write(server, request, bytes) != bytes)
            return;
    }
}

/// A value that is too large in either protocol, and a flush in the binary one.
static void askBinary(void) {
    static char large[24 + 8 + 1 + kTooLarge] = {'\x80', 1, 0, 1, 8};
    static const char flush[24] = {'\x80', 8};
    const unsigned body = sizeof large - 24;
    const int server = connectToServer();
    large[10] = (char)(body >> 8), large[11] = (char)body, large[32] = 'k';
    if (ask(server, flush, sizeof flush))
        ask(server, large, sizeof large);
    close(server);
}

static void askTooMuch(int server) {
    static char large[kTooLarge + 16];
    const int head = snprintf(large, sizeof large, "ms big %d\r\n", kTooLarge);
    memcpy(large + head + kTooLarge, "\r\n", 2);
    ask(server, large, (size_t)head + kTooLarge + 2);
}

static void* talk(void* first) {
    static const char watch[] = "watch fetchers evictions connevents sysevents\n";
    const int server = connectToServer();
    int watcher = -1;
    if (first && fill)
        store(server);
    for (unsigned i = 0; server >= 0 && i < sizeof kRequests / sizeof *kRequests; ++i) {
        if (i % 6 == 5)
            usleep(1100000); // of virtual time: what the server does each second is to happen meanwhile
        if (i == 16 && (watcher = connectToServer()) >= 0) // later than both clients: else both have one worker
            ask(watcher, watch, sizeof watch - 1);
        if (i == 20)
            askBinary();
        if (i == 24)
            askTooMuch(server);
        if (i == 28)
            close(watcher);
        if (!ask(server, kRequests[i], strlen(kRequests[i])))
            break;
    }
    close(server);
    if (atomic_fetch_sub(&left, 1) == 1)
        kill(getpid(), SIGUSR1); // stops each thread of the server; SIGTERM only ends it
    return NULL;
}

int main(int argc, char** argv) {
    pthread_t clients[kClients];
    char* arguments[] = {
        "memcached", "-u", "root", "-t", "2", "-m", "8", "-I", "16k", "-o", "slab_chunk_max=8,hashpower=12",
        "-s",        path, NULL};
    fill = argc > 1 && strcmp(argv[1], "fill") == 0;
    for (int i = 0; i < kClients; ++i)
        pthread_create(&clients[i], NULL, talk, i == 0 ? &fill : NULL);
    const int status = memcached_main(sizeof arguments / sizeof *arguments - 1, arguments);
    for (int i = 0; i < kClients; ++i)
        pthread_join(clients[i], NULL);
    unlink(path);
    return status;
}
