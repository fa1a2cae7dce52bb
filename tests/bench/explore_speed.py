# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Schedules per second of two_threads.cpp, side by side: the program started anew each time under plain ThreadSanitizer, the fork
server of `deadheat explore`, and deadheat::explore in one process. Rounds alternate; medians are printed.

    explore_speed.py --deadheat build/bin/deadheat [--rounds 5]"""

import argparse
import pathlib
import statistics
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
EXECS, FORKS, BODIES = 50, 500, 20000


def build(compiler, extra, output):
    subprocess.run([compiler, "-std=c++20", "-O1", "-pthread", *extra, HERE / "two_threads.cpp", "-o", output], check=True)
    return output


def exec_rate(program):
    start = time.monotonic()
    for _ in range(EXECS):
        subprocess.run([program], check=True)
    return EXECS / (time.monotonic() - start)


def fork_rate(deadheat, program, folder):
    start = time.monotonic()
    subprocess.run([deadheat, "explore", "--schedules", str(FORKS), "--", program], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return FORKS / (time.monotonic() - start)


def library_rate(program, folder):
    done = subprocess.run([program, "library", str(BODIES)], cwd=folder, check=True, capture_output=True, text=True)
    return float(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deadheat", required=True, type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    deadheat = arguments.deadheat.resolve()
    rows = {"exec": [], "fork server": [], "in one process": []}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        program = build(deadheat.parent / "deadheat-c++", [], folder / "steered")
        for _ in range(arguments.rounds):
            rows["exec"].append(exec_rate(program))  # without the launcher it is a program of plain ThreadSanitizer
            rows["fork server"].append(fork_rate(deadheat, program, folder))
            rows["in one process"].append(library_rate(program, folder))
    for name, rates in rows.items():
        print(f"{name:15} {statistics.median(rates):9.0f} schedules/s   {statistics.median(rates) / statistics.median(rows['exec']):6.1f} x exec")


if __name__ == "__main__":
    main()
