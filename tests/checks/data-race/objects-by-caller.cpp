// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One function works for several objects: which one, the caller says.
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace objects {

struct Buffer {
    int used = 0;
    std::vector<int> items;
};

// Deep enough that the accesses are not merely taken over by the caller.
void note(Buffer& buffer) { buffer.items.push_back(buffer.used); }
void fillOwn(Buffer& buffer) {
    std::mutex local;
    std::lock_guard<std::mutex> hold(local); // expect: local-mutex
    buffer.used = 1;
    note(buffer);
}
Buffer left, right;
void eachThreadHasItsBufferGood() {
    std::thread one([] { fillOwn(left); });
    fillOwn(right);
    one.join();
}

void fillSame(Buffer& buffer) {
    std::mutex local;
    std::lock_guard<std::mutex> hold(local); // expect: local-mutex
    buffer.used = 1;                         // expect: data-race "used"
    buffer.items.push_back(2);               // expect: data-race "items"
}
Buffer common;
void bothFillOneBufferBad() {
    std::thread one([] { fillSame(common); });
    fillSame(common);
    one.join();
}

class Parser {
public:
    void parse(const std::string& text) {
        position_ = 0;
        for (char c : text)
            position_ += c == ' ' ? 1 : 2;
    }

private:
    std::size_t position_ = 0;
};
class Reader {
public:
    void start() {
        thread_ = std::thread([this] { inThread_.parse("a b"); });
        mine_.parse("c d");
    }
    ~Reader() { thread_.join(); }

private:
    Parser inThread_, mine_;
    std::thread thread_;
};
void membersOfOneClassGood() {
    Reader reader;
    reader.start();
}

class CopiedUnderNoLock {
public:
    CopiedUnderNoLock() = default;
    CopiedUnderNoLock(const CopiedUnderNoLock& other) : text_(other.text_) {} // expect: data-race "text_"
    void set(const std::string& text) {
        std::lock_guard<std::mutex> hold(mutex_);
        text_ = text;
    }
    void add(char c) {
        std::lock_guard<std::mutex> hold(mutex_);
        text_ += c;
    }
    std::string get() {
        std::lock_guard<std::mutex> hold(mutex_);
        return text_;
    }

private:
    std::mutex mutex_;
    std::string text_;
};
class CopiedUnderLock {
public:
    CopiedUnderLock() = default;
    CopiedUnderLock(CopiedUnderLock& other) {
        std::lock_guard<std::mutex> hold(other.mutex_);
        text_ = other.text_;
    }
    void set(const std::string& text) {
        std::lock_guard<std::mutex> hold(mutex_);
        text_ = text;
    }
    void add(char c) {
        std::lock_guard<std::mutex> hold(mutex_);
        text_ += c;
    }
    std::string get() {
        std::lock_guard<std::mutex> hold(mutex_);
        return text_;
    }

private:
    std::mutex mutex_;
    std::string text_;
};

void declaredElsewhere(const std::string& text);
class Named {
public:
    void rename(const std::string& name) {
        std::lock_guard<std::mutex> hold(mutex_);
        name_ = name;
    }
    std::string name() {
        std::lock_guard<std::mutex> hold(mutex_);
        return name_;
    }
    void showBad() { declaredElsewhere(name_); } // expect: data-race "name_"
    void showGood() {
        std::lock_guard<std::mutex> hold(mutex_);
        declaredElsewhere(name_);
    }

private:
    std::mutex mutex_;
    std::string name_;
};

} // namespace objects
