#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How many switches `deadheat minimise` takes out of failing schedules, on the buggy programs of programs/.

    measure_minimise.py --deadheat build/bin/deadheat --programs build/test-bin/schedules [--explore "OPTIONS"]

The schedules are the first failing ones that exploration finds with these options; the default switches at every other step,
as a schedule does that nobody has looked at. A preemption is a switch away from a thread that could have gone on: the other
switches are none that a scheduler could leave out."""

import argparse
import pathlib
import re
import shlex
import statistics
import subprocess
import sys
import tempfile

# Its 500 threads make a run take seconds, and thousands of runs are needed.
TOO_LONG = {"many_threads_buggy"}
EXPLORE = "--strategy random --switch-percent 50 --schedules 1000"
RESULT = re.compile(r"(\d+) switches instead of (\d+), (\d+) instead of (\d+) of them preemptions, after (\d+) attempts")


def call(arguments, folder):
    return subprocess.run(arguments, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace").stdout


def minimised(deadheat, program, options, folder):
    found = re.search(r"replay: deadheat replay (.*)$", call([deadheat, "explore", *shlex.split(options), "--quiet", "--", program], folder), re.M)
    result = RESULT.match(call([deadheat, "minimise", found[1]], folder)) if found else None
    return [int(number) for number in result.groups()] if result else None


def fewer(pairs):
    """The median share that was taken out, where there was something to take out."""
    shares = [1 - after / before for after, before in pairs if before > 0]
    return f"median {statistics.median(shares):.0%} fewer in {len(shares)} schedules" if shares else "none"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deadheat", required=True, type=pathlib.Path)
    parser.add_argument("--programs", required=True, type=pathlib.Path)
    parser.add_argument("--explore", default=EXPLORE)
    arguments = parser.parse_args()
    rows = []
    print("| program | switches | of them preemptions | attempts |\n|---|---|---|---|")
    for program in sorted(arguments.programs.resolve().glob("*_buggy")):
        if program.name in TOO_LONG:
            continue
        with tempfile.TemporaryDirectory() as name:
            row = minimised(arguments.deadheat.resolve(), program, arguments.explore, pathlib.Path(name))
        if row:
            rows.append(row)
            print(f"| {program.name.removesuffix('_buggy')} | {row[1]} to {row[0]} | {row[3]} to {row[2]} | {row[4]} |", flush=True)
    print(f"\nswitches: {fewer([row[0:2] for row in rows])}")
    print(f"preemptions: {fewer([row[2:4] for row in rows])}")
    for least in (5, 10, 20):
        print(f"switches, schedules with at least {least}: {fewer([row[0:2] for row in rows if row[1] >= least])}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
