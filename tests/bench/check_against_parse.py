#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What checking costs next to merely parsing: `deadheat check` with an empty cache against `clang -fsyntax-only` over the same
translation units with the same number of jobs, by turns in one run.

    tests/bench/check_against_parse.py -p BUILD [--jobs N] [--rounds 3] [--deadheat build/bin/deadheat] [--clang DIR] [paths...]

Prints the wall and processor time of each round, and the ratio of the fastest rounds; then the same for a second check, which
finds nothing changed. The units' own compile flags are used;
a unit that Clang refuses for a flag of another compiler is counted and named as a note.
"""
import argparse
import concurrent.futures
import json
import os
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

VALUE_FLAGS = {"-o", "-MF", "-MT", "-MQ"}
DROPPED_FLAGS = {"-c", "-S", "-E", "-M", "-MM", "-MD", "-MMD", "-MG", "-MP", "-Werror"}


def units(build, paths):
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        entries = json.load(file)
    wanted = [os.path.abspath(path) for path in paths]
    found, seen = [], set()
    for entry in entries:
        source = os.path.normpath(os.path.join(entry["directory"], entry["file"]))
        if wanted and not any(source == path or source.startswith(path + os.sep) for path in wanted):
            continue
        arguments = entry.get("arguments") or shlex.split(entry["command"])
        command = parse_command(arguments)
        if (source, tuple(command)) not in seen:
            seen.add((source, tuple(command)))
            found.append((entry["directory"], source, command))
    return found


def parse_command(arguments):
    """The command without launchers, compiler and outputs."""
    while arguments and os.path.basename(arguments[0]) in ("ccache", "distcc", "sccache"):
        arguments = arguments[1:]
    cleaned, skip = [], False
    for argument in arguments[1:]:
        if skip:
            skip = False
        elif argument in VALUE_FLAGS:
            skip = True
        elif argument not in DROPPED_FLAGS:
            cleaned.append(argument)
    return cleaned


def clang_for(source, folder):
    return os.path.join(folder, "clang" if source.endswith(".c") else "clang++")


def timed(action):
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    action()
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def parse_all(todo, clang, jobs):
    def parse(unit):
        directory, source, arguments = unit
        command = [clang_for(source, clang), "-fsyntax-only", "-w", "-Qunused-arguments", *arguments]
        return subprocess.run(command, cwd=directory, capture_output=True, check=False).returncode
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        failed = sum(status != 0 for status in pool.map(parse, todo))
    if failed:
        print(f"note: clang -fsyntax-only failed for {failed} of {len(todo)} units", file=sys.stderr)


def check_all(options, cache):
    command = [options.deadheat, "check", "-q", "-p", options.build, "-j", str(options.jobs), "--cache-dir", cache, *options.paths]
    status = subprocess.run(command, capture_output=True, check=False).returncode
    if status not in (0, 1):
        sys.exit(f"{shlex.join(command)} ended with {status}")


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-p", dest="build", default=os.path.join(here, "..", "..", "build"))
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--deadheat", default=os.path.join(here, "..", "..", "build", "bin", "deadheat"))
    parser.add_argument("--clang", default="/usr/lib/llvm-22/bin", help="folder with clang and clang++")
    parser.add_argument("paths", nargs="*")
    options = parser.parse_args()
    if not shutil.which(os.path.join(options.clang, "clang++")):
        sys.exit(f"{options.clang}: no clang++ in it; name another folder with --clang")
    todo = units(options.build, options.paths)
    if not todo:
        sys.exit("no translation unit is selected")
    print(f"{len(todo)} translation units, {options.jobs} jobs, {options.rounds} rounds; seconds")
    print(f"{'round':>5}  {'parse wall':>10} {'cpu':>8}  {'check wall':>10} {'cpu':>8}  {'again wall':>10} {'cpu':>8}")
    parses, checks, again = [], [], []
    for number in range(1, options.rounds + 1):
        parses.append(timed(lambda: parse_all(todo, options.clang, options.jobs)))
        with tempfile.TemporaryDirectory() as cache:
            checks.append(timed(lambda: check_all(options, cache)))
            again.append(timed(lambda: check_all(options, cache)))
        print(f"{number:>5}" + "".join(f"  {wall:>10.2f} {cpu:>8.2f}" for wall, cpu in (parses[-1], checks[-1], again[-1])), flush=True)
    print("check / parse: " + ratio(checks, parses))
    print("again / check: " + ratio(again, checks))


def ratio(these, those):
    """Of the fastest rounds."""
    wall, cpu = (min(run[i] for run in these) / min(run[i] for run in those) for i in (0, 1))
    return f"{wall:.3f} wall, {cpu:.3f} cpu"


if __name__ == "__main__":
    main()
