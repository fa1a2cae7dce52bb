#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""validate_sarif.py SCHEMA REPORT...: exits with 1 and a line per problem when a report does not match the schema."""
import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    validator = jsonschema.Draft4Validator(json.load(file))
failed = False
for path in sys.argv[2:]:
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    for error in validator.iter_errors(report):
        failed = True
        print(f"{path}: /{'/'.join(map(str, error.absolute_path))}: {error.message}")
sys.exit(1 if failed else 0)
