// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/intercept/signals.h"

#include "runtime/intercept/os.h"
#include "runtime/intercept/sync_objects.h"

#include <csignal>

namespace deadheat::intercept {
namespace {

constinit std::atomic<bool> handlerInstalled{false};

bool isHandler(sighandler_t handler) { return handler != SIG_DFL && handler != SIG_IGN; }

} // namespace

bool programHandlesSignals() { return handlerInstalled.load(std::memory_order_relaxed); }

void handleSignalUnseen(int signal, void (*handler)(int)) {
    using Install = int (*)(int, const struct sigaction*, struct sigaction*);
    static const auto install = reinterpret_cast<Install>(libraryFunction("sigaction"));
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    install(signal, &action, nullptr);
}

DEADHEAT_INTERCEPT(int, sigaction, int signal, const struct sigaction* action, struct sigaction* old) {
    if (action && isHandler(action->sa_handler))
        handlerInstalled.store(true, std::memory_order_relaxed);
    return forward_sigaction(signal, action, old);
}

DEADHEAT_INTERCEPT(sighandler_t, signal, int signal, sighandler_t handler) {
    if (isHandler(handler))
        handlerInstalled.store(true, std::memory_order_relaxed);
    return forward_signal(signal, handler);
}

} // namespace deadheat::intercept
