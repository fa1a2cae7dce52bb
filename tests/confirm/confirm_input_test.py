# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What `deadheat confirm` says of input that is wrong or odd: one line and status 2, or a reason for each finding."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

DEADHEAT = os.environ["DEADHEAT"]
PROGRAM = pathlib.Path(os.environ["BUILD"]) / "bin" / "demos" / "counter" / "thread_buggy"
RACY_LINE = 15
READ_AFTER_JOIN = 37


def place(file, line):
    return {"physicalLocation": {"artifactLocation": {"uri": file}, "region": {"startLine": line}}}


def flow(*places):
    return {"locations": [{"location": where} for where in places]}


def result(rule, *flows, **properties):
    return {"ruleId": rule, "message": {"text": "m"}, "locations": [flows[0]["locations"][-1]["location"]],
            "codeFlows": [{"threadFlows": list(flows)}], "properties": properties}


def race(file, first, second):
    return result("deadheat-data-race", flow(place(file, first)), flow(place(file, second)))


class ConfirmTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)

    def write(self, text):
        (self.folder / "findings.sarif").write_text(text, encoding="utf-8")

    def confirm(self, *options, program=PROGRAM):
        return subprocess.run([DEADHEAT, "confirm", "findings.sarif", "--schedules", "5", *options, "--", str(program)], cwd=self.folder,
                              capture_output=True, text=True, timeout=300, check=False)

    def confirm_all(self, *results):
        self.write(json.dumps({"version": "2.1.0", "runs": [{"results": list(results)}]}))
        done = self.confirm("--sarif", "out.sarif", "--json", "out.json")
        self.assertIn(done.returncode, (0, 1), done.stderr)
        runs = json.loads((self.folder / "out.sarif").read_text(encoding="utf-8"))["runs"]
        properties = [found["properties"] for found in runs[0]["results"]]
        states = json.loads((self.folder / "out.json").read_text(encoding="utf-8"))["findings"]
        self.assertEqual([each["deadheat/confirmation"] for each in properties], [each["confirmation"]["state"] for each in states])
        self.assertEqual(done.returncode, int(any(each["deadheat/confirmed"] for each in properties)))
        return properties

    def refuses(self, words, *options, program=PROGRAM):
        done = self.confirm(*options, program=program)
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertIn(words, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1)

    def test_refuses_what_is_no_report(self):
        self.refuses("cannot read this report")
        self.write("no json")
        self.refuses("expected a SARIF report")
        self.write("{}")
        self.refuses("expected a SARIF report")
        self.write('{"runs": []}')
        self.refuses("no findings in it")

    def test_refuses_programs_that_it_cannot_steer(self):
        self.write(json.dumps({"runs": [{"results": [race("thread_buggy.cpp", RACY_LINE, RACY_LINE)]}]}))
        self.refuses("no such program", program="missing")
        self.refuses("not instrumented", program="/bin/true")
        stripped = self.folder / "stripped"
        shutil.copy(PROGRAM, stripped)
        subprocess.run(["strip", "--strip-debug", stripped], check=True)
        self.refuses("no debug information", program=stripped)
        self.refuses("cannot write", "--sarif", "missing/out.sarif")

    def test_matches_files_by_the_end_of_their_path(self):
        for file in ("thread_buggy.cpp", "counter/thread_buggy.cpp", "/elsewhere/checkout/demos/counter/thread_buggy.cpp"):
            with self.subTest(file=file):
                (found,) = self.confirm_all(race(file, RACY_LINE, RACY_LINE))
                self.assertTrue(found["deadheat/confirmed"], found)
                self.assertTrue((self.folder / found["deadheat/schedule"]).is_file())

    def test_a_race_at_the_first_place_confirms_with_a_remark(self):
        (half,) = self.confirm_all(race("thread_buggy.cpp", RACY_LINE, READ_AFTER_JOIN))
        self.assertTrue(half["deadheat/confirmed"])
        self.assertIn("; both accesses are at the finding's first place", half["deadheat/reason"])

    def test_says_why_it_confirms_nothing(self):
        missing, unknown, ordered, other, relock = self.confirm_all(
            race("thread_buggy.cpp", 1, RACY_LINE), race("other.cpp", 3, 4), race("thread_buggy.cpp", READ_AFTER_JOIN, RACY_LINE),
            result("deadheat-lock-leak", flow(place("thread_buggy.cpp", RACY_LINE))),
            result("deadheat-lock-order", flow(place("thread_buggy.cpp", RACY_LINE)), variant="self-deadlock"))
        self.assertIn("no code at thread_buggy.cpp:1;", missing["deadheat/reason"])
        self.assertIn("no code at other.cpp:3, other.cpp:4", unknown["deadheat/reason"])
        self.assertEqual(missing["deadheat/schedulesTried"], 0)
        self.assertEqual(ordered["deadheat/confirmation"], "unconfirmed")
        self.assertEqual(ordered["deadheat/schedulesTried"], 5)
        self.assertIn("both places were reached, but never at the same time", ordered["deadheat/reason"])
        for untried in (other, relock):
            self.assertEqual(untried["deadheat/confirmation"], "not tried")
            self.assertEqual(untried["deadheat/reason"], "not a race or a cycle of locks")

    def test_names_the_line_that_was_never_reached(self):
        self.write(json.dumps({"runs": [{"results": [race("programs/rwlock_upgrade.c", 16, 16)]}]}))
        done = self.confirm(program=PROGRAM.parents[3] / "test-bin" / "schedules" / "rwlock_upgrade_buggy")
        self.assertEqual(done.returncode, 0)
        self.assertIn("programs/rwlock_upgrade.c:16 was never reached; other failures: deadlock self (5 schedules)", done.stdout)


if __name__ == "__main__":
    unittest.main()
