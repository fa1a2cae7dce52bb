// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs memcached, whose main was renamed, and two clients in one process: each stores, reads and counts, and asks for
// statistics; the last one ends the server.
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int memcached_main(int argc, char** argv);

enum { kClients = 2 };
static char path[] = "deadheat-memcached.socket"; // the same in every run, so that schedules replay
static atomic_int left = kClients;

static const char* const kRequests[] = {
    "set a 0 0 1\r\n1\r\n",
    "incr a 1\r\n",
    "get a\r\n",
    "set b 0 60 3\r\nxyz\r\n",
    "append b 0 0 1\r\n!\r\n",
    "stats\r\n",
    "stats items\r\n",
    "touch b 100\r\n",
    "delete b\r\n",
    "stats slabs\r\n",
    "stats settings\r\n",
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
    "slabs automove 1\r\n",
    "slabs reassign -1 2\r\n",
    "cache_memlimit 16\r\n",
    "lru_crawler metadump all\r\n",
    "stats detail dump\r\n",
    "flush_all\r\n",
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

static void* talk(void* unused) {
    char answer[8192];
    const int server = connectToServer();
    for (unsigned i = 0; server >= 0 && i < sizeof kRequests / sizeof *kRequests; ++i) {
        if (i % 8 == 7)
            usleep(400000); // of virtual time: what the server does each second is to happen meanwhile
        if (write(server, kRequests[i], strlen(kRequests[i])) < 0 || read(server, answer, sizeof answer) <= 0)
            break;
    }
    close(server);
    if (atomic_fetch_sub(&left, 1) == 1)
        kill(getpid(), SIGTERM);
    return unused;
}

int main(void) {
    pthread_t clients[kClients];
    char* arguments[] = {"memcached",        "-u", "root", "-t", "2", "-m", "8", "-I", "16k", "-o",
                         "slab_chunk_max=8", "-s", path,   NULL};
    for (int i = 0; i < kClients; ++i)
        pthread_create(&clients[i], NULL, talk, NULL);
    const int status = memcached_main(sizeof arguments / sizeof *arguments - 1, arguments);
    for (int i = 0; i < kClients; ++i)
        pthread_join(clients[i], NULL);
    unlink(path);
    return status;
}
