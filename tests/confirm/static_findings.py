# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What `deadheat check` says of one source, and what `deadheat confirm` makes of it."""

import json
import pathlib
import re
import subprocess

TRIED_RULES = ("deadheat-data-race", "deadheat-lock-order")


class Failed(Exception):
    pass


def run(arguments, folder, expect):
    done = subprocess.run(list(map(str, arguments)), cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          errors="replace")
    if done.returncode not in expect:
        raise Failed(f"{' '.join(map(str, arguments))}\nexit status {done.returncode}, expected {expect}\n{done.stdout}{done.stderr}")
    return done


def check(deadheat, source, flags, folder, options=()):
    """The SARIF report of a source; the analyzer's cache lies in the folder."""
    report = pathlib.Path(folder) / f"{pathlib.Path(source).stem}.sarif"
    run([deadheat, "check", source, "--cache-dir", pathlib.Path(folder) / "cache", "--sarif", report, *options, "--", *flags], folder, (0, 1))
    return report


def results(report):
    return [result for part in json.loads(pathlib.Path(report).read_text(encoding="utf-8"))["runs"] for result in part["results"]]


def keep(report, wanted):
    """Leaves the results that `wanted` accepts; returns how many there are."""
    log = json.loads(pathlib.Path(report).read_text(encoding="utf-8"))
    for part in log["runs"]:
        part["results"] = [result for result in part["results"] if wanted(result)]
    pathlib.Path(report).write_text(json.dumps(log), encoding="utf-8")
    return sum(len(part["results"]) for part in log["runs"])


def is_steerable(result):
    """A race or a cycle of locks; a thread that takes its own lock again needs no steering."""
    return result["ruleId"] in TRIED_RULES and result["properties"].get("variant") != "self-deadlock"


def name_other_file(report, old, new, target):
    """The same findings as if they were in the file `new`."""
    text = pathlib.Path(report).read_text(encoding="utf-8")
    pathlib.Path(target).write_text(re.sub(re.escape(old) + r'(?=")', new, text), encoding="utf-8")


def confirm(deadheat, report, program, folder, options=()):
    """The results of the annotated report, and the text."""
    annotated = pathlib.Path(folder) / "confirmed.sarif"
    done = run([deadheat, "confirm", report, "--sarif", annotated, *options, "--", program], folder, (0, 1))
    found = results(annotated)
    confirmed = any(result["properties"]["deadheat/confirmed"] for result in found)
    if done.returncode != (1 if confirmed else 0):
        raise Failed(f"exit status {done.returncode} although confirmed is {confirmed}\n{done.stdout}")
    return found, done.stdout
