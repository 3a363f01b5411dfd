"""RESULTS.md from the cases that the verification recorded."""

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from results import SECTIONS

from lithovoid.io.provenance import installed_versions

INTRODUCTION = """\
# Verification

Written by `make verify`; do not edit. Each table holds what a case found, against the exact or
published value, and the limit that the test holds it to. **NOT MET** is a failed test.
"""

COLUMNS = (
    "| quantity | exact or published | found | error | limit | verdict |\n|---|---|---|---|---|---|"
)


class Outcome(Protocol):
    """How a test ended."""

    @property
    def outcome(self) -> str: ...
    @property
    def seconds(self) -> float: ...
    @property
    def code(self) -> str: ...


Cases = list[dict[str, Any]]


def write_page(
    path: Path,
    folder: Path,
    outcomes: Mapping[str, Outcome],
    code: str,
    tests: Sequence[str] = (),
) -> Path:
    """Write the page of the cases in `folder` and the `outcomes` of all tests; return `path`.

    `code` is the digest of the present code: results of other code are marked. Those of `tests`
    that have no outcome yet are listed.
    """
    cases = [json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))]
    cases = [case for case in cases if case["test"] in outcomes]
    parts = [INTRODUCTION, _summary(cases, outcomes, code)]
    known = [*SECTIONS, *sorted({case["section"] for case in cases} - set(SECTIONS))]
    for section in known:
        chosen = [case for case in cases if case["section"] == section]
        if chosen:
            parts.append(f"## {section}\n")
            parts += _tables(chosen, outcomes, code)
    parts.append(_other_tests(cases, outcomes))
    parts += _not_run([test for test in tests if test not in outcomes])
    path.write_text("\n".join(parts))
    return path


def _summary(cases: Cases, outcomes: Mapping[str, Outcome], code: str) -> str:
    findings = [finding for case in cases for finding in case["findings"]]
    missed = sum(not finding["met"] for finding in findings)
    broken = sum(bool(case["broken_by"]) for case in cases)
    minutes = sum(outcome.seconds for outcome in outcomes.values()) / 60
    older = sum(outcome.code != code for outcome in outcomes.values())
    failed = sum(outcome.outcome == "failed" for outcome in outcomes.values())
    packages = ", ".join(f"{name} {number}" for name, number in installed_versions().items())
    lines = [
        f"**{len(findings) - missed} of {len(findings)} findings met**"
        + (f", {missed} NOT MET" if missed else "")
        + (f", {broken} cases broke off" if broken else "")
        + f"; {len(outcomes)} tests, {failed} failed, {minutes:.0f} CPU minutes.",
        f"Code {code} ({packages}).",
    ]
    if older:
        lines.append(f"{older} results are of other code: `make verify FRESH=1` repeats all.")
    return "\n".join(lines) + "\n"


def _tables(cases: Cases, outcomes: Mapping[str, Outcome], code: str) -> list[str]:
    """One table per title, in the order of the first test of each."""
    order = list(outcomes)
    first: dict[str, int] = {}
    for case in sorted(cases, key=lambda case: order.index(case["test"])):
        first.setdefault(case["title"], len(first))
    cases = sorted(cases, key=lambda case: (first[case["title"]], order.index(case["test"])))
    return [
        _table(title, list(group), outcomes, code)
        for title, group in groupby(cases, key=lambda case: case["title"])
    ]


def _table(title: str, cases: Cases, outcomes: Mapping[str, Outcome], code: str) -> str:
    lines = [f"### {title}\n"]
    lines += [f"{text}\n" for text in _distinct(cases, "source")]
    lines.append(COLUMNS)
    for finding in (finding for case in cases for finding in case["findings"]):
        verdict = "met" if finding["met"] else "**NOT MET**"
        keys = ("quantity", "reference", "ours", "error", "limit")
        lines.append("| " + " | ".join([*(finding[key] for key in keys), verdict]) + " |")
    lines.append("")
    lines += [f"**Broke off**: {text}\n" for text in _distinct(cases, "broken_by")]
    lines += [f"{text}\n" for text in _distinct(cases, "note")]
    for name, caption in (figure for case in cases for figure in case["figures"]):
        lines.append(f"![{caption}](figures/{name})\n\n*{caption}*\n")
    tests = list(dict.fromkeys(case["test"] for case in cases))
    seconds = sum(outcomes[test].seconds for test in tests)
    older = "" if all(outcomes[test].code == code for test in tests) else ", other code"
    lines.append(f"{_command(tests)} ({seconds:.0f} CPU s{older})\n")
    return "\n".join(lines)


def _command(tests: list[str]) -> str:
    """Command that runs `tests`: a whole file, or the one function that they share."""
    functions = {test.partition("[")[0] for test in tests}
    files = sorted({test.partition("::")[0] for test in tests})
    return f"`pytest {' '.join(functions if len(functions) == 1 else files)}`"


def _distinct(cases: Cases, key: str) -> list[str]:
    return [text for text in dict.fromkeys(case[key] for case in cases) if text]


def _other_tests(cases: Cases, outcomes: Mapping[str, Outcome]) -> str:
    """Tests that say no more than passed or failed."""
    recorded = {case["test"] for case in cases}
    lines = ["## Other tests of this run\n", "| test | outcome | CPU s |", "|---|---|---|"]
    for test, outcome in outcomes.items():
        if test not in recorded:
            shown = outcome.outcome if outcome.outcome == "passed" else "**failed**"
            lines.append(f"| `{test}` | {shown} | {outcome.seconds:.0f} |")
    return "\n".join(lines) + "\n"


def _not_run(tests: Sequence[str]) -> list[str]:
    if not tests:
        return []
    return ["## Not run yet\n", *(f"* `{test}`" for test in tests), ""]
