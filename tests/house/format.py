# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""format.py ROOT CLANG_FORMAT [--fix]: names every C and C++ file that clang-format would change, or changes it.

Versions of clang-format differ in detail, so the result counts for the one that .clang-format is written for.
"""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import rules  # noqa: E402


def formatted(root, tool, name):
    return subprocess.run([tool, os.path.join(root, name)], capture_output=True, check=True).stdout


def main():
    root, tool, fix = sys.argv[1], sys.argv[2], "--fix" in sys.argv[3:]
    failed = False
    for name in rules.files(root, (".h", ".cpp", ".c")):
        wanted = formatted(root, tool, name)
        with open(os.path.join(root, name), "rb") as file:
            same = file.read() == wanted
        if same:
            continue
        if fix:
            with open(os.path.join(root, name), "wb") as file:
                file.write(wanted)
        else:
            failed = True
            print(f"{name}: not formatted; run scripts/format")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
