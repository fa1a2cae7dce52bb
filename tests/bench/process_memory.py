# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Memory that the watch between processes takes, by the shared bytes that a program maps and touches (touched_memory.c).

    process_memory.py --deadheat build/bin/deadheat"""

import argparse
import pathlib
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
KILO, MEGA = 1 << 10, 1 << 20
MAPPED_AND_TOUCHED = [(MEGA, 0), (1024 * MEGA, 0), (MEGA, 64 * KILO), (1024 * MEGA, 64 * KILO), (MEGA, 256 * KILO), (MEGA, MEGA), (4 * MEGA, 4 * MEGA)]


def kilobytes(deadheat, program, folder, mapped, touched):
    out = folder / "kilobytes"
    subprocess.run([deadheat, "explore", "--schedules", "1", "--", program, str(mapped), str(touched), out], cwd=folder, check=True,
                   stdout=subprocess.DEVNULL)
    return int(out.read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deadheat", required=True, type=pathlib.Path)
    deadheat = parser.parse_args().deadheat.resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        program = folder / "touched_memory"
        subprocess.run([deadheat.parent / "deadheat-cc", "-O1", HERE / "touched_memory.c", "-o", program], check=True)
        base = None
        for mapped, touched in MAPPED_AND_TOUCHED:
            total = kilobytes(deadheat, program, folder, mapped, touched)
            base = total if base is None else base
            own = total - base - touched // KILO
            share = f", {own * KILO / touched:.1f} for each byte touched" if touched else ""
            print(f"mapped {mapped // KILO:8} kB, touched {touched // KILO:5} kB: {own:7} kB{share}")


if __name__ == "__main__":
    main()
