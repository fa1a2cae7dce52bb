// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/launch/server.h"

#include "report/user_error.h"

#include <algorithm>
#include <cerrno>
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

/// "RULE VARIANT" of the finding that a schedule is known by.
std::string nameOf(const report::Finding& finding) {
    return finding.variant.empty() ? finding.rule : finding.rule + " " + finding.variant;
}

} // namespace

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
    fcntl(output_.get(), F_SETFL, O_APPEND); // all schedules write through one file, which is emptied between them
}

Server::Server(const Program& program, sched::Orders orders, const std::string& tsanOptions, const Preparation& prepare)
    : program_(program) {
    openChannels();
    orders.forkServer = 1;
    orders.commandDescriptor = static_cast<std::uint32_t>(commandRead_.get());
    orders.statusDescriptor = static_cast<std::uint32_t>(statusWrite_.get());
    orders.outputDescriptor = static_cast<std::uint32_t>(output_.get());
    control_->orders = orders;
    if (prepare)
        prepare(*control_);
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

std::vector<std::string> Server::unsteered() const {
    const sched::Unsteered& names = control_->unsteered;
    return {names.names, names.names + names.count};
}

ScheduleResult Server::result(Stacks& stacks) const {
    sched::ControlBlock& block = *control_;
    const sched::Results& results = block.results;
    ScheduleResult result;
    result.schedule.command = program_.arguments;
    result.schedule.strategy = block.orders.strategy;
    result.schedule.seed = block.orders.seed;
    result.schedule.number = results.schedule;
    result.schedule.maxSteps = block.orders.maxSteps;
    takeRecording(block, result.schedule);
    result.output = readOutput();
    result.log.assign(block.log(), std::min<std::uint64_t>(results.logBytes, sched::ControlBlock::kLogBytes));
    result.divergedStep = results.divergedStep;
    result.preemptions = results.preemptions;
    const std::uint64_t bytes = std::min<std::uint64_t>(results.reportBytes, sched::ControlBlock::kReportBytes);
    result.records = parseRecords(std::string(block.reports(), bytes));
    result.findings = toFindings(result.records, stacks);
    result.unsteered = unsteered();
    result.stuck = results.stuck != 0;
    if (result.stuck)
        result.findings.push_back(
            stuckOutside(program_.arguments.front(), block.orders.scheduleTimeout, results.stuckIn));
    else if (results.end == sched::End::none && results.waitStatus != 0)
        result.findings.push_back(
            abnormalEnd(static_cast<int>(results.waitStatus.load()), program_.arguments.front(), result.output));
    if (!result.findings.empty())
        result.schedule.failure = nameOf(result.findings.front());
    return result;
}

} // namespace deadheat::launch
