#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures `deadheat confirm` on the demos and on tests/schedules/programs.

    measure_confirm.py --deadheat build/bin/deadheat --build build [--schedules 200]

Every buggy source is checked; its races and cycles of locks are tried against the buggy program, and against the fixed one
with the same lines. The fixed source is checked and tried as well. Prints a row for each program that has findings."""

import argparse
import collections
import pathlib
import sys
import tempfile

from static_findings import Failed, check, confirm, is_steerable, keep, name_other_file

ROOT = pathlib.Path(__file__).resolve().parents[2]
Case = collections.namedtuple("Case", "name buggy fixed buggy_flags fixed_flags buggy_program fixed_program")


def demos(build):
    for source in sorted((ROOT / "demos").glob("*/*_buggy.cpp")):
        fixed = source.with_name(source.name.replace("_buggy", "_fixed"))
        programs = build / "bin" / "demos" / source.parent.name
        flags = ["-std=c++20", "-pthread", f"-I{ROOT / 'demos'}"]
        yield Case(f"{source.parent.name}/{source.stem[:-6]}", source, fixed, flags, flags, programs / source.stem, programs / fixed.stem)


def programs(build, group="schedules"):
    for source in sorted((ROOT / "tests" / group / "programs").glob("*.c*")):
        flags = (["-std=c++20"] if source.suffix == ".cpp" else ["-std=gnu11"]) + ["-pthread", f"-I{ROOT / 'runtime' / 'include'}"]
        folder = build / "test-bin" / group
        yield Case(source.stem, source, source, flags, [*flags, "-DFIXED"], folder / f"{source.stem}_buggy", folder / f"{source.stem}_fixed")


def try_findings(arguments, report, program, folder):
    if keep(report, is_steerable) == 0:
        return []
    options = ["--schedules", arguments.schedules, "--seed", arguments.seed]
    return confirm(arguments.deadheat, report, program, folder, options)[0]


def describe(result):
    place = result["locations"][0]["physicalLocation"]
    properties = result["properties"]
    return (f"{pathlib.Path(place['artifactLocation']['uri']).name}:{place['region']['startLine']} {result['ruleId'][9:]} "
            f"({properties['deadheat/schedulesTried']} schedules): {properties['deadheat/reason']}")


def measure(case, arguments, totals):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        options = ["--root", ROOT, "--confidence", arguments.confidence]
        report = check(arguments.deadheat, case.buggy, case.buggy_flags, folder, options)
        twin = folder / "twin.sarif"
        name_other_file(report, case.buggy.name, case.fixed.name, twin)
        buggy = try_findings(arguments, report, case.buggy_program, folder)
        moved = try_findings(arguments, twin, case.fixed_program, folder)
        own = check(arguments.deadheat, case.fixed, case.fixed_flags, folder, options)
        fixed = try_findings(arguments, own, case.fixed_program, folder)
    confirmed = [result for result in buggy if result["properties"]["deadheat/confirmed"]]
    wrong = [result for result in moved + fixed if result["properties"]["deadheat/confirmed"]]
    totals["findings"] += len(buggy)
    totals["confirmed"] += len(confirmed)
    totals["twins"] += len(moved)
    totals["fixed"] += len(fixed)
    totals["wrong"] += len(wrong)
    needed = [result["properties"]["deadheat/schedulesTried"] for result in confirmed]
    totals["schedules"] += needed
    if buggy or fixed:
        print(f"| {case.name} | {len(buggy)} | {len(confirmed)} | {', '.join(map(str, needed)) or '-'} | {len(wrong)} of {len(moved) + len(fixed)} |",
              flush=True)
    for result in buggy:
        if not result["properties"]["deadheat/confirmed"]:
            totals["open"].append(f"{case.name}: {describe(result)}")
    totals["bad"] += [f"{case.name}: {describe(result)}" for result in wrong]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deadheat", required=True, type=pathlib.Path)
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("--schedules", default="200")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--confidence", default="medium", help="of the findings that are tried")
    parser.add_argument("--only", default="", help="only programs whose name contains this")
    arguments = parser.parse_args()
    arguments.deadheat = arguments.deadheat.resolve()
    totals = collections.Counter(findings=0, confirmed=0, twins=0, fixed=0, wrong=0)
    totals = dict(totals, schedules=[], open=[], bad=[])
    print("| program | findings | confirmed | by schedule | of the fixed twin's, wrongly |\n|---|---|---|---|---|")
    build = arguments.build.resolve()
    for case in [*demos(build), *programs(build)]:
        if arguments.only in case.name:
            measure(case, arguments, totals)
    print(f"{totals['confirmed']} of {totals['findings']} findings confirmed, most schedules {max(totals['schedules'], default=0)}")
    print(f"{totals['wrong']} of {totals['twins'] + totals['fixed']} findings confirmed on fixed programs")
    print("\n".join(["unconfirmed:", *totals["open"]]))
    print("\n".join(totals["bad"]))
    return 1 if totals["wrong"] else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(str(failure))
