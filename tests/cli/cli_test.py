# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The deadheat command from outside: options, exit codes, one line for every bad input. DEADHEAT names the program."""
import json
import os
import pty
import subprocess
import tempfile
import unittest

DEADHEAT = os.environ["DEADHEAT"]
CLEAN, FINDINGS, USAGE = 0, 1, 2

RACE = """#include <thread>
int counter;
void worker() {
    ++counter;%s
}
int main() {
    std::thread a(worker), b(worker);
    a.join();
    b.join();
}
"""
QUIET = "int add(int a, int b) { return a + b; }\n"


class DeadheatTest(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.root = os.path.realpath(self.scratch.name)

    def path(self, name):
        return os.path.join(self.root, name)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def project(self, files, flags="-std=c++20"):
        """Writes sources and a database, in the order given."""
        for name, text in files.items():
            self.write(name, text)
        entries = [{"directory": self.root, "file": name, "command": f"g++ {flags} -c {name}"}
                   for name in files if name.endswith(".cpp")]
        self.write("build/compile_commands.json", json.dumps(entries))

    def run_deadheat(self, *arguments, cwd=None):
        return subprocess.run([DEADHEAT, *arguments], cwd=cwd or self.root, capture_output=True, text=True, timeout=300, check=False)

    def expect(self, status, *arguments):
        done = self.run_deadheat(*arguments)
        self.assertEqual(done.returncode, status, f"{arguments}\n{done.stdout}{done.stderr}")
        return done

    def refuse(self, words, *arguments):
        """Bad input: exit code 2, nothing on standard output, one line on standard error with these words."""
        done = self.expect(USAGE, *arguments)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertTrue(done.stderr.startswith("deadheat: "), done.stderr)
        for word in words if isinstance(words, (list, tuple)) else [words]:
            self.assertIn(word, done.stderr)


class Usage(DeadheatTest):
    def test_help_and_version(self):
        self.assertIn("check", self.expect(CLEAN, "--help").stdout)
        self.assertIn("--sarif", self.expect(CLEAN, "check", "--help").stdout)
        self.assertRegex(self.expect(CLEAN, "--version").stdout, r"^deadheat \d+\.\d+\.\d+\n$")

    def test_bad_options(self):
        self.refuse("subcommand", )
        self.refuse("subcommand", "--frobnicate")
        self.refuse("there is no command 'frobnicate'", "frobnicate")
        self.refuse("--frobnicate", "check", "--frobnicate")
        self.refuse("--confidence", "check", "--confidence", "certain")
        self.refuse("-j", "check", "-j", "0")
        self.refuse("-j", "check", "-j", "many")
        self.refuse("fingerprint", "explain")
        self.refuse("output", "extract", "a.cpp")

    def test_bad_databases(self):
        self.refuse("no compile_commands.json", "check")
        self.refuse(["nowhere", "no compile_commands.json"], "check", "-p", "nowhere")
        self.write("build/compile_commands.json", "[{")
        self.refuse(["compile_commands.json:1", "not valid JSON"], "check", "-p", "build")
        self.write("build/compile_commands.json", "[]")
        self.refuse("no compile command", "check", "-p", "build")

    def test_bad_paths(self):
        self.project({"a.cpp": QUIET})
        self.refuse("b.cpp: no such file", "check", "b.cpp")
        self.write("c.cpp", QUIET)
        self.refuse("c.cpp: no translation unit", "check", "-p", "build", "c.cpp")
        self.refuse("b.cpp: no such file", "check", "b.cpp", "--")

    def test_bad_checks(self):
        self.project({"a.cpp": QUIET})
        self.refuse(["data-rice", "--list-checks"], "check", "--checks", "data-rice")
        self.refuse("data-rice", "check", "--warnings-as-errors", "data-rice")
        self.write(".deadheat.yaml", "checks: data-rice\n")
        self.refuse([".deadheat.yaml", "data-rice"], "check")

    def test_bad_configuration(self):
        self.project({"a.cpp": QUIET})
        self.write(".deadheat.yaml", "chekcs: all\n")
        self.refuse(".deadheat.yaml:1: unknown key 'chekcs'", "check")
        self.write(".deadheat.yaml", "checks: [\n")
        self.refuse(".deadheat.yaml:2: not valid YAML", "check")
        self.write(".deadheat.yaml", "api:\n  nonsense: true\n")
        self.refuse(".deadheat.yaml", "check")
        self.refuse("none.yaml", "check", "--config", "none.yaml")

    def test_bad_outputs(self):
        self.project({"a.cpp": QUIET})
        self.refuse("nowhere/r.sarif: cannot write", "check", "--sarif", "nowhere/r.sarif")
        self.refuse("build: cannot write", "check", "--json", "build")
        self.write("file", "")
        self.refuse("file/cache: cannot write", "check", "--cache-dir", "file/cache")

    def test_bad_baseline(self):
        self.project({"a.cpp": QUIET})
        self.refuse("none.sarif", "check", "--baseline", "none.sarif")
        self.refuse("a.cpp: not valid JSON", "check", "--baseline", "a.cpp")


class Check(DeadheatTest):
    def test_clean_project_is_silent_in_a_pipe(self):
        self.project({"a.cpp": QUIET})
        done = self.expect(CLEAN, "check", "-p", "build")
        self.assertEqual((done.stdout, done.stderr), ("", ""))

    def test_a_terminal_sees_progress(self):
        self.project({"a.cpp": QUIET})
        leader, follower = pty.openpty()
        with subprocess.Popen([DEADHEAT, "check"], cwd=self.root, stdout=follower, stderr=follower) as process:
            os.close(follower)
            shown = b""
            try:
                while chunk := os.read(leader, 4096):
                    shown += chunk
            except OSError:  # what a terminal gives at its end
                pass
        os.close(leader)
        self.assertEqual(process.returncode, CLEAN)
        self.assertIn(b"[1/1] a.cpp", shown)
        self.assertIn(b"0 findings in 1 translation unit", shown)

    def test_race_in_text_sarif_and_json(self):
        self.project({"src/race.cpp": RACE % ""})
        self.write(".deadheat.yaml", "")
        done = self.expect(FINDINGS, "check", "--sarif", "r.sarif", "--json", "r.json")
        self.assertRegex(done.stdout, r"(?m)^src/race\.cpp:4:\d+: (warning|error): .*counter.* \[deadheat-data-race\]$")
        self.assertIn("1 finding in 1 translation unit", done.stderr)
        result = json.loads(self.read("r.sarif"))["runs"][0]["results"][0]
        self.assertEqual(result["ruleId"], "deadheat-data-race")
        self.assertEqual(len(result["codeFlows"][0]["threadFlows"]), 2)
        finding = json.loads(self.read("r.json"))["findings"][0]
        self.assertEqual((finding["rule"], finding["location"]["line"]), ("data-race", 4))
        self.assertNotIn(self.root, self.read("r.sarif") + self.read("r.json") + done.stdout)

    def test_same_bytes_for_any_number_of_jobs(self):
        files = {f"f{i}.cpp": (RACE % "").replace("counter", f"counter{i}").replace("worker", f"worker{i}").replace("main", f"start{i}")
                 for i in range(6)}
        self.project(files)
        outputs = set()
        for jobs in ("1", "2", "5"):
            done = self.run_deadheat("check", "-j", jobs, "--cache-dir", f"cache{jobs}", "--sarif", f"{jobs}.sarif", "--json", f"{jobs}.json")
            self.assertNotIn(done.returncode, (USAGE, 3), done.stderr)
            outputs.add((done.stdout, done.stderr, self.read(f"{jobs}.sarif"), self.read(f"{jobs}.json")))
        self.assertEqual(len(outputs), 1)
        again = self.run_deadheat("check", "--cache-dir", "cache1", "--sarif", "again.sarif")
        self.assertEqual(self.read("again.sarif"), self.read("1.sarif"), "from the cache")
        self.assertEqual((again.stdout, again.stderr), (done.stdout, done.stderr))

    def test_findings_kept_from_a_run_answer_only_its_own_question(self):
        self.project({"race.cpp": RACE % ""})
        for _ in range(2):
            self.expect(FINDINGS, "check")
            self.expect(CLEAN, "check", "--checks=lock-order")
        self.project({"race.cpp": RACE.replace("++counter;", "") % ""})
        self.expect(CLEAN, "check")

    def test_comments_and_configuration_suppress(self):
        self.project({"race.cpp": RACE % " // NOLINT(deadheat-data-race)"})
        self.assertIn("1 suppressed", self.expect(CLEAN, "check").stderr)
        self.project({"race.cpp": RACE % " // NOLINT(deadheat-lock-order)"})
        self.expect(FINDINGS, "check")
        self.write(".deadheat.yaml", "suppressions:\n  - file: race.cpp\n    reason: known\n")
        self.assertIn("1 suppressed", self.expect(CLEAN, "check").stderr)

    def test_configuration_teaches_the_projects_own_locks(self):
        code = ("#include <thread>\nstruct Gate {};\nvoid board(Gate*); void seal(Gate*);\nGate gate;\nint counter;\n"
                "void worker() { board(&gate); ++counter; seal(&gate); }\n"
                "int main() { std::thread a(worker), b(worker); a.join(); b.join(); }\n")
        self.project({"gate.cpp": code})
        self.expect(FINDINGS, "check")
        self.write(".deadheat.yaml", "api:\n  functions:\n    - {names: [board], op: acquire, operands: [0]}\n"
                                     "    - {names: [seal], op: release, operands: [0]}\n")
        self.expect(CLEAN, "check")

    def test_baseline_hides_what_is_known(self):
        self.project({"race.cpp": RACE % ""})
        self.expect(FINDINGS, "check", "--sarif", "old.sarif")
        self.write("race.cpp", "// a line above\n\n" + RACE % "")
        done = self.expect(CLEAN, "check", "--baseline", "old.sarif", "--sarif", "new.sarif")
        self.assertEqual(done.stdout, "")
        self.assertIn("1 more in the baseline", done.stderr)
        self.assertEqual(json.loads(self.read("new.sarif"))["runs"][0]["results"][0]["baselineState"], "unchanged")

    def test_list_checks(self):
        listing = self.expect(CLEAN, "check", "--list-checks").stdout
        for rule in ("data-race", "lock-order", "unjoined-thread"):
            self.assertRegex(listing, rf"(?m)^{rule}  ")
        only = self.expect(CLEAN, "check", "--list-checks", "--checks", "data-race").stdout
        self.assertEqual(len(only.splitlines()), 1)

    def test_errors_in_a_unit_are_reported_and_the_rest_goes_on(self):
        self.project({"race.cpp": RACE % "", "broken.cpp": "int f( {\n", "crash.cpp": "#pragma clang __debug crash\n"})
        done = self.expect(FINDINGS, "check", "--sarif", "r.sarif")
        self.assertIn("[deadheat-data-race]", done.stdout)
        self.assertRegex(done.stderr, r"(?m)^broken\.cpp:1:\d+: warning: .*analysed as far as it parses$")
        self.assertRegex(done.stderr, r"(?m)^crash\.cpp: warning: .*missing from the analysis")
        self.assertIn("1 units with errors, 1 units missing", done.stderr)
        notes = json.loads(self.read("r.sarif"))["runs"][0]["invocations"][0]["toolExecutionNotifications"]
        self.assertEqual(len(notes), 2)

    def test_gcc_flags_are_dropped_with_a_count(self):
        self.project({"a.cpp": QUIET}, "-std=gnu++20 -fno-such-gcc-flag -Wno-such-warning")
        self.assertIn("unknown compiler flags dropped", self.expect(CLEAN, "check").stderr)

    def test_flags_behind_dashes_replace_the_database(self):
        self.write("race.cpp", RACE % "")
        self.expect(FINDINGS, "check", "race.cpp", "--", "-std=c++20")


class Modules(DeadheatTest):
    def test_extract_link_ir(self):
        self.write("a.cpp", "#include <mutex>\nextern int counter;\nvoid worker() { ++counter; }\n")
        self.write("b.cpp", "#include <thread>\nint counter;\nvoid worker();\n"
                            "int main() { std::thread a(worker), b(worker); a.join(); b.join(); }\n")
        for name in "ab":
            self.expect(CLEAN, "extract", f"{name}.cpp", "-o", f"{name}.dhir", "--depfile", f"{name}.d", "--", "-std=c++20")
        self.assertIn("counter", self.expect(CLEAN, "ir", "a.dhir").stdout)
        self.assertTrue(self.read("a.d").startswith("a.dhir: "))
        self.assertIn("/mutex", self.read("a.d"))
        self.expect(CLEAN, "link", "a.dhir")
        done = self.expect(FINDINGS, "link", "a.dhir", "b.dhir", "--sarif", "r.sarif")
        self.assertRegex(done.stdout, r"a\.cpp:3:\d+: .*\[deadheat-data-race\]")

    def test_bad_modules(self):
        self.write("empty.dhir", "")
        self.write("text.dhir", "not a module")
        for command in ("ir", "link"):
            self.refuse("none.dhir", command, "none.dhir")
            self.refuse("empty.dhir: not a Deadheat module", command, "empty.dhir")
            self.refuse("text.dhir: not a Deadheat module", command, "text.dhir")
        self.write("a.cpp", QUIET)
        self.expect(CLEAN, "extract", "a.cpp", "-o", "a.dhir", "--")
        with open(self.path("a.dhir"), "r+b") as file:
            file.truncate(os.path.getsize(self.path("a.dhir")) - 1)
        self.refuse("a.dhir: truncated", "link", "a.dhir")
        self.refuse("at least one module", "link")
        self.refuse("nowhere/a.dhir: cannot write", "extract", "a.cpp", "-o", "nowhere/a.dhir", "--")
        self.refuse("b.cpp: no such file", "extract", "b.cpp", "-o", "b.dhir", "--")


class Explain(DeadheatTest):
    def test_a_finding_of_the_last_run(self):
        self.project({"race.cpp": RACE % ""})
        self.refuse("no report of an earlier run", "explain", "0123")
        self.expect(FINDINGS, "check", "--json", "r.json")
        fingerprint = json.loads(self.read("r.json"))["findings"][0]["fingerprint"]
        shown = self.expect(CLEAN, "explain", fingerprint[:6]).stdout
        self.assertIn("    4 |     ++counter;", shown)
        self.assertIn("# data-race", shown)
        self.refuse("no finding 'zzzz'", "explain", "zzzz")
        self.refuse("none.sarif", "explain", fingerprint, "--report", "none.sarif")


class Demo(DeadheatTest):
    def test_list_names_the_demos(self):
        listing = self.expect(CLEAN, "demo", "list").stdout
        for name in ("counter", "bank", "lock-order"):
            self.assertRegex(listing, rf"(?m)^{name} ")

    def test_run_shows_the_failure_and_never_that_of_the_fixed_one(self):
        done = self.expect(FINDINGS, "demo", "run", "counter")
        self.assertIn("$ deadheat explore --strategy", done.stdout)
        self.expect(CLEAN, "demo", "run", "counter", "--fixed")

    def test_bad_names(self):
        self.refuse("no demo is called 'nothing'", "demo", "run", "nothing")
        self.refuse("no variant 'quantum'", "demo", "run", "counter", "--variant", "quantum")
        self.refuse("subcommand", "demo")


if __name__ == "__main__":
    unittest.main()
