#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Explores every fixed program of programs/ for long: none may fail.

    measure_clean.py --deadheat build/bin/deadheat --programs build/test-bin/schedules [--schedules 10000] [--jobs 2] [--only NAME ...]

Prints one line for each program and strategy, and the sum."""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

# A schedule of its 500 threads takes a second.
TOO_LONG = {"many_threads_fixed"}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deadheat", required=True, type=pathlib.Path)
    parser.add_argument("--programs", required=True, type=pathlib.Path)
    parser.add_argument("--strategies", nargs="+", default=["random", "pct", "pos"])
    parser.add_argument("--schedules", type=int, default=10000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", nargs="+", help="names of sources, without their suffix; else all of them")
    arguments = parser.parse_args()
    total, failed = 0, []
    programs = [program for program in sorted(arguments.programs.resolve().glob("*_fixed")) if program.name not in TOO_LONG
                and (not arguments.only or program.name.removesuffix("_fixed") in arguments.only)]
    for program in programs:
        for strategy in arguments.strategies:
            with tempfile.TemporaryDirectory() as folder:
                done = subprocess.run([arguments.deadheat.resolve(), "explore", "--strategy", strategy, "--schedules", str(arguments.schedules),
                                       "--jobs", str(arguments.jobs), "--quiet", "--", program], cwd=folder, stdin=subprocess.DEVNULL,
                                      capture_output=True, text=True, errors="replace")
            count = re.search(r"^(\d+) schedules? by", done.stdout, re.M)
            total += int(count[1]) if count else 0
            if done.returncode != 0:
                failed.append(f"{program.name} by {strategy}")
            print(f"{program.name} {strategy}: {'clean' if done.returncode == 0 else done.stdout.splitlines()[:1]}", flush=True)
    print(f"{len(programs)} programs, {total} schedules, failed: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
