// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Races that look like synchronisation: plain flags, volatile, double-checked locking, lazy initialisation, compound use of
// atomics, references that outlive the lock. Each has a message of its own.
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

template <typename One, typename Other>
void runBoth(One one, Other other) {
    std::thread a(one);
    std::thread b(other);
    a.join();
    b.join();
}

namespace plain_flag {
bool stop = false;
void spin() {
    while (!stop) { // expect: data-race
    }
}
void request() {
    stop = true; // expect: data-race
}
void boolUsedAsASignalBad() { runBoth(spin, request); }
std::atomic<bool> quit = false;
void spinAtomic() {
    while (!quit) {
    }
}
void requestAtomic() { quit = true; }
void atomicUsedAsASignalOk() { runBoth(spinAtomic, requestAtomic); }
int data;
bool ready;
void publish() {
    data = 1;     // expect: data-race "data"
    ready = true; // expect: data-race
}
int receive() {
    while (!ready) { // expect: data-race
    }
    return data; // expect: data-race
}
void boolPublishesDataBad() { runBoth(publish, receive); }
} // namespace plain_flag

namespace volatile_is_not_atomic {
volatile bool stop = false;
void spin() {
    while (!stop) { // expect: data-race(volatile) "stop"
    }
}
void request() {
    stop = true; // expect: data-race(volatile)
}
void volatileUsedAsASignalBad() { runBoth(spin, request); }
volatile int hits;
void hit() {
    hits = hits + 1; // expect: data-race(volatile) "hits"
}
void volatileCounterBad() { runBoth(hit, hit); }
} // namespace volatile_is_not_atomic

namespace double_checked {
struct Engine {
    int power = 7;
};
std::mutex mutex;
Engine* plain;
Engine* plainInstance() {
    if (plain == nullptr) { // expect: data-race
        std::lock_guard guard(mutex);
        if (plain == nullptr) {
            plain = new Engine; // partner: data-race
        }
    }
    return plain; // partner: data-race
}
void pointerTestedOutsideTheLockBad() { runBoth(plainInstance, plainInstance); }
std::atomic<Engine*> atomic;
Engine* atomicInstance() {
    Engine* engine = atomic.load(std::memory_order_acquire);
    if (engine == nullptr) {
        std::lock_guard guard(mutex);
        engine = atomic.load(std::memory_order_relaxed);
        if (engine == nullptr) {
            engine = new Engine;
            atomic.store(engine, std::memory_order_release);
        }
    }
    return engine;
}
void atomicPointerTestedFirstOk() { runBoth(atomicInstance, atomicInstance); }
bool loaded;
std::string text;
const std::string& loadedText() {
    if (!loaded) { // expect: data-race
        std::lock_guard guard(mutex);
        if (!loaded) {
            text = "read from a file";
            loaded = true; // partner: data-race
        }
    }
    return text;
}
void flagTestedOutsideTheLockBad() { runBoth(loadedText, loadedText); }
Engine& staticInstance() {
    static Engine engine;
    return engine;
}
int readStatic() { return staticInstance().power; }
void staticLocalIsInitialisedOnceOk() { runBoth(readStatic, readStatic); }
} // namespace double_checked

namespace lazy {
std::unique_ptr<int> table;
int lookUp() {
    if (!table) {                         // partner: data-race
        table = std::make_unique<int>(1); // expect: data-race
    }
    return *table; // partner: data-race
}
void initialisedOnFirstUseBad() { runBoth(lookUp, lookUp); }
int tickets() {
    static int next = 100;
    static bool announced = false;
    if (!announced) {     // partner: data-race
        announced = true; // expect: data-race "announced"
    }
    return next++; // expect: data-race "next"
}
void staticLocalsChangedBad() { runBoth(tickets, tickets); }
std::mutex mutex;
std::unique_ptr<int> locked;
int lookUpLocked() {
    std::lock_guard guard(mutex);
    if (!locked) {
        locked = std::make_unique<int>(1);
    }
    return *locked;
}
void initialisedUnderTheLockOk() { runBoth(lookUpLocked, lookUpLocked); }
} // namespace lazy

namespace compound_use_of_atomics {
std::atomic<int> count;
void addInTwoSteps() {
    count = count + 1; // expect: data-race(split-update) "count"
}
void loadThenStoreBad() { runBoth(addInTwoSteps, addInTwoSteps); }
std::atomic<int> limited;
void addUpToTen() {
    if (limited < 10) {
        limited.store(limited.load() + 1); // expect: data-race(split-update) "limited"
    }
}
void storeOfALoadBad() { runBoth(addUpToTen, addUpToTen); }
std::atomic<int> exchanged;
void addByExchange() {
    int seen = exchanged.load();
    while (!exchanged.compare_exchange_weak(seen, seen + 1)) {
    }
}
void compareExchangeLoopOk() { runBoth(addByExchange, addByExchange); }
std::atomic<int> added;
void addAtOnce() {
    added += 1;
    ++added;
    added.fetch_add(1);
}
void readModifyWriteOk() { runBoth(addAtOnce, addAtOnce); }
std::atomic<int> owned;
void addInTheOnlyWriter() { owned.store(owned.load() + 1); }
int readOwned() { return owned.load(); }
void onlyOneThreadEverWritesOk() { runBoth(addInTheOnlyWriter, readOwned); }
} // namespace compound_use_of_atomics

namespace escaped {
class Registry {
public:
    std::vector<int>& items() {
        std::lock_guard guard(mutex_);
        return items_;
    }
    void add(int item) {
        std::lock_guard guard(mutex_);
        items_.push_back(item);
    }
    std::vector<int> copy() {
        std::lock_guard guard(mutex_);
        return items_;
    }
    std::string* name() {
        std::lock_guard guard(mutex_);
        return &name_;
    }
    void rename(const std::string& name) {
        std::lock_guard guard(mutex_);
        name_ = name;
    }

private:
    std::mutex mutex_;
    std::vector<int> items_;
    std::string name_;
};
void referenceOutlivesTheLockBad() {
    Registry registry;
    std::thread writer([&registry] { registry.add(1); });
    registry.items().push_back(2); // expect: data-race
    writer.join();
}
std::size_t pointerOutlivesTheLockBad() {
    Registry registry;
    std::thread writer([&registry] { registry.rename("new"); });
    std::string* name = registry.name();
    std::size_t size = name->size(); // expect: data-race
    writer.join();
    return size;
}
std::size_t copyLeavesTheLockOk() {
    Registry registry;
    std::thread writer([&registry] { registry.add(1); });
    std::size_t size = registry.copy().size();
    writer.join();
    return size;
}
} // namespace escaped

namespace bit_fields {
struct Flags {
    unsigned open : 1;
    unsigned dirty : 1;
};
std::mutex openMutex, dirtyMutex;
Flags flags;
void setOpen() {
    std::lock_guard guard(openMutex);
    flags.open = 1; // missed: data-race(bit-field) "open"
}
void setDirty() {
    std::lock_guard guard(dirtyMutex);
    flags.dirty = 1; // missed: data-race(bit-field) "dirty"
}
void neighboursShareAWordBad() { runBoth(setOpen, setDirty); }
struct Fields {
    char open;
    char dirty;
};
Fields fields;
void setOpenField() { fields.open = 1; }
void setDirtyField() { fields.dirty = 1; }
void neighbouringMembersAreApartOk() { runBoth(setOpenField, setDirtyField); }
} // namespace bit_fields

namespace overlapping {
// One array under two element types, and a copy that begins before the other access and reaches it.
void writeWord(void* memory) {
    int* words = static_cast<int*>(memory);
    words[0] = 1; // partner: data-race
}
void writeSecondByte(void* memory) {
    char* bytes = static_cast<char*>(memory);
    bytes[2] = 1; // expect: data-race
}
void writeNextWord(void* memory) {
    char* bytes = static_cast<char*>(memory);
    bytes[8] = 1;
}
void bytesOfAWordBad() {
    int* memory = new int[4];
    std::thread one(writeWord, memory), two(writeSecondByte, memory), three(writeNextWord, memory);
    one.join();
    two.join();
    three.join();
    delete[] memory;
}
} // namespace overlapping
