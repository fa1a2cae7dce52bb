// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A thread that goes on while what it uses is destroyed: detached with references to locals or to this, members destroyed
// before the thread that uses them, a base class whose destructor joins too late.
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

void use(int value);
void useText(const std::string& text);

void detachedWithALocalByReferenceBad() {
    int steps = 0;
    std::thread([&steps] { use(steps); }).detach(); // expect: thread-outlives-data "steps"
}

void detachedWithACopyOk() {
    int steps = 0;
    std::thread([steps] { use(steps); }).detach();
}

void detachedWithAPointerToALocalBad() {
    int steps = 0;
    std::thread worker([pointer = &steps] { use(*pointer); }); // partner: thread-outlives-data
    worker.detach();                                           // expect: thread-outlives-data "steps"
}

void detachedWithARefBad(std::string text) {
    std::thread worker(useText, std::ref(text)); // partner: thread-outlives-data
    worker.detach();                             // expect: thread-outlives-data "text"
}

void detachedWithAnArgumentByValueOk(std::string text) { std::thread(useText, text).detach(); }

void detachedWithSharedOwnershipOk() {
    auto text = std::make_shared<std::string>("shared");
    std::thread([text] { useText(*text); }).detach();
}

void detachedWithAStaticOk() {
    static std::string text = "static";
    std::thread([] { useText(text); }).detach();
}

void joinedWithALocalByReferenceOk() {
    int steps = 0;
    std::thread worker([&steps] { use(steps); });
    worker.join();
}

class DetachesThisBad {
public:
    void start() {
        std::thread([this] { use(value_); }).detach(); // expect: thread-outlives-data "this"
    }

private:
    int value_ = 0;
};

class DetachesACopyOk {
public:
    void start() {
        std::thread([value = value_] { use(value); }).detach();
    }

private:
    int value_ = 0;
};

class KeepsItselfAliveOk : public std::enable_shared_from_this<KeepsItselfAliveOk> {
public:
    void start() {
        std::thread([self = shared_from_this()] { use(self->value_); }).detach();
    }

private:
    int value_ = 0;
};

class MemberDestroyedFirstBad { // members die in reverse order: text_ before worker_ joins
public:
    MemberDestroyedFirstBad() : worker_([this] { useText(text_); }) {} // partner: data-race

private:
    std::jthread worker_;         // expect: thread-outlives-data "text_"
    std::string text_ = "member"; // partner: thread-outlives-data
};

class ThreadDeclaredLastOk {
public:
    ThreadDeclaredLastOk() : worker_([this] { useText(text_); }) {}

private:
    std::string text_ = "member";
    std::jthread worker_;
};

class DestructorJoinsFirstOk {
public:
    DestructorJoinsFirstOk() {
        worker_ = std::thread([this] { useText(text_); });
    }
    ~DestructorJoinsFirstOk() { worker_.join(); }

private:
    std::thread worker_;
    std::string text_ = "member";
};

void localDestroyedBeforeTheJoiningThreadBad() {
    std::jthread worker; // expect: thread-outlives-data "text"
    std::string text = "local";
    worker = std::jthread([&text] { useText(text); }); // partner: thread-outlives-data
}

void localDeclaredBeforeTheJoiningThreadOk() {
    std::string text = "local";
    std::jthread worker([&text] { useText(text); });
}

void joinedBeforeTheLocalEndsOk() {
    std::jthread worker;
    {
        std::string text = "local";
        worker = std::jthread([&text] { useText(text); });
        worker.join();
    }
}

std::future<void> returnedWithAReferenceBad() {
    std::string text = "local";
    return std::async(std::launch::async, [&text] { useText(text); }); // expect: thread-outlives-data "text"
}

std::thread returnedThreadBad() {
    int steps = 0;
    return std::thread([&steps] { use(steps); }); // expect: thread-outlives-data "steps"
}

class Base {
public:
    virtual ~Base() { thread_.join(); }

protected:
    virtual void run() = 0;
    void start() {
        thread_ = std::thread([this] { run(); }); // partner: thread-outlives-data
    }

private:
    std::thread thread_;
};
class DerivedBad : public Base { // gone before the base class joins
public:
    DerivedBad() { start(); }

protected:
    void run() override { useText(text_); } // partner: thread-outlives-data

private:
    std::string text_ = "derived"; // expect: thread-outlives-data "text_"
};
