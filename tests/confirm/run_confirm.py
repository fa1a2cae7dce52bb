#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One demo or program: every race and cycle of locks that the analyzer sees in the buggy source must be confirmed, with a
schedule that replays to the same lines; on the fixed program neither the same lines nor its own findings may be."""

import argparse
import json
import pathlib
import sys
import tempfile

from measure_confirm import ROOT, demos, programs
from static_findings import Failed, check, confirm, is_steerable, keep, name_other_file, run

SCHEDULES = ["--schedules", "50"]


def last_places(traces, steps_of):
    return sorted(steps_of(trace)[-1] for trace in traces)


def static_places(result):
    def steps(trace):
        return [step["location"]["physicalLocation"]["region"]["startLine"] for step in trace["locations"]]
    return last_places(result["codeFlows"][0]["threadFlows"], steps)


def require_replay(deadheat, result, folder):
    """The replay ends with the rule's failure, at the finding's own lines."""
    wanted = "data-race" if result["ruleId"] == "deadheat-data-race" else "deadlock"
    report = folder / "again.json"
    run([deadheat, "replay", result["properties"]["deadheat/schedule"], "--json", report], folder, (1,))
    again = [finding for finding in json.loads(report.read_text(encoding="utf-8"))["findings"] if finding["rule"] == wanted]
    places = [last_places(finding["traces"][:2], lambda trace: [step["location"]["line"] for step in trace["steps"]])
              for finding in again]
    if result["properties"].get("variant") == "split-update":  # of any other store; the finding names one of them
        if not any(finding["location"]["line"] in static_places(result) for finding in again):
            raise Failed("the replay loses no update at the finding's line")
    elif wanted == "data-race" and static_places(result) not in places:
        raise Failed(f"the replay shows races at the lines {places} instead of {static_places(result)}")
    if not again:
        raise Failed(f"the replay shows no {wanted}")


def test(case, deadheat, folder, options):
    report = check(deadheat, case.buggy, case.buggy_flags, folder, ["--root", ROOT])
    if keep(report, is_steerable) == 0:
        raise Failed("the analyzer finds nothing to confirm")
    twin = folder / "twin.sarif"
    name_other_file(report, case.buggy.name, case.fixed.name, twin)
    found, text = confirm(deadheat, report, case.buggy_program, folder, options)
    for result in found:
        if not result["properties"]["deadheat/confirmed"]:
            raise Failed(f"not confirmed:\n{text}")
        require_replay(deadheat, result, folder)
    own = check(deadheat, case.fixed, case.fixed_flags, folder, ["--root", ROOT])
    for lines in [twin] + [own] * (keep(own, is_steerable) > 0):
        found, text = confirm(deadheat, lines, case.fixed_program, folder, options)
        if any(result["properties"]["deadheat/confirmed"] for result in found):
            raise Failed(f"confirmed on the fixed program:\n{text}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--deadheat", required=True, type=pathlib.Path)
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--no-rare-events", action="store_true")
    parser.add_argument("name")
    arguments = parser.parse_args()
    build = arguments.build
    (case,) = [case for case in [*demos(build), *programs(build), *programs(build, "confirm")] if case.name == arguments.name]
    options = SCHEDULES + ["--no-rare-events"] * arguments.no_rare_events
    with tempfile.TemporaryDirectory() as name:
        test(case, arguments.deadheat, pathlib.Path(name), options)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(str(failure))
