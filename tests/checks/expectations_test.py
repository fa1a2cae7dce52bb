# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The comparison of findings with expectations must be able to fail, in each of its ways."""
import os
import tempfile
import unittest

from expectations import Directive, Finding, MalformedDirective, compare, findings_of, parse_directives, parse_options

RULES = {"data-race", "lock-order"}


def directive(line, kind="expect", rule="data-race", variant="", texts=()):
    return Directive("a.cpp", line, kind, rule, variant, texts)


def finding(line, rule="data-race", variant="v", words="", also=()):
    place = ("a.cpp", line)
    return Finding(rule, variant, "message", place, {place, *(("a.cpp", other) for other in also)}, words)


class Compare(unittest.TestCase):
    def test_agreement(self):
        self.assertEqual([], compare([directive(3)], [finding(3)], RULES))

    def test_missing(self):
        self.assertEqual(["a.cpp:3: not found: data-race"], compare([directive(3)], [], RULES))

    def test_unexpected(self):
        self.assertEqual(1, len(compare([], [finding(3)], RULES)))

    def test_wrong_line(self):
        self.assertEqual(2, len(compare([directive(3)], [finding(4)], RULES)))

    def test_wrong_rule(self):
        self.assertEqual(2, len(compare([directive(3)], [finding(3, rule="lock-order")], RULES)))

    def test_wrong_variant(self):
        self.assertIn("there is data-race(v)", compare([directive(3, variant="w")], [finding(3)], RULES)[0])

    def test_text(self):
        self.assertEqual([], compare([directive(3, texts=("lock 'm'",))], [finding(3, words="holding lock 'm'")], RULES))
        self.assertEqual(1, len(compare([directive(3, texts=("lock 'n'",))], [finding(3, words="holding lock 'm'")], RULES)))

    def test_end_of_a_trace_satisfies_an_expectation(self):
        self.assertEqual([], compare([directive(3), directive(7)], [finding(3, also=[7])], RULES))

    def test_end_of_a_trace_does_not_excuse_the_place(self):
        self.assertEqual(1, len(compare([directive(7)], [finding(3, also=[7])], RULES)))

    def test_partner_may_be_the_place(self):
        self.assertEqual([], compare([directive(7), directive(3, "partner")], [finding(3, also=[7])], RULES))
        self.assertEqual([], compare([directive(7), directive(3, "partner")], [finding(7)], RULES))

    def test_missed(self):
        self.assertEqual([], compare([directive(3, "missed")], [], RULES))
        self.assertEqual(2, len(compare([directive(3, "missed")], [finding(3)], RULES)))

    def test_false_alarm(self):
        self.assertEqual([], compare([directive(3, "false-alarm")], [finding(3)], RULES))
        self.assertEqual(1, len(compare([directive(3, "false-alarm")], [], RULES)))

    def test_unknown_rule_says_nothing(self):
        self.assertEqual([], compare([directive(3, rule="not-yet")], [], RULES))
        self.assertEqual(1, len(compare([directive(3, rule="not-yet")], [finding(3, rule="not-yet")], RULES)))


class Parse(unittest.TestCase):
    def write(self, text):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = os.path.join(folder.name, "a.cpp")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def test_directives(self):
        path = self.write('int x;\n++x; // expect: data-race(plain) "x" "the lock"; partner: lock-order\ny; // BUG: data-race\n')
        self.assertEqual([directive(2, variant="plain", texts=("x", "the lock")), directive(2, "partner", "lock-order"), directive(3)],
                         parse_directives(path))

    def test_malformed(self):
        with self.assertRaises(MalformedDirective):
            parse_directives(self.write("++x; // expect: data race\n"))
        with self.assertRaises(MalformedDirective):
            parse_directives(self.write("++x; // expect: data-race, lock-order\n"))

    def test_options(self):
        self.assertEqual(["--level=style"], parse_options(self.write("// SPDX\n// options: --level=style\n")))
        self.assertEqual([], parse_options(self.write("// SPDX\n")))

    def test_report(self):
        location = {"file": "x/a.cpp", "line": 3, "column": 1}
        far = {"file": "x/b.cpp", "line": 9, "column": 1}
        item = {"rule": "data-race", "variant": "v", "message": "m", "subject": "s", "location": location,
                "notes": [{"message": "n", "location": far}],
                "traces": [{"title": "t", "locksHeld": ["l"], "steps": [{"message": "first", "location": location},
                                                                        {"message": "last", "location": far}]}]}
        found = findings_of({"findings": [item]})[0]
        self.assertEqual(("a.cpp", 3), found.place)
        self.assertEqual({("a.cpp", 3), ("b.cpp", 9)}, found.concerns)
        self.assertEqual("m\ns\nn\nt\nl\nfirst\nlast", found.words)


if __name__ == "__main__":
    unittest.main()
