#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Explores one program of programs/ and holds what is found against the expectation in its first lines:

    // EXPECT: RULE [VARIANT]      what `deadheat explore` must find; any of several such lines
    // EXPLORE: OPTIONS            options of explore; default: --strategy pct --schedules 1000
    // FIXED: OPTIONS              options of explore for the fixed variant; default: --schedules 300
    // RUN: clean | RULE           what `deadheat run` must say of the buggy variant, when that is certain

A failure must be found in every listed strategy, replay from its schedule file to the same finding and the same step
log, twice, and the fixed variant must stay clean under run and explore."""

import argparse
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

FIXED_OPTIONS = ["--schedules 300"]


def directives(source, name):
    pattern = re.compile(r"^// " + name + r": *(.*)$", re.M)
    return pattern.findall(pathlib.Path(source).read_text(encoding="utf-8"))


class Failed(Exception):
    pass


def call(arguments, folder, expect=None):
    done = subprocess.run(arguments, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
    if expect is not None and done.returncode != expect:
        raise Failed(f"{shlex.join(map(str, arguments))}\nexit status {done.returncode}, expected {expect}\n{done.stdout}{done.stderr}")
    return done


def findings(file):
    return json.loads(pathlib.Path(file).read_text(encoding="utf-8"))["findings"]


def kinds(items):
    return {f"{item['rule']} {item.get('variant', '')}".strip() for item in items}


def matches(found, expected):
    return any(kind == wanted or kind.split(" ")[0] == wanted for kind in found for wanted in expected)


def replay(deadheat, schedule, folder, label):
    report, log = folder / f"{label}.json", folder / f"{label}.log"
    call([deadheat, "replay", schedule, "--json", report, "--log", log], folder, expect=1)
    return kinds(findings(report)), log.read_bytes()


def check_buggy(arguments, folder):
    expected = directives(arguments.source, "EXPECT")
    if not expected:
        raise Failed("no EXPECT line")
    explorations = directives(arguments.source, "EXPLORE") or ["--strategy pct --schedules 1000"]
    for options in explorations:
        report, log = folder / "found.json", folder / "found.log"
        call([arguments.deadheat, "explore", *shlex.split(options), "--json", report, "--log", log, "--", arguments.program],
             folder, expect=1)
        found = kinds(findings(report))
        if not matches(found, expected):
            raise Failed(f"{options}: found {sorted(found)}, expected one of {expected}")
        (schedule,) = folder.glob("*.schedule")
        for label in ("first", "second"):
            again, steps = replay(arguments.deadheat, schedule, folder, label)
            if again != found:
                raise Failed(f"{options}: the {label} replay finds {sorted(again)} instead of {sorted(found)}")
            if steps != log.read_bytes():
                raise Failed(f"{options}: the {label} replay performs other steps")
        schedule.unlink()
    for expectation in directives(arguments.source, "RUN"):
        report = folder / "run.json"
        call([arguments.deadheat, "run", "--json", report, "--", arguments.program], folder, expect=0 if expectation == "clean" else 1)
        if expectation != "clean" and not matches(kinds(findings(report)), [expectation]):
            raise Failed(f"run finds {sorted(kinds(findings(report)))}, expected {expectation}")


def check_fixed(arguments, folder):
    call([arguments.deadheat, "run", "--", arguments.program], folder, expect=0)
    (options,) = directives(arguments.source, "FIXED") or FIXED_OPTIONS
    for strategy in ("random", "pct", "pos"):
        call([arguments.deadheat, "explore", "--strategy", strategy, *shlex.split(options), "--", arguments.program], folder, expect=0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--deadheat", required=True)
    parser.add_argument("--program", required=True)
    parser.add_argument("--source", required=True)
    parser.add_argument("--variant", choices=["buggy", "fixed"], required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        try:
            (check_buggy if arguments.variant == "buggy" else check_fixed)(arguments, pathlib.Path(folder))
            if hidden := sorted(path.name for path in pathlib.Path(folder).glob(".*")):
                raise Failed(f"files left behind: {hidden}")
        except Failed as failure:
            print(failure)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
