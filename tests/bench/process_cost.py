#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the watch for races between processes costs: forked_accesses.c on shared memory against the same on private memory.

    process_cost.py --deadheat build/bin/deadheat [--rounds 5]"""

import argparse
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SCHEDULES = "10"


def seconds(deadheat, program, kind, strategy):
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        done = subprocess.run([deadheat, "explore", "--quiet", "--strategy", strategy, "--schedules", SCHEDULES, "--", program, kind],
                              cwd=folder, capture_output=True, text=True, check=True)
        return time.monotonic() - start, int(re.search(r"(\d+) steps", done.stdout)[1])


def measure(deadheat, program, rounds):
    for strategy in ("random", "pct"):
        times = {"private": [], "shared": []}
        for _ in range(rounds):
            for kind, values in times.items():
                taken, steps = seconds(deadheat, program, kind, strategy)
                values.append(taken)
        medians = {kind: statistics.median(values) for kind, values in times.items()}
        print(f"{strategy}: private {medians['private']:.2f} s, shared {medians['shared']:.2f} s, "
              f"{medians['shared'] / medians['private']:.2f} x; {steps} steps")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deadheat", required=True, type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    deadheat = arguments.deadheat.resolve()
    with tempfile.TemporaryDirectory() as folder:
        program = pathlib.Path(folder) / "forked_accesses"
        subprocess.run([deadheat.with_name("deadheat-cc"), "-O1", HERE / "forked_accesses.c", "-o", program], check=True)
        measure(deadheat, program, arguments.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
