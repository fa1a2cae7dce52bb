// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The command and its guardian talk through a socket: the command sends a byte for each signal to pass on, or kLeaveRest;
// the guardian sends the program's wait status once. Its end is the order to end everything.
#include "runtime/launch/guardian.h"

#include "report/user_error.h"
#include "runtime/launch/left_objects.h"

#include <cerrno>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

namespace deadheat::launch {
namespace {

namespace fs = std::filesystem;

constexpr unsigned char kLeaveRest = 0;
constexpr int kLookMilliseconds = 200;

volatile std::sig_atomic_t signalChannel = -1;
volatile std::sig_atomic_t lastSignal = 0;

bool sendByte(int channel, int byte) {
    const auto message = static_cast<unsigned char>(byte);
    return send(channel, &message, 1, MSG_NOSIGNAL) == 1;
}

/// What the terminal sends goes to the whole group, so the program has it already.
void passOn(int signal, siginfo_t* from, void*) {
    const int error = errno;
    lastSignal = signal;
    if (from->si_code != SI_KERNEL)
        sendByte(signalChannel, signal);
    errno = error;
}

/// 0 when there is no such process.
int parentOf(const std::string& pid) {
    std::ifstream file("/proc/" + pid + "/stat");
    std::string text;
    std::getline(file, text, '\0');
    const std::size_t name = text.rfind(')'); // of the program; its state and its parent follow
    return name == std::string::npos || name + 4 > text.size() ? 0 : std::atoi(text.c_str() + name + 4);
}

std::vector<int> children() {
    std::vector<int> result;
    std::error_code error;
    for (fs::directory_iterator at("/proc", error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename().string();
        if (name.find_first_not_of("0123456789") == std::string::npos && parentOf(name) == getpid())
            result.push_back(std::atoi(name.c_str()));
    }
    return result;
}

/// In the guardian's process.
class Guard {
public:
    Guard(int channel, const ControlMemory& control) : channel_(channel), control_(control) {}

    void start(const Program& program, const StartOptions& options) {
        prctl(PR_SET_NAME, "deadheat-guard"); // it does not go when somebody ends what is called deadheat
        prctl(PR_SET_CHILD_SUBREAPER, 1);
        std::signal(SIGCHLD, SIG_DFL);
        sigset_t awaited;
        sigemptyset(&awaited);
        sigaddset(&awaited, SIGCHLD);
        signals_ = signalfd(-1, &awaited, SFD_CLOEXEC | SFD_NONBLOCK);
        program_ = startProgram(program, control_, options);
        setpgid(0, 0);
    }

    [[noreturn]] void run() {
        for (;;) {
            collect();
            pollfd wanted[] = {{channel_, POLLIN, 0}, {signals_, POLLIN, 0}};
            poll(wanted, std::size(wanted), -1);
            signalfd_siginfo taken;
            [[maybe_unused]] const auto got = read(signals_, &taken, sizeof taken);
            if (wanted[0].revents)
                obey();
        }
    }

private:
    void collect() {
        int status = 0;
        for (int pid = 0; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
            if (pid != program_)
                continue;
            program_ = 0;
            send(channel_, &status, sizeof status, MSG_NOSIGNAL);
        }
    }

    void obey() {
        unsigned char order = 0;
        if (recv(channel_, &order, 1, 0) != 1)
            endEverything();
        if (order == kLeaveRest)
            _exit(0);
        if (program_ > 0)
            kill(program_, order);
    }

    /// The children of one that is ended become this process's. One that may not be ended, as it is another user's, stays.
    [[noreturn]] void endEverything() {
        for (bool any = true; any;) {
            any = false;
            for (const int child : children())
                any |= kill(child, SIGKILL) == 0 && waitpid(child, nullptr, 0) == child;
        }
        removeLeftObjects(control_->results.left);
        _exit(0);
    }

    int channel_;
    const ControlMemory& control_;
    int signals_ = -1;
    int program_ = 0;
};

[[noreturn]] void guard(int channel, const Program& program, const ControlMemory& control,
                        const StartOptions& options) {
    Guard guard(channel, control);
    try {
        guard.start(program, options);
    } catch (const std::exception& error) {
        const std::string text = fmt::format("deadheat: {}\n", error.what());
        [[maybe_unused]] const auto written = write(STDERR_FILENO, text.data(), text.size());
        _exit(1);
    }
    guard.run();
}

} // namespace

/// All signals are held back meanwhile: one that comes before somebody can pass it on would be lost, or end the guardian.
Guardian::Guardian(const Program& program, const ControlMemory& control, const StartOptions& options) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        throw report::UserError(fmt::format("cannot open a socket: {}", std::strerror(errno)));
    channel_.reset(ends[0]);
    Descriptor guardians(ends[1]);
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_ = fork();
    if (pid_ == 0) {
        channel_.reset();
        StartOptions unmasked = options;
        unmasked.signalMask = &before;
        guard(guardians.get(), program, control, unmasked);
    }
    const int error = errno;
    takeSignals();
    sigprocmask(SIG_SETMASK, &before, nullptr);
    if (pid_ < 0)
        throw report::UserError(fmt::format("cannot start {}: {}", program.file, std::strerror(error)));
}

/// One that is ignored, as nohup has it, stays so.
void Guardian::takeSignals() {
    lastSignal = 0;
    signalChannel = channel_.get();
    for (std::size_t i = 0; i < std::size(kPassedOn); ++i) {
        sigaction(kPassedOn[i], nullptr, &before_[i]);
        struct sigaction action = {};
        action.sa_flags = SA_SIGINFO;
        action.sa_sigaction = passOn;
        if (before_[i].sa_handler != SIG_IGN)
            sigaction(kPassedOn[i], &action, nullptr);
    }
}

Guardian::~Guardian() {
    for (std::size_t i = 0; i < std::size(kPassedOn); ++i)
        sigaction(kPassedOn[i], &before_[i], nullptr);
    channel_.reset();
    while (pid_ > 0 && waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

int Guardian::await(const std::function<void()>& meanwhile) {
    pollfd ended{channel_.get(), POLLIN, 0};
    while (poll(&ended, 1, meanwhile ? kLookMilliseconds : -1) <= 0)
        if (meanwhile)
            meanwhile();
    int status = 0;
    if (recv(channel_.get(), &status, sizeof status, 0) != sizeof status)
        throw report::UserError("the process that watches over the program was ended");
    return status;
}

int Guardian::passedOn() const { return lastSignal; }

void Guardian::leaveRest() { sendByte(channel_.get(), kLeaveRest); }

} // namespace deadheat::launch
