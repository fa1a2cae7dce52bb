# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Explores a program whose processes end or behave badly, with the options of `// OPTIONS:`: the exploration must end, say what
`// EXPECT:` says (`clean`: that nothing is wrong), not what `// NEVER:` says, and leave no process of the program behind. It is started
with the signals of `// INHERITS:` ignored."""

import argparse
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

SCHEDULES = "--schedules 100"


def still_running(program):
    running = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.readlink(entry / "exe") == str(program):
                    running.append(entry.name)
            except OSError:
                pass  # not ours to look at, or gone
    return running


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deadheat", required=True)
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--source", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    source = arguments.source.read_text(encoding="utf-8")
    expected = re.search(r"^// EXPECT: *(.*)$", source, re.M)[1]
    never = re.findall(r"^// NEVER: *(.*)$", source, re.M)
    options = " ".join(re.findall(r"^// OPTIONS: *(.*)$", source, re.M))
    if "--schedules" not in options:
        options += f" {SCHEDULES}"
    inherits = re.findall(r"^// INHERITS: *(.*)$", source, re.M)
    complaints = []

    def ignore_signals():
        for name in inherits:
            signal.signal(signal.Signals[name], signal.SIG_IGN)

    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([arguments.deadheat, "explore", *options.split(), "--", arguments.program.resolve()], cwd=folder,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", preexec_fn=ignore_signals)
    output = done.stdout + done.stderr
    if expected == "clean":
        if done.returncode != 0 or "not steered" in output:
            complaints.append(f"ended with {done.returncode}, expected 0:\n{output}")
    elif expected not in output:
        complaints.append(f"'{expected}' is not in the output:\n{output}")
    complaints += [f"'{text}' is in the output:\n{output}" for text in never if text in output]
    left = still_running(arguments.program.resolve())
    if left:
        complaints.append(f"processes are left: {left}")
    print("\n".join(complaints))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
