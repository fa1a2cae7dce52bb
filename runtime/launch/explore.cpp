// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/explore.h"

#include "report/user_error.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace deadheat::launch {
namespace {

using report::UserError;

/// Of what a program printed, at most this much is kept for reports.
constexpr std::size_t kOutputKept = 1 << 20;

class Descriptor {
  public:
    explicit Descriptor(int number = -1) : number_(number) {}
    ~Descriptor() { reset(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    void reset(int number = -1) {
        if (number_ >= 0)
            close(number_);
        number_ = number;
    }
    int get() const { return number_; }

  private:
    int number_;
};

/// A program as a server of schedules.
class Server {
  public:
    Server(const Program& program, sched::Orders orders, const std::string& tsanOptions, const Schedule* recording);
    ~Server();

    /// Waits for the next schedule that needs attention; false when all are done.
    bool next();
    /// Lets the server go on after next() returned true.
    void proceed();
    ScheduleResult result(Stacks& stacks) const;
    sched::ControlBlock& control() { return *control_; }

  private:
    void openChannels();
    std::string readOutput() const;

    const Program& program_;
    ControlMemory control_;
    Descriptor commandRead_, commandWrite_, statusRead_, statusWrite_, output_;
    int pid_ = 0;
};

void Server::openChannels() {
    int command[2], status[2];
    if (pipe2(command, O_CLOEXEC) != 0)
        throw UserError(fmt::format("cannot open a pipe: {}", std::strerror(errno)));
    commandRead_.reset(command[0]);
    commandWrite_.reset(command[1]);
    if (pipe2(status, O_CLOEXEC) != 0)
        throw UserError(fmt::format("cannot open a pipe: {}", std::strerror(errno)));
    statusRead_.reset(status[0]);
    statusWrite_.reset(status[1]);
    output_.reset(memfd_create("deadheat-output", MFD_CLOEXEC));
}

Server::Server(const Program& program, sched::Orders orders, const std::string& tsanOptions, const Schedule* recording)
    : program_(program) {
    openChannels();
    orders.forkServer = 1;
    orders.commandDescriptor = static_cast<std::uint32_t>(commandRead_.get());
    orders.statusDescriptor = static_cast<std::uint32_t>(statusWrite_.get());
    orders.outputDescriptor = static_cast<std::uint32_t>(output_.get());
    control_->orders = orders;
    if (recording)
        placeRecording(*control_, *recording);
    StartOptions start;
    start.keepOpen = {commandRead_.get(), statusWrite_.get(), output_.get()};
    start.closeInput = true;
    start.extraTsanOptions = "atexit_sleep_ms=0";
    if (!tsanOptions.empty())
        start.extraTsanOptions += ":" + tsanOptions;
    pid_ = startProgram(program, control_, start);
    commandRead_.reset();
    statusWrite_.reset();
}

Server::~Server() {
    commandWrite_.reset();
    int status = 0;
    while (pid_ > 0 && waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
}

bool Server::next() {
    char message = 0;
    ssize_t got = 0;
    do
        got = read(statusRead_.get(), &message, 1);
    while (got < 0 && errno == EINTR);
    if (got == 1)
        return message == 'f';
    const int status = awaitProgram(pid_);
    pid_ = 0;
    throw UserError(fmt::format("{}: ended before its first schedule ({})", program_.file, describeStatus(status)));
}

void Server::proceed() {
    const char message = 'c';
    [[maybe_unused]] const auto written = write(commandWrite_.get(), &message, 1);
}

std::string Server::readOutput() const {
    const off_t size = lseek(output_.get(), 0, SEEK_END);
    const std::size_t kept = std::min<std::size_t>(static_cast<std::size_t>(std::max<off_t>(size, 0)), kOutputKept);
    std::string text(kept, '\0');
    const ssize_t got = pread(output_.get(), text.data(), kept, size - static_cast<off_t>(kept));
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return text;
}

ScheduleResult Server::result(Stacks& stacks) const {
    sched::ControlBlock& block = *control_;
    const sched::Results& results = block.results;
    ScheduleResult result;
    result.schedule.command = program_.arguments;
    result.schedule.strategy = block.orders.strategy;
    result.schedule.seed = block.orders.seed;
    result.schedule.number = results.schedule;
    takeRecording(block, result.schedule);
    result.output = readOutput();
    result.log.assign(block.log(), std::min<std::uint64_t>(results.logBytes, sched::ControlBlock::kLogBytes));
    result.divergedStep = results.divergedStep;
    const std::uint64_t bytes = std::min<std::uint64_t>(results.reportBytes, sched::ControlBlock::kReportBytes);
    const Records records = parseRecords(std::string(block.reports(), bytes));
    result.findings = toFindings(records, stacks);
    for (const auto& record : records)
        if (record.value("record", "") == "unsupported")
            result.unsupported.push_back(record.value("what", ""));
    if (results.stuck)
        result.findings.push_back(stuckOutside(program_.arguments.front(), block.orders.scheduleTimeout));
    else if (results.end == sched::End::none && results.waitStatus != 0)
        result.findings.push_back(abnormalEnd(static_cast<int>(results.waitStatus.load()), program_.arguments.front(), result.output));
    if (!result.findings.empty())
        result.schedule.failure = result.findings.front().rule + (result.findings.front().variant.empty() ? "" : " " + result.findings.front().variant);
    return result;
}

sched::Orders ordersOf(const ExploreOptions& options) {
    sched::Orders orders;
    orders.mode = sched::Mode::explore;
    orders.seed = options.seed;
    orders.first = options.first;
    orders.last = options.last;
    orders.maxSteps = options.maxSteps;
    orders.depth = options.depth;
    orders.bound = options.bound;
    orders.switchPercent = options.switchPercent;
    orders.scheduleTimeout = options.scheduleTimeout;
    orders.rareEvents = options.rareEvents;
    orders.keepLog = options.keepLog;
    orders.reportEvery = options.compareOutput;
    orders.wantProfile = options.strategy == "pct" || options.strategy == "surw";
    options.strategy.copy(orders.strategy, sizeof orders.strategy - 1);
    return orders;
}

report::Finding outputDiffers(const std::string& program, std::uint64_t number) {
    report::Finding finding;
    finding.rule = "output-difference";
    finding.level = report::Level::error;
    finding.confidence = report::Confidence::high;
    finding.world = report::World::run;
    finding.subject = program;
    finding.message = fmt::format("the program prints something else under schedule {} than under the first one", number);
    return finding;
}

} // namespace

ExploreResult explore(const Program& program, const ExploreOptions& options, Stacks& stacks, const FailureSink& onFailure) {
    const auto start = std::chrono::steady_clock::now();
    ExploreResult result;
    std::string expectedOutput;
    bool haveExpected = false;
    Server server(program, ordersOf(options), options.tsanOptions, nullptr);
    while (server.next()) {
        ScheduleResult schedule = server.result(stacks);
        if (options.compareOutput && !schedule.failed()) {
            if (haveExpected && schedule.output != expectedOutput)
                schedule.findings.push_back(outputDiffers(program.arguments.front(), schedule.schedule.number));
            expectedOutput = haveExpected ? expectedOutput : schedule.output;
            haveExpected = true;
        }
        if (schedule.failed()) {
            if (onFailure)
                onFailure(schedule);
            result.failures.push_back(std::move(schedule));
            if (!options.keepGoing)
                break;
        }
        server.proceed();
    }
    result.schedules = server.control().results.schedulesDone;
    result.steps = server.control().results.totalSteps;
    result.exhausted = server.control().results.end == sched::End::exhausted;
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

ScheduleResult replay(const Program& program, const Schedule& schedule, bool exact, bool keepLog, Stacks& stacks) {
    ExploreOptions options;
    options.strategy = schedule.strategy;
    options.seed = schedule.seed;
    options.first = options.last = schedule.number;
    options.keepLog = keepLog;
    sched::Orders orders = ordersOf(options);
    orders.mode = exact ? sched::Mode::replay : sched::Mode::follow;
    orders.reportEvery = 1;
    orders.wantProfile = 0;
    Server server(program, orders, "", &schedule);
    if (!server.next())
        throw UserError(fmt::format("{}: the schedule could not be run", program.file));
    return server.result(stacks);
}

} // namespace deadheat::launch
