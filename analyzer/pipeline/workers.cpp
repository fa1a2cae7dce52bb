// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "analyzer/pipeline/workers.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace deadheat::pipeline {

namespace {

constexpr int kExited = 1;

/// A forked process. Both sides talk through a socket pair: the number of a job goes there, an Answer comes back. The socket
/// closes with the process, however that ends.
struct Worker {
    pid_t process = -1;
    int socket = -1;
    std::size_t job = 0;
};

enum class Answer : char { finished = 'f', lastOne = 'l' };

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

void hideErrors() {
    const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (null >= 0)
        ::dup2(null, STDERR_FILENO);
}

bool receive(int socket, void* bytes, std::size_t size) {
    ssize_t got = 0;
    do
        got = ::recv(socket, bytes, size, MSG_WAITALL);
    while (got < 0 && errno == EINTR);
    return got == static_cast<ssize_t>(size);
}

bool send(int socket, const void* bytes, std::size_t size) {
    return ::send(socket, bytes, size, MSG_NOSIGNAL) == static_cast<ssize_t>(size);
}

class Workers {
public:
    Workers(std::size_t count, const WorkerOptions& options, const std::function<After(std::size_t)>& job)
        : count_(count), options_(options), job_(job) {}
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;
    /// The others see their sockets close and end.
    ~Workers() {
        while (!workers_.empty())
            remove(0);
    }

    void run(const std::function<void(std::size_t, Outcome)>& done) {
        const std::size_t wanted = std::min<std::size_t>(std::max(options_.jobs, 1u), count_);
        while (next_ < count_ || !workers_.empty()) {
            while (next_ < count_ && workers_.size() < wanted)
                start();
            const std::size_t which = waitForAnswer();
            const std::size_t job = workers_[which].job;
            done(job, collect(which));
        }
    }

private:
    void start() {
        int pair[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
            fail("cannot talk to a worker process");
        std::fflush(nullptr);
        const pid_t parent = ::getpid();
        const pid_t process = ::fork();
        if (process < 0)
            fail("cannot start a worker process");
        if (process == 0) {
            for (const Worker& other : workers_)
                ::close(other.socket);
            ::close(pair[0]);
            serve(pair[1], parent);
        }
        ::close(pair[1]);
        workers_.push_back({process, pair[0], 0});
        assign(workers_.size() - 1);
    }

    [[noreturn]] void serve(int socket, pid_t parent) const {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) // it died before the line above
            ::_exit(kExited);
        if (!options_.showErrors)
            hideErrors();
        try {
            std::size_t index = 0;
            while (receive(socket, &index, sizeof index)) {
                const Answer answer = job_(index) == After::anotherJob ? Answer::finished : Answer::lastOne;
                if (!send(socket, &answer, sizeof answer) || answer == Answer::lastOne)
                    break;
            }
        } catch (...) { // no answer: the job did not finish
        }
        ::_exit(kExited); // no destructors of the parent's objects
    }

    /// Gives the worker the next job, or ends it.
    void assign(std::size_t which) {
        if (next_ == count_) {
            remove(which);
            return;
        }
        workers_[which].job = next_++;
        send(workers_[which].socket, &workers_[which].job,
             sizeof(std::size_t)); // fails only when the worker is gone: seen later
    }

    std::size_t waitForAnswer() const {
        std::vector<pollfd> sockets;
        for (const Worker& worker : workers_)
            sockets.push_back({worker.socket, POLLIN, 0});
        while (::poll(sockets.data(), sockets.size(), -1) < 0)
            if (errno != EINTR)
                fail("cannot wait for a worker process");
        return std::ranges::find_if(sockets, [](const pollfd& s) { return s.revents != 0; }) - sockets.begin();
    }

    Outcome collect(std::size_t which) {
        Answer answer{};
        if (!receive(workers_[which].socket, &answer, sizeof answer)) {
            const int status = remove(which);
            return {false, WIFSIGNALED(status) ? WTERMSIG(status) : 0};
        }
        if (answer == Answer::lastOne)
            remove(which);
        else
            assign(which);
        return {true, 0};
    }

    /// Returns the wait status.
    int remove(std::size_t which) {
        const Worker worker = workers_[which];
        workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(which));
        ::close(worker.socket);
        int status = 0;
        while (::waitpid(worker.process, &status, 0) < 0 && errno == EINTR) {
        }
        return status;
    }

    const std::size_t count_;
    const WorkerOptions& options_;
    const std::function<After(std::size_t)>& job_;
    std::vector<Worker> workers_;
    std::size_t next_ = 0;
};

} // namespace

void runForked(std::size_t count, const WorkerOptions& options, const std::function<After(std::size_t)>& job,
               const std::function<void(std::size_t, Outcome)>& done) {
    Workers(count, options, job).run(done);
}

} // namespace deadheat::pipeline
