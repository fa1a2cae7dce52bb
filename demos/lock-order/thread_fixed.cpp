// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An office machine copies and receives faxes. Both jobs take the scanner and the printer in one deadlock-free step.
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <thread>

namespace {

class OfficeMachine {
public:
    void copyPage() {
        std::scoped_lock scannerAndPrinter(scanner_, printer_);
        ++copies_;
    }

    void receiveFax() {
        std::scoped_lock printerAndScanner(printer_, scanner_);
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
