// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two turnstiles of a museum count the visitors who come in. Each count is one indivisible step.
#include <atomic>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <thread>

namespace {

constexpr int kVisitorsPerTurnstile = 100;

class VisitorCounter {
public:
    void countOne() { ++visitors_; }
    int total() const { return visitors_; }

private:
    std::atomic<int> visitors_ = 0;
};

void admitVisitors(VisitorCounter& counter) {
    for (int i = 0; i < kVisitorsPerTurnstile; ++i) {
        counter.countOne();
    }
}

} // namespace

int main() {
    VisitorCounter counter;
    {
        std::jthread north(admitVisitors, std::ref(counter));
        std::jthread south(admitVisitors, std::ref(counter));
    } // both turnstiles have closed

    if (counter.total() != 2 * kVisitorsPerTurnstile) {
        std::cerr << "lost update: counted " << counter.total() << " of " << 2 * kVisitorsPerTurnstile << " visitors\n";
        return EXIT_FAILURE;
    }
    std::cout << "counted all " << counter.total() << " visitors\n";
}
