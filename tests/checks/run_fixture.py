# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs `deadheat check` on one fixture (a file, or a folder that is a program) and compares the findings with the marks in it.

    run_fixture.py --deadheat build/bin/deadheat tests/checks/data-race.cpp

Exits 1 with one line per difference. expectations.py says what the marks mean.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import expectations

COMPILERS = {".c": "clang -std=gnu17", ".cpp": "clang++ -std=c++20"}
TIME_LIMIT_SECONDS = 300


def sources_of(fixture):
    if os.path.isfile(fixture):
        return [fixture]
    files = sorted(os.path.join(fixture, name) for name in os.listdir(fixture))
    return [path for path in files if os.path.splitext(path)[1] in COMPILERS]


def files_of(fixture):
    """Sources and headers: marks stand in both."""
    if os.path.isfile(fixture):
        return [fixture]
    return sorted(os.path.join(fixture, name) for name in os.listdir(fixture) if name.endswith((".c", ".cpp", ".h")))


def write_database(folder, sources, arguments):
    entries = [{"directory": os.path.dirname(source), "file": source,
                "command": " ".join([COMPILERS[os.path.splitext(source)[1]], *arguments, "-c", source])}
               for source in sources]
    with open(os.path.join(folder, "compile_commands.json"), "w", encoding="utf-8") as file:
        json.dump(entries, file)


def run_check(deadheat, sources, options, arguments=()):
    """The parsed JSON report of one run, and its exit code."""
    with tempfile.TemporaryDirectory() as folder:
        write_database(folder, sources, arguments)
        report = os.path.join(folder, "report.json")
        command = [deadheat, "check", "-p", folder, "--json", report, *options, *sources]
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT_SECONDS, check=False)
        if done.returncode not in (0, 1):
            sys.exit(f"{' '.join(command)}\nended with {done.returncode}\n{done.stdout}{done.stderr}")
        with open(report, encoding="utf-8") as file:
            return json.load(file), done.returncode


def known_rules(deadheat):
    listing = subprocess.run([deadheat, "check", "--list-checks"], capture_output=True, text=True, check=True).stdout
    return {line.split()[0] for line in listing.splitlines() if line.strip()}


def verify(deadheat, fixture, arguments=()):
    """Complaints about one fixture."""
    fixture = os.path.abspath(fixture)
    sources = sources_of(fixture)
    directives = [directive for path in files_of(fixture) for directive in expectations.parse_directives(path)]
    options = [option for path in sources for option in expectations.parse_options(path)]
    report, status = run_check(deadheat, sources, options, arguments)
    complaints = [f"not analysed cleanly: {note['message']}" for note in report["notifications"]]
    complaints += expectations.compare(directives, expectations.findings_of(report), known_rules(deadheat))
    if status != (1 if report["findings"] else 0):
        complaints.append(f"exit code {status} with {len(report['findings'])} findings")
    return complaints


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deadheat", required=True)
    parser.add_argument("--argument", action="append", default=[], help="further argument of the compile command")
    parser.add_argument("fixtures", nargs="+")
    options = parser.parse_args()
    complaints = [line for fixture in options.fixtures for line in verify(options.deadheat, fixture, options.argument)]
    print("\n".join(complaints))
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
