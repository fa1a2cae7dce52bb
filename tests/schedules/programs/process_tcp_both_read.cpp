// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A client and a server that are connected by TCP on one machine each wait for the other to begin.
// EXPECT: deadlock
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static sockaddr_in address{};

static void ask() {
    const int connection = socket(AF_INET, SOCK_STREAM, 0);
    char answer = 0;
    connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address);
#ifdef FIXED
    send(connection, "?", 1, 0);
#endif
    recv(connection, &answer, 1, 0);
#ifndef FIXED
    send(connection, "?", 1, 0);
#endif
}

int main() {
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address);
    listen(listener, 1);
    socklen_t bytes = sizeof address;
    getsockname(listener, reinterpret_cast<sockaddr*>(&address), &bytes);
    const pid_t child = fork();
    if (child == 0) {
        ask();
        _exit(0);
    }
    const int connection = accept(listener, nullptr, nullptr);
    char question = 0;
    recv(connection, &question, 1, 0);
    send(connection, "!", 1, 0);
    waitpid(child, nullptr, 0);
}
