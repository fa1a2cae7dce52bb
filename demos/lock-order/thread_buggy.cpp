// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An office machine copies (scanner, then printer) and receives faxes (printer, then scanner). Some day both jobs
// wait for ever.
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <thread>

namespace {

class OfficeMachine {
public:
    void copyPage() {
        std::lock_guard scanner(scanner_);
        std::lock_guard printer(printer_); // BUG: lock-order
        ++copies_;
    }

    void receiveFax() {
        std::lock_guard printer(printer_);
        std::lock_guard scanner(scanner_); // BUG: lock-order
        ++faxes_;
    }

    int pages() const { return copies_ + faxes_; }

private:
    std::mutex scanner_;
    std::mutex printer_;
    int copies_ = 0;
    int faxes_ = 0;
};

} // namespace

int main() {
    OfficeMachine machine;
    {
        std::jthread copying([&machine] { machine.copyPage(); });
        std::jthread faxing([&machine] { machine.receiveFax(); });
    } // both jobs are done

    if (machine.pages() != 2) {
        std::cerr << "wrong result: " << machine.pages() << " pages instead of 2\n";
        return EXIT_FAILURE;
    }
    std::cout << "printed both pages\n";
}
