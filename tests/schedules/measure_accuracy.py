#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures exploration on programs/: schedules needed by each strategy, and whether replays are equal.

    measure_accuracy.py --deadheat build/bin/deadheat --programs build/test-bin/schedules [--replays 100] [--only NAME ...]

Prints one row for each buggy program and the medians; docs/runtime-accuracy.md holds a run of it."""

import argparse
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

from run_program import directives, findings, kinds, matches

SCHEDULES = 1000
# Fewer replays: a run of its 500 threads takes a second.
FEW_REPLAYS = {"many_threads": 5}


def explore(deadheat, program, strategy, folder):
    report = folder / "found.json"
    done = subprocess.run([deadheat, "explore", "--strategy", strategy, "--schedules", str(SCHEDULES), "--quiet", "--json", report,
                           "--", program], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
    failed = re.search(r"^schedule (\d+) of seed .*replay: deadheat replay (.*)$", done.stdout, re.M)
    if not failed:
        return None, set(), None
    return int(failed[1]) + 1, kinds(findings(report)), folder / failed[2]


def equal_replays(deadheat, schedule, folder, count):
    logs = set()
    for _ in range(count):
        log = folder / "replay.log"
        subprocess.run([deadheat, "replay", schedule, "--log", log], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True)
        logs.add(log.read_bytes())
    return len(logs) == 1


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deadheat", required=True, type=pathlib.Path)
    parser.add_argument("--programs", required=True, type=pathlib.Path)
    parser.add_argument("--strategies", nargs="+", default=["pct", "pos", "random"])
    parser.add_argument("--replays", type=int, default=100)
    parser.add_argument("--only", nargs="+", help="names of sources, without their suffix; else all of them")
    arguments = parser.parse_args()
    sources = [source for source in sorted((pathlib.Path(__file__).parent / "programs").glob("*.c*"))
               if not arguments.only or source.stem in arguments.only]
    needed = {strategy: [] for strategy in arguments.strategies}
    unequal = []
    print("| program | " + " | ".join(arguments.strategies) + " | replays equal |")
    print("|---" * (len(arguments.strategies) + 2) + "|")
    for source in sources:
        program = (arguments.programs / f"{source.stem}_buggy").resolve()
        cells, equal = [], "-"
        for strategy in arguments.strategies:
            with tempfile.TemporaryDirectory() as name:
                folder = pathlib.Path(name)
                count, found, schedule = explore(arguments.deadheat.resolve(), program, strategy, folder)
                right = count is not None and matches(found, directives(source, "EXPECT"))
                cells.append(str(count) if right else "not found")
                needed[strategy].append(count if right else SCHEDULES + 1)
                if right and strategy == arguments.strategies[0]:
                    equal = equal_replays(arguments.deadheat.resolve(), schedule, folder, FEW_REPLAYS.get(source.stem, arguments.replays))
                    if not equal:
                        unequal.append(source.stem)
        print(f"| {source.stem} | " + " | ".join(cells) + f" | {'yes' if equal is True else equal} |", flush=True)
    for strategy, counts in needed.items():
        found = sum(count <= SCHEDULES for count in counts)
        print(f"{strategy}: {found} of {len(counts)} found, median {statistics.median(counts)} schedules, most {max(counts)}")
    print(f"replays: {arguments.replays} for each program, unequal: {unequal or 'none'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
