// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The memory that the launcher shares with the tested program: orders in, results out. It is a mapping of one sparse
// file, so that everything written survives however the program ends. Plain data, no pointers; both sides are built
// together, and `version` says so. Area sizes are address space, not memory.
#pragma once

#include "runtime/sched/schedule.h"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace deadheat::sched {

/// The environment variable with the path of the control block's file; absent: the program runs as ThreadSanitizer alone.
inline constexpr char kControlVariable[] = "DEADHEAT_CONTROL";

enum class Mode : std::uint32_t {
    observe, ///< free running: ThreadSanitizer's reports and a watch for deadlocks
    explore, ///< one thread at a time, the strategy decides
    replay,  ///< one thread at a time, as recorded; a difference is reported
    follow,  ///< as recorded as far as possible, for minimisation
};

/// How one schedule ended, as far as the program itself can tell; the launcher adds exit status and signals.
enum class End : std::uint32_t { none, deadlock, livelock, diverged, exhausted, tooManyProcesses };

struct Orders {
    Mode mode = Mode::observe;
    std::uint32_t forkServer = 0; ///< run schedules first..last in forked children, else only `first`
    std::uint32_t commandDescriptor = 0;
    std::uint32_t statusDescriptor = 0;
    std::uint32_t outputDescriptor = 0; ///< where the children's standard output and error go; 0: left alone
    std::uint32_t keepLog = 0;
    std::uint32_t wholeProgram = 1; ///< else only the body that the program gives to deadheat::explore
    std::uint32_t stress = 0;       ///< observe: random delays of up to this many microseconds
    std::uint32_t dumpSignal = 0;
    std::uint32_t processors = 0;      ///< what the program is told; 0: the truth
    std::uint32_t depth = 3;           ///< of PCT
    std::uint32_t bound = 2;           ///< preemptions, of the exhaustive strategy
    std::uint32_t rareEvents = 1;      ///< early timeouts and spurious wakeups may happen
    std::uint32_t switchPercent = 0;   ///< of the random strategy; 0: uniform among the threads
    std::uint32_t wantProfile = 0;     ///< the strategy needs estimates: run the program once without preemptions first
    std::uint32_t reportEvery = 0;     ///< stop after every schedule, not only after failed ones
    std::uint32_t scheduleTimeout = 0; ///< milliseconds of real time for one schedule
    std::uint64_t seed = 0;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint64_t stride = 1; ///< every how manieth schedule from first to last is run
    std::uint64_t maxSteps = 10'000'000;
    char strategy[24] = {};
};

/// What a run has made that outlives its processes.
struct LeftObject {
    enum class Kind : std::uint32_t { none, unfinished, memory, semaphore, queue, segment, semaphoreSet, messages };
    std::atomic<Kind> kind{Kind::none}; ///< set last: in a free run several threads make objects at once
    std::int32_t id = 0;
    char name[248] = {};
};

struct LeftObjects {
    static constexpr std::uint32_t kMost = 256; ///< more are not known
    std::atomic<std::uint32_t> count{0};        ///< those behind are unused
    LeftObject objects[kMost] = {};
};

struct Results {
    std::atomic<std::uint64_t> schedule{0}; ///< the one being run
    std::atomic<std::uint64_t> steps{0};
    std::atomic<std::uint64_t> preemptions{0};
    std::atomic<std::uint64_t> runs{0}; ///< used entries of the decisions area
    std::atomic<std::uint64_t> picks{0};
    std::atomic<std::uint64_t> reportBytes{0};
    std::atomic<std::uint64_t> logBytes{0};
    std::atomic<End> end{End::none};
    std::atomic<std::uint32_t> findings{0}; ///< records of defects in the report area
    std::atomic<std::uint64_t> divergedStep{0};
    std::atomic<std::uint32_t> waitStatus{0};    ///< of the child that ran the schedule, as from waitpid
    std::atomic<std::uint32_t> stuck{0};         ///< it was killed after scheduleTimeout
    std::atomic<std::int32_t> turnTid{0};        ///< the thread that was last given the turn
    std::atomic<std::int64_t> stuckIn{-1};       ///< the system call in which it then was; negative: in none, or
    static constexpr std::int64_t kStopped = -2; ///< its process was stopped by a signal
    std::atomic<std::uint64_t> schedulesDone{0};
    std::atomic<std::uint64_t> totalSteps{0};
    /// Of the children that the fork server has made, how many may begin; they are numbered from 1.
    std::atomic<std::uint32_t> admitted{0};
    std::atomic<std::uint32_t> leaving{0};                    ///< the child has ended well but for its address space
    std::atomic<std::uint64_t> lastWanted{~std::uint64_t{0}}; ///< set by the launcher: later schedules need not be run
    static constexpr std::size_t kProcesses = 1024;           ///< in one schedule; a program that forks more is stopped
    std::atomic<std::uint32_t> processes{0};                  ///< used entries of `pids`
    std::atomic<std::int32_t> pids[kProcesses] = {}; ///< of the schedule's processes but the first; 0: has ended
    /// Free running: for how many looks in a row all threads of the process have waited for what only the run can end.
    std::atomic<std::uint32_t> still[kProcesses] = {};
    /// Free running: pipes that the first process found when it started, by inode.
    static constexpr int kOutsidePipes = 256;
    std::uint64_t outsidePipes[kOutsidePipes] = {};
    std::atomic<std::uint32_t> outsideNoted{0};
    LeftObjects left;
    std::atomic<std::int32_t> serverPid{0}; ///< who runs the schedules
    /// A process that is about to exec this program again, or whose child is: a futex.
    std::atomic<std::uint32_t> execPid{0};
    std::uint32_t execInChild = 0;
    std::uint64_t execThread = 0; ///< the record of the thread that goes on there
};

/// What the program does that the scheduler cannot steer, by name; kept from one schedule to the next.
struct Unsteered {
    static constexpr std::size_t kNames = 32; ///< more are not kept
    static constexpr std::size_t kBytes = 256;
    std::uint32_t count = 0;
    char names[kNames][kBytes] = {};
};

/// What strategy `confirm` steers at: places in the code, as the launcher found them in the debug information. Of a race
/// each access is a side with one place; of a cycle of locks each edge is a side with two: where it takes the first lock,
/// where it takes the second one while it holds the first. Of an update in two steps each store is a side.
enum class Aim : std::uint32_t { nothing, race, cycle, splitUpdate };

struct TargetRange {
    std::uint64_t begin = 0, end = 0; ///< offsets in the module; call instructions lie in it, not return addresses
    std::uint32_t module = 0;
    std::uint32_t places = 0; ///< bits, or kForeignCode
};

/// How often the sides of a race were about to be performed by two threads at once.
struct Encounters {
    std::uint64_t together = 0;
    std::uint64_t onOneObject = 0;
};

struct Targets {
    static constexpr std::size_t kSides = 15;
    static constexpr std::size_t kPlaces = 2 * kSides;
    /// Code of libraries that is part of a module: an access in it belongs to the line that calls it.
    static constexpr std::uint32_t kForeignCode = 1u << 31;
    static constexpr std::size_t kModules = 64;
    static constexpr std::size_t kPathBytes = 1024;

    Aim aim = Aim::nothing;
    std::uint32_t modules = 0;
    std::uint64_t ranges = 0; ///< entries in the area, sorted by module and begin, not overlapping
    std::atomic<std::uint64_t> reached[kPlaces] = {}; ///< in all schedules
    std::atomic<std::uint64_t> arrived[kSides] = {};  ///< likewise; of a cycle: with the first lock held
    Encounters encounters;
    char paths[kModules][kPathBytes] = {};

    static constexpr std::uint32_t firstLock(std::size_t side) { return 1u << (2 * side); }
    static constexpr std::uint32_t secondLock(std::size_t side) { return 2u << (2 * side); }
};

/// Kept from the profiling run for the strategies that need estimates.
struct ProfileBlock {
    static constexpr std::size_t kThreads = 4096; ///< later threads are not counted one by one
    std::uint32_t running = 0;                    ///< the schedule being run is the profiling run
    std::uint64_t steps = 0;
    std::uint32_t threads = 0;
    std::uint64_t stepsOfThread[kThreads] = {};
};

struct ControlBlock {
    static constexpr std::uint64_t kMagic = 0x74616568'64616564; // "deadheat"
    static constexpr std::uint32_t kVersion = 12;
    static constexpr std::size_t kRuns = std::size_t{1} << 27;
    static constexpr std::size_t kPicks = std::size_t{1} << 27;
    static constexpr std::size_t kReportBytes = std::size_t{1} << 30;
    static constexpr std::size_t kLogBytes = std::size_t{1} << 32;
    static constexpr std::size_t kStorageBytes = std::size_t{1} << 28;
    static constexpr std::size_t kSharedBytes = std::size_t{1} << 24; ///< the Shared objects of a run
    static constexpr std::size_t kArenaBytes = std::size_t{1} << 35;  ///< what they own
    static constexpr std::size_t kTargetRanges = std::size_t{1} << 22;

    std::uint64_t magic = kMagic;
    std::uint32_t version = kVersion;
    Orders orders;
    Results results;
    ProfileBlock profile;
    Unsteered unsteered;
    Targets targets;
    std::uint64_t replayRuns = 0;
    std::uint64_t replayPicks = 0;

    static constexpr std::size_t kHeader = std::size_t{1} << 20;
    static constexpr std::size_t kRunsAt = kHeader;
    static constexpr std::size_t kPicksAt = kRunsAt + kRuns * sizeof(Run);
    static constexpr std::size_t kReplayRunsAt = kPicksAt + kPicks * sizeof(std::uint32_t);
    static constexpr std::size_t kReplayPicksAt = kReplayRunsAt + kRuns * sizeof(Run);
    static constexpr std::size_t kReportAt = kReplayPicksAt + kPicks * sizeof(std::uint32_t);
    static constexpr std::size_t kLogAt = kReportAt + kReportBytes;
    static constexpr std::size_t kStorageAt = kLogAt + kLogBytes;
    static constexpr std::size_t kSharedAt = kStorageAt + kStorageBytes;
    static constexpr std::size_t kArenaAt = kSharedAt + kSharedBytes;
    static constexpr std::size_t kTargetRangesAt = kArenaAt + kArenaBytes;
    static constexpr std::size_t kBytes = kTargetRangesAt + kTargetRanges * sizeof(TargetRange);

    Run* recordedRuns() { return at<Run>(kRunsAt); }
    std::uint32_t* recordedPicks() { return at<std::uint32_t>(kPicksAt); }
    Run* runsToReplay() { return at<Run>(kReplayRunsAt); }
    std::uint32_t* picksToReplay() { return at<std::uint32_t>(kReplayPicksAt); }
    char* reports() { return at<char>(kReportAt); }
    void* strategyStorage() { return at<char>(kStorageAt); } ///< what a strategy keeps between schedules
    char* log() { return at<char>(kLogAt); }
    void* sharedObjects() { return at<char>(kSharedAt); }
    char* arena() { return at<char>(kArenaAt); }
    TargetRange* targetRanges() { return at<TargetRange>(kTargetRangesAt); }

private:
    template <typename T>
    T* at(std::size_t offset) {
        return reinterpret_cast<T*>(reinterpret_cast<char*>(this) + offset);
    }
};
static_assert(sizeof(ControlBlock) <= ControlBlock::kHeader);

} // namespace deadheat::sched
