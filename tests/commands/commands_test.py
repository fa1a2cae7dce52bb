# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The subcommands of the runtime from outside. DEADHEAT names the program, PROGRAMS the folder of built test programs, CHROMIUM a
browser (may be empty)."""
import ctypes
import json
import os
import re
import signal
import struct
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

DEADHEAT, PROGRAMS, CHROMIUM = os.environ["DEADHEAT"], os.environ["PROGRAMS"], os.environ.get("CHROMIUM", "")
CLEAN, FINDINGS, USAGE = 0, 1, 2
BROWSER = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync"]


def program(name):
    folder = "schedules" if name.endswith(("_buggy", "_fixed")) else "commands"
    return os.path.join(PROGRAMS, folder, name)


class CommandTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = scratch.name

    def path(self, name):
        return os.path.join(self.root, name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def expect(self, status, *arguments):
        done = subprocess.run([DEADHEAT, *arguments], cwd=self.root, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, status, f"{arguments}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def schedule(self, name, *options):
        """The schedule file of a failure."""
        output = self.expect(FINDINGS, "explore", "--quiet", *options, "--", program(name))
        return re.search(r"replay: deadheat replay (.*)$", output, re.M)[1]


class Run(CommandTest):
    def test_suppressions_in_the_format_of_thread_sanitizer(self):
        self.write("known.txt", "# known\nrace:increment\n")
        self.expect(FINDINGS, "run", "--", program("lost_update_buggy"))
        self.expect(CLEAN, "run", "--suppressions", "known.txt", "--", program("lost_update_buggy"))

    def test_a_deadlock_ends_the_run_with_a_report(self):
        self.assertIn("deadlock: the main thread waits for mutex", self.expect(FINDINGS, "run", "--", program("self_deadlock_buggy")))

    def test_every_process_of_a_deadlock_says_where_it_waits(self):
        output = self.expect(FINDINGS, "run", "--", program("ring_of_processes"))
        for process in ("main thread", *(f"process P{number}, " for number in range(1, 12))):
            self.assertRegex(output, rf"note: {process}.*waits for descriptor")

    def test_stress_repeats_until_something_is_found(self):
        self.expect(CLEAN, "run", "--stress", "4", "--", program("counts_runs"))
        self.assertEqual(self.read("runs"), "xxxx")
        self.expect(FINDINGS, "run", "--stress", "4", "--", program("outside_decides"))
        self.assertEqual(self.read("runs"), "xxxxx")

    def test_a_dump_shows_all_threads_while_the_program_runs(self):
        with subprocess.Popen([DEADHEAT, "run", "--dump-on", "SIGUSR1", "--", program("signals_itself")], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as running:
            lines = []
            for line in running.stdout:
                lines.append(line)
                if line == "---\n":
                    running.stdin.write("x")
                    running.stdin.close()
                    break
            self.assertEqual(running.wait(), CLEAN)
        dump = "".join(lines)
        self.assertRegex(dump, r"main thread, holds ledger\n")
        self.assertRegex(dump, r"thread T1, .*waits for mutex 'ledger', holds no lock\n.*signals_itself\.c:\d+: in wait_for_ledger: waits")


class Leftovers(CommandTest):
    """What stays of a free run, and what does not."""

    NAME, KEY = f"/deadheat-leftovers-{os.getpid()}", os.getpid()
    MEMORY, SEMAPHORE = "/dev/shm" + NAME, "/dev/shm/sem." + NAME[1:]
    LIBRARY = ctypes.CDLL(None, use_errno=True)

    def start(self, how):
        """Returns the command, the end of a pipe that its processes write to, and one that keeps them."""
        (told, tell), (hold, held) = os.pipe(), os.pipe()
        told, held = open(told, "rb", buffering=0), open(held, "wb", buffering=0)
        arguments = [program("leaves_processes"), how, self.NAME, str(self.KEY), str(tell), str(hold)]
        command = subprocess.Popen([DEADHEAT, "run", "--", *arguments], cwd=self.root, pass_fds=[tell, hold], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, text=True)
        os.close(tell)
        os.close(hold)
        for file in (told, held, command.stdout):
            self.addCleanup(file.close)
        return command, told, held

    def objects(self):
        """Which there are, after which there are none."""
        found = [path for path in (self.MEMORY, self.SEMAPHORE) if os.path.exists(path)]
        for path in found:
            os.remove(path)
        if self.LIBRARY.mq_unlink(self.NAME.encode()) == 0:
            found.append("queue")
        if (segment := self.LIBRARY.shmget(self.KEY, 0, 0)) >= 0:
            self.LIBRARY.shmctl(segment, 0, None)  # IPC_RMID
            found.append("segment")
        return found

    def expect_all(self, told):
        self.assertEqual({told.read(1) for _ in range(4)}, {b"p", b"c", b"s", b"d"})

    def expect_end(self, command, told, status):
        self.assertNotIn(b"e", told.read())  # at the end of the last process that has the other end open
        output = command.stdout.read()
        self.assertEqual(command.wait(), status, output)
        return output

    def test_nothing_stays_when_the_command_is_ended(self):
        for end in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL):
            with self.subTest(end=end):
                command, told, _ = self.start("waits")
                self.expect_all(told)
                command.send_signal(end)
                self.expect_end(command, told, -end if end == signal.SIGKILL else CLEAN)
                self.assertEqual(self.objects(), [])

    def test_nothing_stays_when_the_program_ends_as_it_was_told(self):
        command, told, _ = self.start("handles")
        self.expect_all(told)
        command.terminate()
        self.expect_end(command, told, CLEAN)
        self.assertEqual(self.objects(), [])

    def test_of_a_deadlock_only_what_was_there_before_stays(self):
        with open(self.MEMORY, "wb"):
            command, told, _ = self.start("deadlocks")
        self.assertIn("deadlock", self.expect_end(command, told, FINDINGS))
        self.assertEqual(self.objects(), [self.MEMORY])

    def test_a_program_that_ends_may_leave_a_daemon(self):
        command, told, held = self.start("ends")
        self.expect_all(told)
        self.assertEqual(command.wait(), CLEAN)
        held.close()
        self.assertEqual(told.read(), b"eee")
        self.assertEqual(self.objects(), [self.MEMORY, self.SEMAPHORE, "queue", "segment"])

    def test_orphans_are_collected_when_they_end(self):
        self.expect(CLEAN, "run", "--", program("awaits_orphan"))


class Explore(CommandTest):
    def test_reports_for_machines(self):
        files = ["--sarif", "a.sarif", "--json", "a.json", "--junit", "a.xml"]
        self.expect(FINDINGS, "explore", *files, "--", program("self_deadlock_buggy"))
        (run,) = json.loads(self.read("a.sarif"))["runs"]
        self.assertEqual([result["ruleId"] for result in run["results"]], ["deadheat-deadlock"])
        suite = xml.etree.ElementTree.parse(self.path("a.xml")).getroot()
        self.assertEqual(suite.get("failures"), "1")
        self.assertEqual(suite.find("testsuite/testcase/failure").get("type"), "deadlock")
        self.expect(CLEAN, "explore", *files, "--schedules", "5", "--", program("self_deadlock_fixed"))
        self.assertEqual(json.loads(self.read("a.sarif"))["runs"][0]["results"], [])
        self.assertIsNone(xml.etree.ElementTree.parse(self.path("a.xml")).getroot().find("testsuite/testcase/failure"))

    def failures(self, *options):
        output = self.expect(FINDINGS, "explore", "--strategy", "pos", "--keep-going", "--quiet", *options, "--", program("peterson_buggy"))
        return re.findall(r"^schedule \d+ of seed 1 fails .*$", output, re.M)

    def test_ranges_and_jobs_give_the_same_failures(self):
        whole = self.failures("--schedules", "0..399")
        self.assertGreater(len(whole), 3)
        self.assertEqual(self.failures("--schedules", "400"), whole)
        self.assertEqual(self.failures("--schedules", "0..89") + self.failures("--schedules", "90..399"), whole)
        self.assertEqual(self.failures("--schedules", "400", "--jobs", "3"), whole)

    def test_with_jobs_too_the_first_failure_is_the_lowest(self):
        options = ["explore", "--strategy", "pos", "--quiet", "--", program("peterson_buggy")]
        alone = self.expect(FINDINGS, *options)
        together = self.expect(FINDINGS, options[0], "--jobs", "4", *options[1:])
        self.assertEqual(re.findall(r"^schedule.*", together, re.M), re.findall(r"^schedule.*", alone, re.M))

    def test_equal_seeds_give_equal_logs(self):
        logs = []
        for name in ("a", "b"):
            self.expect(FINDINGS, "explore", "--strategy", "random", "--seed", "7", "--log", name, "--", program("lost_update_buggy"))
            logs.append(self.read(name))
        self.assertEqual(*logs)

    def test_the_check_for_determinism_says_where(self):
        output = self.expect(FINDINGS, "explore", "--", program("outside_decides"))
        self.assertRegex(output, r"not deterministic: first difference at step \d+, in thread T0 after '.*' at .*outside_decides\.c:\d+\n")

    def test_what_is_not_steered_is_named(self):
        output = self.expect(CLEAN, "explore", "--schedules", "2", "--", program("unsteered"))
        for name in ("setitimer()", "system", "a signal to a process group", "tgkill()", "what clone() starts"):
            self.assertRegex(output, rf"not steered: .*{re.escape(name)}")

    def test_calls_from_outside_are_named_and_hold_nobody_up(self):
        output = self.expect(CLEAN, "explore", "--schedules", "20", "--", program("outside_calls"))
        for name in ("splice()", "inotify_init1()", "syscall(SYS_ppoll)"):
            self.assertRegex(output, rf"not steered: .*{re.escape(name)}")

    def test_programs_are_found_as_the_library_finds_them_and_named_when_they_run(self):
        plain = subprocess.run([program("starts_programs")], cwd=self.root, check=False)
        self.assertEqual(plain.returncode, CLEAN)
        output = self.expect(CLEAN, "explore", "--schedules", "5", "--", program("starts_programs"))
        self.assertEqual(set(re.findall(r"not steered: (.*);", output)), {f"{name}, started by exec" for name in ("script", "./script")})

    def test_a_fork_that_fails_tells_its_handlers_at_once(self):
        self.expect(CLEAN, "explore", "--schedules", "20", "--timeout", "4000", "--", program("cannot_fork"))

    def test_a_process_becomes_the_program_that_another_one_waits_for(self):
        output = self.expect(CLEAN, "explore", "--schedules", "20", "--", program("filters"))
        self.assertRegex(output, "not steered: .*/cat, started by exec")

    def test_where_a_thread_blocks_unseen_is_named(self):
        output = self.expect(FINDINGS, "explore", "--strategy", "round-robin", "--timeout", "300", "--", program("blocks_unseen"))
        self.assertIn("a thread blocks in read(), which the scheduler does not steer there", output)

    def test_a_process_stopped_from_outside_is_no_hang(self):
        output = self.expect(FINDINGS, "explore", "--timeout", "300", "--", program("stopped_unseen"))
        self.assertIn("its process is stopped by a signal that the scheduler does not see", output)

    def test_reports_say_where_a_thread_was_made_by_the_library(self):
        output = self.expect(FINDINGS, "explore", "--", program("vector_growth_buggy"))
        self.assertRegex(output, r"thread T1, created at \S*vector_growth.cpp:\d+")

    def test_a_livelock_by_fewer_steps_is_one_again(self):
        self.expect(FINDINGS, "explore", "--quiet", "--max-steps", "300", "--", program("many_threads_fixed"))
        output = self.expect(FINDINGS, "replay", "many_threads_fixed-1-0.schedule")
        self.assertIn("[deadheat-livelock]", output)

    def test_output_is_compared_to_its_last_byte(self):
        options = ("--quiet", "--oracle", "stdout", "--schedules", "50", "--", program("prints_at_exit"))
        self.expect(CLEAN, "explore", *options)
        self.assertIn("the program prints something else under schedule", self.expect(FINDINGS, "explore", *options, "who"))

    def test_nothing_runs_on_when_the_command_is_ended(self):
        for end in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
            with self.subTest(end=end):
                told, tell = os.pipe()
                with subprocess.Popen([DEADHEAT, "explore", "--quiet", "--", program("hangs_with_child"), str(tell)], cwd=self.root,
                                      pass_fds=[tell], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as command:
                    os.close(tell)
                    with open(told, "rb", buffering=0) as there:
                        self.assertEqual({there.read(1), there.read(1)}, {b"p", b"c"})
                        command.send_signal(end)
                        self.assertEqual(there.read(), b"")  # at the end of the last process that has the other end open

    def test_a_program_with_another_runtime_is_refused(self):
        with open(program("abba_buggy"), "rb") as file:
            image = file.read()
        at = image.index(b"Deadheat\0\0\0\0") + len(b"Deadheat\0\0\0\0")
        with open(self.path("other"), "wb") as file:
            file.write(image[:at] + struct.pack("<I", 999) + image[at + 4:])
        os.chmod(self.path("other"), 0o755)
        self.assertIn("other: built with another version of Deadheat's runtime; build it again\n", self.expect(USAGE, "explore", "--", "./other"))

    def test_the_control_block_of_another_version_is_refused(self):
        with open(self.path("block"), "wb") as file:
            file.write(struct.pack("<QI", 0x7461656864656164, 999))
            file.truncate(64 << 30)
        done = subprocess.run([program("abba_buggy")], env={**os.environ, "DEADHEAT_CONTROL": self.path("block")}, capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("cannot use the control block of another version of Deadheat: ", done.stderr)

    def test_exhaustive_search_ends(self):
        output = self.expect(CLEAN, "explore", "--strategy", "exhaustive", "--preemptions", "1", "--schedules", "100000", "--",
                             program("abba_fixed"))
        self.assertIn("all explored", output)

    def test_bad_combinations(self):
        for options in (["--strategy", "exhaustive"], ["--oracle", "stdout"]):
            self.assertIn("--jobs", self.expect(USAGE, "explore", "--jobs", "2", *options, "--", program("abba_fixed")))


class Replay(CommandTest):
    def test_a_program_killed_half_way_leaves_its_schedule(self):
        file = self.schedule("killed_half_way_buggy")
        steps = sum(int(count or 1) for count in re.findall(r"\d+[tsi]?(?:x(\d+))?", " ".join(re.findall(r"^run (.*)$", self.read(file), re.M))))
        self.assertGreater(steps, 0)
        self.assertIn("signal 9", self.expect(FINDINGS, "replay", file))
        self.write("cut.schedule", self.read(file).removesuffix("end\n"))
        self.assertIn("the file is cut off", self.expect(USAGE, "replay", "cut.schedule"))

    def test_replays_say_the_same(self):
        file = self.schedule("lost_update_buggy")
        self.assertEqual(self.expect(FINDINGS, "replay", file), self.expect(FINDINGS, "replay", file))


class Minimise(CommandTest):
    def test_fewer_switches_for_the_same_failure(self):
        file = self.schedule("condition_queue_buggy", "--strategy", "random", "--switch-percent", "50")
        output = self.expect(CLEAN, "minimise", file, "-o", "small.schedule")
        after, before = map(int, re.match(r"(\d+) switches instead of (\d+)", output).groups())
        self.assertLess(5 * after, 2 * before)
        first_line = lambda name: self.expect(FINDINGS, "replay", name).split("\n")[0]
        self.assertEqual(first_line("small.schedule").replace("small.schedule", file), first_line(file))


class Timeline(CommandTest):
    def setUp(self):
        super().setUp()
        self.text = self.expect(CLEAN, "timeline", self.schedule("abba_buggy", "--strategy", "random"), "-o", "t.html")

    def test_text_has_a_lane_for_each_thread_and_the_steps(self):
        for word in ("main thread", "thread T1", "lock mutex 'a'", "lock mutex 'b'", "abba.c:"):
            self.assertIn(word, self.text)

    def test_page_needs_nothing_else(self):
        page = self.read("t.html")
        self.assertNotRegex(page, r"<script|https?://|<link|<img")

    @unittest.skipUnless(CHROMIUM, "no browser")
    def test_browser_shows_the_lanes(self):
        with tempfile.TemporaryDirectory() as profile:
            done = subprocess.run([CHROMIUM, *BROWSER, f"--user-data-dir={profile}", "--dump-dom", "file://" + self.path("t.html")],
                                  capture_output=True, text=True, check=True)
        self.assertIn("<th>main thread</th>", done.stdout)
        self.assertIn("class=\"runs marked\"", done.stdout)
        self.assertIn("class=\"held\"", done.stdout)


class ExploreTests(CommandTest):
    """A GoogleTest program with explore tests, in a project of its own as a user has it."""

    PROJECT = """cmake_minimum_required(VERSION 3.25)
project(bank CXX)
find_package(Deadheat REQUIRED)
find_package(GTest REQUIRED)
find_package(Threads REQUIRED)
include(CTest)
include(GoogleTest)
add_executable(bank_test bank_test.cpp)
deadheat_add_explore_test(bank_test SCHEDULES 200 STRATEGY pos)
target_compile_features(bank_test PRIVATE cxx_std_20)
target_link_libraries(bank_test PRIVATE GTest::gtest_main Threads::Threads)
gtest_discover_tests(bank_test)
add_executable(plain plain.cpp)
add_test(NAME plain COMMAND plain)
"""
    TEST = """#include <deadheat/explore.h>
#include <gtest/gtest.h>
#include <atomic>
#include <thread>
static int add(bool whole) {
    std::atomic<int> sum{0};
    const auto one = [&] { if (whole) ++sum; else sum = sum + 1; };
    std::thread other(one);
    one();
    other.join();
    return sum;
}
DEADHEAT_EXPLORE_TEST(Bank, LosesAnUpdate) { EXPECT_EQ(add(false), 2); }
DEADHEAT_EXPLORE_TEST(Bank, KeepsBoth) { EXPECT_EQ(add(true), 2); }
"""

    def call(self, *arguments):
        return subprocess.run(arguments, cwd=self.root, capture_output=True, text=True, check=False)

    def build(self):
        self.write("CMakeLists.txt", self.PROJECT)
        self.write("bank_test.cpp", self.TEST)
        self.write("plain.cpp", "int main() {}\n")
        package = os.path.join(os.path.dirname(os.path.dirname(DEADHEAT)), "lib/cmake/Deadheat")
        if not os.path.isdir(package):
            installed = self.call("cmake", "--install", os.path.dirname(os.path.dirname(DEADHEAT)), "--prefix", self.path("prefix"))
            self.assertEqual(installed.returncode, 0, installed.stdout + installed.stderr)
            package = self.path("prefix/lib/cmake/Deadheat")
        for step in (["cmake", "-S", ".", "-B", "build", "-G", "Ninja", f"-DDeadheat_DIR={package}"], ["cmake", "--build", "build"]):
            done = self.call(*step)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_results_for_machines_and_memcheck(self):
        self.build()
        done = self.call("build/bank_test", "--gtest_output=xml:bank.xml")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        suite = xml.etree.ElementTree.parse(self.path("bank.xml")).getroot()
        self.assertEqual({case.get("name"): case.find("failure") is not None for case in suite.iter("testcase")},
                         {"LosesAnUpdate": True, "KeepsBoth": False})
        file = re.search(r"replay: deadheat replay (\S+)", done.stdout)[1]
        self.expect(FINDINGS, "replay", file, "--sarif", "bank.sarif", "--", "build/bank_test", "--gtest_filter=Bank.LosesAnUpdate")
        self.assertEqual(len(json.loads(self.read("bank.sarif"))["runs"][0]["results"]), 1)
        ctest = self.call("ctest", "--test-dir", "build", "--output-junit", "ctest.xml")
        self.assertIn("Bank.LosesAnUpdate (Failed)", ctest.stdout)
        self.assertIn("67% tests passed, 1 tests failed out of 3", ctest.stdout)
        memcheck = self.call("ctest", "--test-dir", "build", "-T", "memcheck", "-R", "plain")
        self.assertIn("100% tests passed", memcheck.stdout, memcheck.stdout + memcheck.stderr)


if __name__ == "__main__":
    unittest.main()
