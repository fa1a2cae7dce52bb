# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Each rule of rules.py finds a planted violation and accepts what is allowed."""
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import rules  # noqa: E402

SPDX = "// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception\n"


class RulesTest(unittest.TestCase):
    def complaints(self, rule, tree):
        with tempfile.TemporaryDirectory() as root:
            for name, text in tree.items():
                path = os.path.join(root, name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
            return rules.RULES[rule](root)

    def test_layering_accepts_the_table(self):
        self.assertEqual(self.complaints("layering", {
            "analyzer/link/a.cpp": '#include "analyzer/ir/ir.h"\n#include "analyzer/link/b.h"\n#include <vector>\n',
            "analyzer/extract/a.cpp": "#include <clang/AST/Decl.h>\n",
            "runtime/tsan/a.cpp": "void f() { __tsan_acquire(p); }\n",
            "cli/a.cpp": '#include "deadheat_version.h"\n#include "report/text.h"\n',
            "tests/a/b.cpp": '#include "runtime/sched/x.h"\n#include "analyzer/ir/ir.h"\n'}), [])

    def test_layering_refuses_the_rest(self):
        for name, text in {
                "analyzer/ir/a.cpp": '#include "analyzer/link/b.h"\n',
                "analyzer/link/a.cpp": '#include "report/finding.h"\n',
                "analyzer/link/b.cpp": "#include <llvm/ADT/StringRef.h>\n",
                "analyzer/checks/a.cpp": '#include "analyzer/extract/extract.h"\n',
                "report/a.h": '#include "analyzer/ir/ir.h"\n',
                "cli/a.cpp": '#include "analyzer/ir/ir.h"\n',
                "runtime/launch/a.cpp": '#include "analyzer/ir/ir.h"\n',
                "analyzer/pipeline/a.cpp": '#include "runtime/launch/run.h"\n',
                "runtime/model/a.cpp": '#include "runtime/strategies/x.h"\n',
                "runtime/sched/a.cpp": "void f() { __tsan_acquire(p); }\n",
                "elsewhere/a.cpp": "int x;\n"}.items():
            with self.subTest(name=name):
                self.assertEqual(len(self.complaints("layering", {name: text})), 1)

    def test_completeness(self):
        whole = {"analyzer/checks/x.cpp": 'DEADHEAT_REGISTER_CHECK("x")', "docs/checks/x.md": "", "tests/checks/x.cpp": "",
                 "analyzer/checks/check.cpp": "no check", "docs/checks/README.md": ""}
        self.assertEqual(self.complaints("completeness", whole), [])
        for missing in ("docs/checks/x.md", "tests/checks/x.cpp", "analyzer/checks/x.cpp"):
            with self.subTest(missing=missing):
                self.assertNotEqual(self.complaints("completeness", {k: v for k, v in whole.items() if k != missing}), [])
        for extra in ("docs/checks/y.md", "tests/checks/y.cpp"):
            with self.subTest(extra=extra):
                self.assertEqual(len(self.complaints("completeness", {**whole, extra: ""})), 1)
        misnamed = {**whole, "analyzer/checks/x.cpp": 'DEADHEAT_REGISTER_CHECK("z")'}
        self.assertEqual(len(self.complaints("completeness", misnamed)), 1)

    def test_file_sizes(self):
        self.assertEqual(self.complaints("file_sizes", {"cli/a.cpp": "\n" * 500}), [])
        self.assertEqual(len(self.complaints("file_sizes", {"cli/a.cpp": "\n" * 501})), 1)

    def test_licences(self):
        self.assertEqual(self.complaints("licences", {"cli/a.cpp": SPDX}), [])
        self.assertEqual(len(self.complaints("licences", {"cli/a.cpp": "\n\n\n" + SPDX})), 1)

    def test_private_words(self):
        self.assertEqual(self.complaints("private_words", {"a.md": "see docs/design.md"}), [])
        for text in ("see ../shared/design.md", "the issue tracker says", "built in /work/build"):
            with self.subTest(text=text):
                self.assertEqual(len(self.complaints("private_words", {"a.md": text})), 1)

    def test_global_state(self):
        allowed = """namespace deadheat {
DEADHEAT_SHARED sched::Shared<Run> run;
DEADHEAT_PER_PROCESS Activity current = Activity::passive;
thread_local constinit ThreadRecord* self = nullptr;
constexpr int kLimit = 3;
const char* const kNames[] = {"a"};
using Start = int;
struct Waits {
    int count = 0;
    static bool has(int what);
};
int next() {
    static const auto function = find();
    return function;
}
}
"""
        self.assertEqual(self.complaints("global_state", {"runtime/intercept/a.cpp": allowed, "runtime/launch/b.cpp": "int count;\n"}), [])
        for planted in ("constinit int count = 0;", "sched::Vector<Thread*> threads;", "std::atomic<bool> busy{false};",
                        "static const char* name = nullptr;", "int table[4] = {};", "    static int calls = 0;"):
            with self.subTest(planted=planted):
                self.assertEqual(len(self.complaints("global_state", {"runtime/model/a.cpp": planted + "\n"})), 1)

    def test_lines_have_numbers(self):
        found = self.complaints("layering", {"report/a.h": SPDX + '\n#include "cli/x.h"\n'})
        self.assertEqual(found, ["report/a.h:3: report may not include cli/x.h"])


if __name__ == "__main__":
    unittest.main()
