"""Run the verification, write its page: ``python verify.py [--fresh] [--workers N] [TEST...]``.

Runs all of tests/verification and whatever else is marked `long`, on as many workers as there are
processors (pytest-xdist), longest tests first. A test that passed is not run again after an
interruption, nor later, until ``--fresh`` asks for it: the page says which results come from other
code than the present one. Tests marked `summary` judge what others computed, and come last.
"""

import argparse
import ast
import contextlib
import hashlib
import io
import json
import os
import shutil
import sys
import time
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

import cpu_time  # noqa: E402 - this folder is no package
from results import FOLDER_VARIABLE  # noqa: E402
from results_page import write_page  # noqa: E402

RECORDS = HERE / "records"
"""What is remembered between calls: outcomes, and the cases as JSON (not under version control)."""

DUE = "due"
"""Outcome of a test that is to be repeated: how long it took stays known."""

LONG = 60.0
"""Seconds that a test marked `long` is taken for until it has run."""


@dataclass(frozen=True)
class Outcome:
    """How a test ended: "passed", "failed" or `DUE`, CPU seconds with its fixtures, digest of the
    code."""

    outcome: str
    seconds: float
    code: str


class Outcomes:
    """Outcomes by node id, kept in a file that is complete at any moment.

    The file is read again before each change: verifications of different tests may run together.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.by_test: dict[str, Outcome] = {}
        self._read()

    def add(self, test: str, outcome: Outcome) -> None:
        self._read()
        self.by_test[test] = outcome
        self._write()

    def renew(self) -> None:
        """Ask for all tests again."""
        self.by_test = {test: replace(found, outcome=DUE) for test, found in self.by_test.items()}
        self._write()

    @property
    def finished(self) -> dict[str, Outcome]:
        """Those that are not due."""
        return {test: found for test, found in self.by_test.items() if found.outcome != DUE}

    def arrange(self, tests: Iterable[str]) -> None:
        """Put outcomes into the order of `tests`; forget tests that no longer exist."""
        self._read()
        self.by_test = {test: self.by_test[test] for test in tests if test in self.by_test}
        self._write()

    def passed(self, test: str) -> bool:
        return test in self.by_test and self.by_test[test].outcome == "passed"

    def _read(self) -> None:
        if self._path.exists():
            found = json.loads(self._path.read_text())
            self.by_test = {test: Outcome(**outcome) for test, outcome in found.items()}

    def _write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps({t: asdict(o) for t, o in self.by_test.items()}, indent=1))
        new.replace(self._path)


class Collector:
    """Pytest plugin: the tests of the verification, with an estimate of their seconds."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.summaries: set[str] = set()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in filter(_belongs, items):
            self.seconds[item.nodeid] = LONG if item.get_closest_marker("long") else 1.0
            if item.get_closest_marker("summary"):
                self.summaries.add(item.nodeid)


class Recorder:
    """Pytest plugin: remembers outcomes, also of a test that took its worker down."""

    def __init__(self, outcomes: Outcomes, code: str) -> None:
        self._outcomes, self._code = outcomes, code
        self._failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed.add(report.nodeid)
        if report.when not in ("setup", "call"):
            outcome = "failed" if report.nodeid in self._failed else "passed"
            spent = float(dict(report.user_properties).get(cpu_time.PROPERTY, 0.0))
            self._outcomes.add(report.nodeid, Outcome(outcome, spent, self._code))


def _belongs(item: pytest.Item) -> bool:
    if item.get_closest_marker("container"):
        return False
    return HERE in item.path.parents or item.get_closest_marker("long") is not None


def collect(arguments: Sequence[str]) -> Collector:
    """Return the tests that pytest finds for `arguments`; end the program where it cannot."""
    collector, said = Collector(), io.StringIO()
    with contextlib.redirect_stdout(said):
        status = pytest.main(["--collect-only", "-q", *arguments], plugins=[collector])
    if status != pytest.ExitCode.OK:
        sys.exit(f"{said.getvalue()}\nverification: these tests cannot be collected")
    return collector


class Undocumented(ast.NodeTransformer):
    """Takes docstrings out of a module, also those of its constants, and all imports."""

    def visit_Import(self, _node: ast.Import) -> None:
        return None

    def visit_ImportFrom(self, _node: ast.ImportFrom) -> None:
        return None

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        return None if isinstance(node.value, ast.Constant) else node


def code_digest(root: Path = ROOT) -> str:
    """Digest of the program and of its materials, so that a result says which code it belongs to.

    Comments, docstrings and layout do not count, nor where a module lies and from where it imports:
    a move computes the same.
    """
    meanings = set()
    for folder, data in product(("solver", "meshes"), ("*.py", "*.toml")):
        for path in (root / folder).rglob(data):
            text = path.read_text(encoding="utf-8")
            if path.suffix == ".py":
                meanings.add(ast.unparse(Undocumented().visit(ast.parse(text))))
            else:
                meanings.add(json.dumps(tomllib.loads(text)))
    return hashlib.sha256("\n".join(sorted(meanings)).encode()).hexdigest()[:12]


def run(tests: Sequence[str], workers: int, recorder: Recorder) -> int:
    """Run `tests` in their order; return pytest's exit code."""
    if not tests:
        return int(pytest.ExitCode.OK)
    spread = ["-n", str(min(workers, len(tests))), "--maxschedchunk", "1"]
    return int(pytest.main(["-v", "-p", cpu_time.__name__, *spread, *tests], plugins=[recorder]))


def main(arguments: list[str]) -> int:
    """Run what is left, write the page, return the worst of pytest's exit codes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("tests", nargs="*", default=["tests"], help="files or node ids (all)")
    parser.add_argument("--fresh", action="store_true", help="repeat what passed before")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    given = parser.parse_args(arguments)
    os.environ[FOLDER_VARIABLE] = str(RECORDS / "cases")
    os.chdir(ROOT)
    began, code = time.monotonic(), code_digest()
    outcomes = Outcomes(RECORDS / "outcomes.json")
    if given.fresh:
        outcomes.renew()
        for folder in filter(Path.is_dir, RECORDS.iterdir()):
            shutil.rmtree(folder)
    every = collect(["tests"])
    wanted = every if given.tests == ["tests"] else collect(given.tests)
    left = to_do(wanted, outcomes)
    print(f"verification: {len(wanted.seconds)} tests, {len(left)} of them to be run")
    first = [test for test in left if test not in every.summaries]
    last = [test for test in left if test in every.summaries]
    recorder = Recorder(outcomes, code)
    status = max([run(tests, given.workers, recorder) for tests in (first, last)])
    outcomes.arrange(every.seconds)
    page = write_page(
        HERE / "RESULTS.md", RECORDS / "cases", outcomes.finished, code, list(every.seconds)
    )
    print(f"{page} after {(time.monotonic() - began) / 60:.1f} min")
    return status


def to_do(wanted: Collector, outcomes: Outcomes) -> list[str]:
    """Tests that have not passed yet, the longest first."""
    known = {test: outcome.seconds for test, outcome in outcomes.by_test.items()}
    seconds = wanted.seconds | {test: known[test] for test in known if test in wanted.seconds}
    left = [test for test in wanted.seconds if not outcomes.passed(test)]
    return sorted(left, key=lambda test: -seconds[test])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
