// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Who frees what it has surely made and shown to others need not be the last user. Who frees what somebody else may have made mostly is,
// and so it is not reported, not even where others can still reach it.
#include <mutex>
#include <thread>
#include <vector>

struct Address {
    int family = 0;
};
struct Peer {
    Address* address = nullptr;
};
static std::mutex mutex;
static std::vector<Peer*> peers;

static void start(Peer* peer) {
    peer->address = new Address;
    std::lock_guard<std::mutex> guard(mutex);
    peers.push_back(peer);
}
static void reconnect(Peer* peer) {
    delete peer->address; // missed: data-race
    peer->address = new Address;
    peer->address->family = 2;
}
static void serve() {
    auto* peer = new Peer;
    start(peer);
    reconnect(peer);
}
static int listAll() {
    int sum = 0;
    std::lock_guard<std::mutex> guard(mutex);
    for (Peer* peer : peers)
        sum += peer->address->family;
    return sum;
}

static int use(Address* address) { return address->family; }
static int freedWhileUsedBad() {
    auto* address = new Address;
    int seen = 0;
    std::thread user([&seen, address] { seen = use(address); });
    delete address; // expect: data-race
    user.join();
    return seen;
}

static int freedAfterTheJoinOk() {
    auto* address = new Address;
    int seen = 0;
    std::thread user([&seen, address] { seen = use(address); });
    user.join();
    delete address;
    return seen;
}

int main() {
    std::thread one(serve), other(serve), lister(listAll);
    one.join();
    other.join();
    lister.join();
    return freedWhileUsedBad() + freedAfterTheJoinOk();
}
