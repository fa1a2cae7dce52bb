# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a source file says about its own findings, and how that compares with what `deadheat check --json` says.

A directive is a comment at the end of a line; several are separated by semicolons:

    expect: RULE           a finding of RULE must concern this line
    expect: RULE(VARIANT) "TEXT"   ... of that variant, with TEXT somewhere in the finding
    partner: RULE          another line of the same defect: a finding may be placed here, or not
    missed: RULE           a defect that is known not to be found; fails once it is found
    false-alarm: RULE      reported, though nothing is wrong; fails once it is no longer reported
    BUG: RULE              the same as expect, in the demos

A finding concerns its own place and the last step of each of its traces (the two accesses of a race, the inner
acquisitions of a cycle). Every finding must be placed on a line that expects it or names it as partner or false alarm.
"""
import os
import re
from dataclasses import dataclass, field

_DIRECTIVE = re.compile(r"\s*(expect|partner|missed|false-alarm|BUG):\s*([a-z-]+)(?:\(([a-z-]+)\))?((?:\s+\"[^\"]*\")*)\s*")
_COMMENT = re.compile(r"//\s*((?:expect|partner|missed|false-alarm|BUG):.*)$")
_OPTIONS = re.compile(r"^//\s*options:\s*(.*)$", re.MULTILINE)
_TEXT = re.compile(r'"([^"]*)"')


class MalformedDirective(Exception):
    pass


@dataclass(frozen=True)
class Directive:
    file: str
    line: int
    kind: str
    rule: str
    variant: str = ""
    texts: tuple = ()

    @property
    def place(self):
        return (self.file, self.line)

    def __str__(self):
        variant = f"({self.variant})" if self.variant else ""
        return self.rule + variant + "".join(f' "{text}"' for text in self.texts)


@dataclass
class Finding:
    """A finding of the JSON report, reduced to what is compared."""
    rule: str
    variant: str
    message: str
    place: tuple
    concerns: set = field(default_factory=set)
    words: str = ""


def parse_directives(path):
    """The directives of one source file. Files are known by their base name."""
    name = os.path.basename(path)
    directives = []
    with open(path, encoding="utf-8") as source:
        for number, line in enumerate(source, 1):
            comment = _COMMENT.search(line.rstrip("\n"))
            if comment:
                directives += _parse_comment(name, number, comment.group(1))
    return directives


def _parse_comment(name, number, text):
    directives = []
    for part in text.split(";"):
        match = _DIRECTIVE.fullmatch(part)
        if not match:
            raise MalformedDirective(f"{name}:{number}: cannot read '{part.strip()}'")
        kind, rule, variant, texts = match.groups()
        kind = "expect" if kind == "BUG" else kind
        directives.append(Directive(name, number, kind, rule, variant or "", tuple(_TEXT.findall(texts))))
    return directives


def parse_options(path):
    """Options for `deadheat check` that the file asks for."""
    with open(path, encoding="utf-8") as source:
        return [word for line in _OPTIONS.findall(source.read()) for word in line.split()]


def findings_of(report):
    """The findings of a parsed JSON report."""
    return [_finding(item) for item in report["findings"]]


def _place(location):
    return (os.path.basename(location["file"]), location["line"])


def _finding(item):
    ends = [trace["steps"][-1] for trace in item["traces"] if trace["steps"]]
    words = [item["message"], item["subject"]] + [note["message"] for note in item["notes"]]
    for trace in item["traces"]:
        words += [trace["title"], *trace["locksHeld"], *(step["message"] for step in trace["steps"])]
    place = _place(item["location"])
    return Finding(item["rule"], item["variant"], item["message"], place,
                   {place, *(_place(step["location"]) for step in ends)}, "\n".join(words))


def _fits(directive, finding):
    return (directive.rule == finding.rule and directive.place in finding.concerns
            and directive.variant in ("", finding.variant) and all(text in finding.words for text in directive.texts))


def compare(directives, findings, known_rules):
    """Complaints, one line each; none when the findings are as the directives say.

    Directives for rules that do not exist (yet) say nothing; findings of every rule count.
    """
    directives = [directive for directive in directives if directive.rule in known_rules]
    allowed = {(d.rule, d.place) for d in directives if d.kind != "missed"}
    complaints = [(finding.place, f"not expected: {finding.rule}({finding.variant}): {finding.message}")
                  for finding in findings if (finding.rule, finding.place) not in allowed]
    complaints += [(directive.place, text) for directive in directives for text in _complaint(directive, findings)]
    return [f"{file}:{line}: {text}" for (file, line), text in sorted(complaints)]


def _complaint(directive, findings):
    same_rule = [f for f in findings if f.rule == directive.rule and directive.place in f.concerns]
    if directive.kind == "expect" and not any(_fits(directive, f) for f in findings):
        instead = "".join(f"; there is {f.rule}({f.variant}): {f.message}" for f in same_rule)
        yield f"not found: {directive}{instead}"
    elif directive.kind == "missed" and same_rule:
        yield f"found at last: {directive}; change 'missed' to 'expect'"
    elif directive.kind == "false-alarm" and not any(f.place == directive.place for f in same_rule):
        yield f"no longer reported: {directive}; remove 'false-alarm'"
