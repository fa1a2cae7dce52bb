# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Holds one variant of one demo to what the workshop promises.

    run_demo.py analyze --deadheat BIN --demos demos counter thread
    run_demo.py explore --deadheat BIN --demos demos --programs build/bin/demos counter thread

analyze: `deadheat check` flags the lines of the buggy program that are marked `BUG: <rule>` and no others, and nothing in the
fixed one. explore: with the strategy and seed of demo.json, `deadheat explore` finds the failure of the buggy program, twice
in the same schedule, and none in the fixed one.
"""
import argparse
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "checks"))
import expectations  # noqa: E402
import run_fixture  # noqa: E402

TIME_LIMIT_SECONDS = 300


def load(options):
    with open(os.path.join(options.demos, options.demo, "demo.json"), encoding="utf-8") as file:
        return json.load(file)


def source(options, state):
    return os.path.join(options.demos, options.demo, f"{options.variant}_{state}.cpp")


def analyze(options):
    rule = load(options)["rule"]
    include = [f"-I{os.path.abspath(options.demos)}"]
    marks = expectations.parse_directives(source(options, "buggy"))
    complaints = []
    if not marks or any(mark.rule != rule or mark.kind != "expect" for mark in marks):
        complaints.append(f"{source(options, 'buggy')}: wants at least one 'BUG: {rule}' and no other mark")
    if expectations.parse_directives(source(options, "fixed")):
        complaints.append(f"{source(options, 'fixed')}: a fixed program has no marks")
    for state in ("buggy", "fixed"):
        complaints += run_fixture.verify(options.deadheat, source(options, state), include)
    return complaints


def run_explore(options, state, wanted):
    program = os.path.join(options.programs, options.demo, f"{options.variant}_{state}")
    command = [options.deadheat, "explore", "--strategy", wanted["strategy"], "--seed", str(wanted["seed"]),
               "--schedules", str(wanted["schedules"]), "--", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT_SECONDS, check=False)
    return done.returncode, done.stdout + done.stderr, " ".join(command)


def explore(options):
    variant = load(options)["variants"][options.variant]
    complaints = []
    first_status, first, command = run_explore(options, "buggy", variant["explore"])
    if first_status != 1 or not re.search(variant["shows"], first):
        complaints.append(f"{command}\nended with {first_status}, wanted 1 and /{variant['shows']}/:\n{first}")
    again_status, again, _ = run_explore(options, "buggy", variant["explore"])
    if (again_status, again) != (first_status, first):
        complaints.append(f"{command}\nsaid something else the second time:\n{first}\n----\n{again}")
    status, output, command = run_explore(options, "fixed", variant["explore"])
    if status != 0:
        complaints.append(f"{command}\nended with {status}, wanted 0:\n{output}")
    return complaints


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["analyze", "explore"])
    parser.add_argument("--deadheat", required=True)
    parser.add_argument("--demos", required=True)
    parser.add_argument("--programs")
    parser.add_argument("demo")
    parser.add_argument("variant")
    options = parser.parse_args()
    complaints = {"analyze": analyze, "explore": explore}[options.action](options)
    print("\n".join(complaints))
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
