"""Validates a JUnit report, reads it with junitparser, and prints what a CI server would know of it as JSON."""

import json
import sys

import xmlschema
from junitparser import Error, Failure, JUnitXml, Skipped

schema, report = sys.argv[1:3]
faults = [f"{fault.path}: {fault.reason}" for fault in xmlschema.XMLSchema(schema).iter_errors(report)]
cases = []
for suite in JUnitXml.fromfile(report):
    for case in suite:
        kinds = {Failure: "failure", Error: "error", Skipped: "skipped"}
        results = [next(name for kind, name in kinds.items() if isinstance(result, kind)) for result in case.result]
        cases.append({"suite": suite.name, "name": case.name, "class": case.classname, "results": results})
whole = JUnitXml.fromfile(report)
print(json.dumps({
    "faults": faults,
    "cases": cases,
    "tests": whole.tests,
    "failures": whole.failures,
    "errors": whole.errors,
    "skipped": whole.skipped,
}))
