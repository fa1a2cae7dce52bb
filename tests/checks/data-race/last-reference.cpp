// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// As last-reference.c: the ways to see that a reference was the last one. Each class is released in one way.
#include <atomic>
#include <mutex>
#include <thread>

struct Cells {
    std::mutex mutex;
    int* cells = nullptr;
    void fill(int* fresh) {
        std::lock_guard guard(mutex);
        delete[] cells;
        cells = fresh;
    }
};
template <class Kind>
void startFilling(Kind* table) {
    std::thread([table] {
        table->fill(new int[9]);
        table->release();
    }).detach();
}

struct KeptNumberOk : Cells {
    int references = 1;
    void release() {
        int left;
        {
            std::lock_guard guard(mutex);
            left = --references;
        }
        if (left == 0) {
            delete[] cells;
            delete this;
        }
    }
};
void start(KeptNumberOk* table) { startFilling(table); }
void fill(KeptNumberOk* table) { table->fill(new int[9]); }

struct LeftEarlyOk : Cells {
    int references = 1;
    void release() {
        mutex.lock();
        if (--references > 0) {
            mutex.unlock();
            return;
        }
        mutex.unlock();
        delete[] cells;
        delete this;
    }
};
void start(LeftEarlyOk* table) { startFilling(table); }
void fill(LeftEarlyOk* table) { table->fill(new int[9]); }

struct NumberBeforeOk : Cells {
    int references = 1;
    void release() {
        mutex.lock();
        if (references-- == 1) {
            mutex.unlock();
            delete[] cells;
            delete this;
            return;
        }
        mutex.unlock();
    }
};
void start(NumberBeforeOk* table) { startFilling(table); }
void fill(NumberBeforeOk* table) { table->fill(new int[9]); }

struct FetchedOk : Cells {
    std::atomic<int> references{1};
    void release() {
        if (references.fetch_sub(1) == 1) {
            delete[] cells;
            delete this;
        }
    }
};
void start(FetchedOk* table) { startFilling(table); }
void fill(FetchedOk* table) { table->fill(new int[9]); }

struct AtomicOk : Cells {
    std::atomic<int> references{1};
    void release() {
        if (--references == 0) {
            delete[] cells;
            delete this;
        }
    }
};
void start(AtomicOk* table) { startFilling(table); }
void fill(AtomicOk* table) { table->fill(new int[9]); }

struct BuiltinOk : Cells {
    int references = 1;
    void release() {
        if (__sync_sub_and_fetch(&references, 1) == 0) {
            delete[] cells;
            delete this;
        }
    }
};
void start(BuiltinOk* table) { startFilling(table); }
void fill(BuiltinOk* table) { table->fill(new int[9]); }

struct NotTheLastBad : Cells {
    int references = 1;
    void release() {
        mutex.lock();
        const int left = --references;
        mutex.unlock();
        if (left > 0) {
            delete[] cells; // expect: data-race "cells"
            return;
        }
        delete this;
    }
};
void start(NotTheLastBad* table) { startFilling(table); }
void fill(NotTheLastBad* table) { table->fill(new int[9]); }
