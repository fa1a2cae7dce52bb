#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How many switches `deadheat minimise` takes out of failing schedules, on the buggy programs of programs/.

    measure_minimise.py --deadheat build/bin/deadheat --programs build/test-bin/schedules [--explore "OPTIONS"] [--longest] [--least]

The schedules are the first failing ones that exploration finds with these options; the default switches at every other step,
as a schedule does that nobody has looked at. --longest: instead of the first failing schedule the one with most switches of
all that fail, for which the default looks at 60. A preemption is a switch away from a thread that could have gone on: the other
switches are none that a scheduler could leave out. --least: also the fewest switches of any failure of the same kind that
`pct` and `pos` find in 150 schedules each and `exhaustive` in 300 for each bound of 0 to 2 preemptions, for what is possible at all."""

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
EXPLORE_LONGEST = "--strategy random --switch-percent 50 --schedules 60 --keep-going"
RESULT = re.compile(r"(\d+) switches instead of (\d+), (\d+) instead of (\d+) of them preemptions, after (\d+) attempts")
LEAST = [f"--keep-going {options}" for options in ("--strategy pct --schedules 150", "--strategy pos --schedules 150",
         *(f"--strategy exhaustive --preemptions {bound} --schedules 300" for bound in range(3)))]
FAILURE = re.compile(r"fails \((.*)\); replay: deadheat replay (.*)$", re.M)


def call(arguments, folder):
    return subprocess.run(arguments, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace").stdout


def failures(deadheat, program, options, folder):
    return FAILURE.findall(call([deadheat, "explore", *shlex.split(options), "--quiet", "--", program], folder))


def switches(schedule):
    threads = [re.match(r"\d+", run)[0] for runs in re.findall(r"^run (.*)$", schedule.read_text(), re.M) for run in runs.split()]
    return sum(a != b for a, b in zip(threads, threads[1:]))


def minimised(deadheat, program, options, longest, folder):
    """The kind of the failure and the numbers of RESULT."""
    found = failures(deadheat, program, options, folder)
    if longest:
        found.sort(key=lambda failure: -switches(folder / failure[1]))
    for kind, schedule in found:
        if result := RESULT.match(call([deadheat, "minimise", schedule], folder)):
            return kind, [int(number) for number in result.groups()]
    return "", None


def least_switches(deadheat, program, wanted, folder):
    return min((switches(folder / schedule) for options in LEAST
                for kind, schedule in failures(deadheat, program, options, folder) if kind == wanted), default=None)


def compare_with_least(rows):
    known = [(row[0], least) for row, least in rows if least is not None]
    print(f"compared with the least known: {sum(after == least for after, least in known)} of {len(known)} equal, "
          f"{sum(after < least for after, least in known)} fewer, {sum(after > least for after, least in known)} more")
    print(f"the least known instead: {fewer([(min(row[0], least), row[1]) for row, least in rows if least is not None])}")


def fewer(pairs):
    """The median share that was taken out, where there was something to take out."""
    shares = [1 - after / before for after, before in pairs if before > 0]
    return f"median {statistics.median(shares):.0%} fewer in {len(shares)} schedules" if shares else "none"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deadheat", required=True, type=pathlib.Path)
    parser.add_argument("--programs", required=True, type=pathlib.Path)
    parser.add_argument("--explore", help="options of the exploration")
    parser.add_argument("--longest", action="store_true")
    parser.add_argument("--only", nargs="+", help="names of programs; else all of them")
    parser.add_argument("--least", action="store_true")
    arguments = parser.parse_args()
    explore = arguments.explore or (EXPLORE_LONGEST if arguments.longest else EXPLORE)
    rows, against_least = [], []
    columns = ["program", "switches", "of them preemptions", "attempts", *(["least known"] if arguments.least else [])]
    print(f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|")
    for program in sorted(arguments.programs.resolve().glob("*_buggy")):
        if program.name in TOO_LONG or (arguments.only and program.name.removesuffix("_buggy") not in arguments.only):
            continue
        with tempfile.TemporaryDirectory() as name:
            deadheat, folder = arguments.deadheat.resolve(), pathlib.Path(name)
            kind, row = minimised(deadheat, program, explore, arguments.longest, folder)
            if row and arguments.least:
                against_least.append((row, least_switches(deadheat, program, kind, folder)))
        if row:
            rows.append(row)
            least = f" {against_least[-1][1]} |" if arguments.least else ""
            print(f"| {program.name.removesuffix('_buggy')} | {row[1]} to {row[0]} | {row[3]} to {row[2]} | {row[4]} |{least}", flush=True)
    print(f"\nswitches: {fewer([row[0:2] for row in rows])}")
    print(f"preemptions: {fewer([row[2:4] for row in rows])}")
    for least in (5, 10, 20):
        print(f"switches, schedules with at least {least}: {fewer([row[0:2] for row in rows if row[1] >= least])}")
    if arguments.least:
        compare_with_least(against_least)
    return 0


if __name__ == "__main__":
    sys.exit(main())
