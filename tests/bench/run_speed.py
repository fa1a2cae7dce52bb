#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What `deadheat run` costs beside ThreadSanitizer alone, side by side: the same source built with `clang++ -fsanitize=thread` and
with deadheat-c++, the second one under `deadheat run`. Rounds alternate; the least processor time of each is printed, because
whatever else the machine does only adds to it.

    run_speed.py --deadheat build/bin/deadheat [--rounds 7]"""

import argparse
import pathlib
import resource
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
# What a thread does between two locks, in accesses; the rounds make each row about as long.
WORK = {"much work, few locks": (2, 20000, 20000), "some work": (2, 200000, 1000), "little work, many locks": (2, 1000000, 50)}


def build(command, output):
    subprocess.run([*command, "-std=c++20", "-O2", "-g", "-pthread", HERE / "run_speed.cpp", "-o", output], check=True)
    return output


def seconds(command, folder):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deadheat", required=True, type=pathlib.Path)
    parser.add_argument("--clang", default="clang++-22")
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    deadheat = arguments.deadheat.resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        plain = build([arguments.clang, "-fsanitize=thread"], folder / "plain")
        ours = build([deadheat.parent / "deadheat-c++"], folder / "ours")
        for title, numbers in WORK.items():
            rows = {"plain": [], "ours": []}
            options = [str(number) for number in numbers]
            for _ in range(arguments.rounds):
                rows["plain"].append(seconds([plain, *options], folder))
                rows["ours"].append(seconds([deadheat, "run", "--", ours, *options], folder))
            alone, run = min(rows["plain"]), min(rows["ours"])
            print(f"{title:24} ThreadSanitizer {alone:6.2f} s   deadheat run {run:6.2f} s   {run / alone:5.2f} x")


if __name__ == "__main__":
    main()
