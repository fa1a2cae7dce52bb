# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Schedules per second of two_threads.cpp, side by side: the program started anew each time under plain ThreadSanitizer, the fork
server of `deadheat explore` alone and with several jobs, deadheat::explore in one process, and how often a process of plain
ThreadSanitizer can fork a child that ends at once. Rounds alternate; medians are printed.

    explore_speed.py --deadheat build/bin/deadheat [--rounds 5]"""

import argparse
import pathlib
import statistics
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
EXECS, FORKS, BODIES, EMPTY = 50, 500, 20000, 500
JOBS = 4


def build(compiler, extra, output):
    subprocess.run([compiler, "-std=c++20", "-O1", "-pthread", *extra, HERE / "two_threads.cpp", "-o", output], check=True)
    return output


def exec_rate(program):
    start = time.monotonic()
    for _ in range(EXECS):
        subprocess.run([program], check=True)
    return EXECS / (time.monotonic() - start)


def fork_rate(deadheat, program, folder, jobs):
    start = time.monotonic()
    subprocess.run([deadheat, "explore", "--jobs", str(jobs), "--schedules", str(FORKS), "--", program], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return FORKS / (time.monotonic() - start)


def own_rate(program, folder, mode, count):
    done = subprocess.run([program, mode, str(count)], cwd=folder, check=True, capture_output=True, text=True)
    return float(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deadheat", required=True, type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    deadheat = arguments.deadheat.resolve()
    with_jobs = f"fork server, {JOBS} jobs"
    rows = {"exec": [], "fork server": [], with_jobs: [], "in one process": [], "empty fork": []}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        program = build(deadheat.parent / "deadheat-c++", [], folder / "steered")
        for _ in range(arguments.rounds):
            rows["exec"].append(exec_rate(program))  # without the launcher it is a program of plain ThreadSanitizer
            rows["fork server"].append(fork_rate(deadheat, program, folder, 1))
            rows[with_jobs].append(fork_rate(deadheat, program, folder, JOBS))
            rows["in one process"].append(own_rate(program, folder, "library", BODIES))
            rows["empty fork"].append(own_rate(program, folder, "fork", EMPTY))
    for name, rates in rows.items():
        print(f"{name:19} {statistics.median(rates):9.0f} schedules/s   {statistics.median(rates) / statistics.median(rows['exec']):6.1f} x exec")


if __name__ == "__main__":
    main()
