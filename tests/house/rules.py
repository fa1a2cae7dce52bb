# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The rules that hold for the whole repository, each a function from a folder to a list of complaints.

    rules.py ROOT [rule...]      exits with 1 and a line per complaint
"""
import os
import re
import subprocess
import sys

SOURCES = (".h", ".cpp", ".c", ".inl", ".def")
SOURCE_LINES_LIMIT = 500

# Files that may be longer, each with its reason.
LONG_FILES = {}

# A folder and what it may include besides itself; the longest prefix counts. None: anything.
LAYERS = {
    "cli": ["analyzer/pipeline", "runtime/launch", "report"],
    "report": [],
    "analyzer/pipeline": ["analyzer/extract", "analyzer/link", "analyzer/checks", "analyzer/ir", "report"],
    "analyzer/checks": ["analyzer/link", "analyzer/ir", "report"],
    "analyzer/link": ["analyzer/ir"],
    "analyzer/extract": ["analyzer/ir"],
    "analyzer/ir": [],
    "runtime/launch": ["runtime/sched", "report"],
    "runtime/intercept": ["runtime/model", "runtime/strategies", "runtime/tsan", "runtime/shm", "runtime/include", "runtime/sched"],
    "runtime/model": ["runtime/sched"],
    "runtime/strategies": ["runtime/sched"],
    "runtime/tsan": ["runtime/sched"],
    "runtime/shm": ["runtime/sched"],
    "runtime/sched": [],
    "runtime/include": [],
    "demos": ["shared", "deadheat"],
    "tests": None,
}

# Words that only some folders may contain, in code.
OWNED_WORDS = [
    (re.compile(r'#\s*include\s+[<"]clang(-c)?/'), ["analyzer/extract"], "only analyzer/extract includes Clang"),
    (re.compile(r'#\s*include\s+[<"]llvm(-c)?/'), ["analyzer/extract", "runtime/launch/debug_lines.cpp"],
     "only analyzer/extract and runtime/launch/debug_lines.cpp include LLVM"),
    (re.compile(r"\b__(tsan|sanitizer)_\w+\s*\("), ["runtime/tsan", "runtime/intercept/builtins.h", "runtime/launch/tsan_findings.cpp", "runtime/include"],
     "only runtime/tsan calls ThreadSanitizer"),
]

# What a reader of the repository has no use for.
PRIVATE_WORDS = re.compile(r"\.\./shared/(?!worker_pool|process)|\.\./shared\b(?!/)|/work/|\bissue tracker\b", re.IGNORECASE)

# What of the runtime is linked into programs, which may fork.
RUNTIME_IN_THE_PROGRAM = ("intercept", "model", "sched", "shm", "strategies", "tsan")
OWNERSHIP_MARKERS = ("DEADHEAT_SHARED", "DEADHEAT_PER_PROCESS", "thread_local")
# At the start of a line, as the code is formatted: a type, a name, then an initialiser or the end.
VARIABLE = re.compile(r"^(?P<indent>\s*)(?P<type>(?:__attribute__\(\(.*?\)\)\s*)*[A-Za-z_][\w:<>,*& ]*?[ *&>])\w+(?:\[[^\]]*\])*\s*(?:=(?!=)|;|\{)")
NO_VARIABLE = re.compile(r"(?:__extension__ )?(using|typedef|struct|class|enum|union|return|namespace|template|extern|case|goto|friend|else|delete|throw)\b")
IMMUTABLE = re.compile(r"\bconstexpr\b|\bconst\b(?!.*\*)|\*\s*const\b")

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
GENERATED = re.compile(r"^deadheat_\w+\.h$")


def files(root, suffixes=None):
    """Paths relative to root, sorted: what git knows, or everything where there is no git."""
    if os.path.isdir(os.path.join(root, ".git")):
        listing = subprocess.run(["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                                 capture_output=True, text=True, check=True).stdout
        found = [name for name in listing.split("\0") if name and os.path.isfile(os.path.join(root, name))]
    else:
        found = [os.path.relpath(os.path.join(folder, name), root)
                 for folder, folders, names in os.walk(root) if not folders.sort() for name in names
                 if not os.path.relpath(folder, root).startswith("build")]
    return sorted(name for name in found if suffixes is None or name.endswith(suffixes))


def lines(root, name):
    with open(os.path.join(root, name), encoding="utf-8", errors="replace") as file:
        return file.read().splitlines()


def below(name, folder):
    return name == folder or name.startswith(folder + "/")


def layer_of(name):
    fitting = [layer for layer in LAYERS if below(name, layer)]
    return max(fitting, key=len) if fitting else None


def layering(root):
    complaints = []
    for name in files(root, SOURCES):
        layer = layer_of(name)
        if layer is None:
            complaints.append(f"{name}: its folder has no place in the table of layers")
            continue
        allowed = LAYERS[layer]
        for number, line in enumerate(lines(root, name), 1):
            include = INCLUDE.match(line)
            if include and allowed is not None and not GENERATED.match(include[1]):
                if not any(below(include[1], folder) for folder in [layer, *allowed]) and "/" in include[1]:
                    complaints.append(f"{name}:{number}: {layer} may not include {include[1]}")
            for pattern, owners, reason in OWNED_WORDS:
                if pattern.search(line) and not below(name, "tests") and not any(below(name, owner) for owner in owners):
                    complaints.append(f"{name}:{number}: {reason}")
    return complaints


def completeness(root):
    """Every check has its page and its fixture, and there is no page or fixture without a check."""
    def stems(folder, suffix):
        path = os.path.join(root, folder)
        return {name[:-len(suffix)] for name in os.listdir(path) if name.endswith(suffix)} if os.path.isdir(path) else set()

    complaints, checks = [], set()
    for name in sorted(stems("analyzer/checks", ".cpp")):
        text = "\n".join(lines(root, f"analyzer/checks/{name}.cpp"))
        if "DEADHEAT_REGISTER_CHECK" in text:
            checks.add(name)
            if f'"{name}"' not in text:
                complaints.append(f"analyzer/checks/{name}.cpp: registers a check whose id is not '{name}'")
    if not checks:
        return ["analyzer/checks: no check registers itself"]
    for folder, suffix in (("docs/checks", ".md"), ("tests/checks", ".cpp")):
        found = {name for name in stems(folder, suffix) if name != "README" and not name.endswith("_test")}
        complaints += [f"{folder}/{name}{suffix} is missing" for name in sorted(checks - found)]
        complaints += [f"{folder}/{name}{suffix}: there is no such check" for name in sorted(found - checks)]
    return complaints


def file_sizes(root):
    complaints = []
    for name in files(root, SOURCES + (".py",)):
        count = len(lines(root, name))
        if count > SOURCE_LINES_LIMIT and name not in LONG_FILES:
            complaints.append(f"{name}: {count} lines; the limit is {SOURCE_LINES_LIMIT}")
    return complaints


def licences(root):
    marker = "SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"
    exempt = ("tests/checks/", "demos/", "tests/demos/")
    return [f"{name}: no SPDX line among the first three" for name in files(root, (".h", ".cpp", ".c", ".py", ".inl"))
            if not name.startswith(exempt) and not any(marker in line for line in lines(root, name)[:3])]


def private_words(root):
    complaints = []
    for name in files(root, SOURCES + (".md", ".py", ".txt", ".cmake", ".yaml", ".json", ".sh", ".in")):
        if name == "tests/house/rules.py" or name == "tests/house/rules_test.py":
            continue
        for number, line in enumerate(lines(root, name), 1):
            if PRIVATE_WORDS.search(line):
                complaints.append(f"{name}:{number}: {line.strip()}")
    return complaints


def global_state(root):
    """Every variable of the runtime that outlives a call says whether the processes of a run share it."""
    complaints = []
    for name in files(root, (".h", ".cpp")):
        if not any(below(name, f"runtime/{folder}") for folder in RUNTIME_IN_THE_PROGRAM):
            continue
        for number, line in enumerate(lines(root, name), 1):
            variable = VARIABLE.match(line)
            if not variable or NO_VARIABLE.match(variable["type"]) or (variable["indent"] and "static " not in variable["type"]):
                continue
            if not IMMUTABLE.search(variable["type"]) and not any(marker in line for marker in OWNERSHIP_MARKERS):
                complaints.append(f"{name}:{number}: mark this variable as one of {', '.join(OWNERSHIP_MARKERS)}, or make it const")
    return complaints


RULES = {rule.__name__: rule for rule in (layering, completeness, file_sizes, licences, private_words, global_state)}


def main():
    root, wanted = sys.argv[1], sys.argv[2:] or list(RULES)
    complaints = [complaint for rule in wanted for complaint in RULES[rule](root)]
    print("\n".join(complaints))
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
