"""Run the verification and write its page: ``python tests/verification/verify.py [--fresh]``.

Runs all of tests/verification and whatever else is marked `long`, one after the other. A test that
passed is not run again after an interruption, nor later, until ``--fresh`` asks for it: the page
says which results come from other code than the present one. Further arguments go to pytest.
"""

import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))

from results import FOLDER_VARIABLE  # noqa: E402 - this folder is no package
from results_page import write_page  # noqa: E402

RECORDS = HERE / "records"
"""What is remembered between calls: outcomes, and the cases as JSON (not under version control)."""


@dataclass(frozen=True)
class Outcome:
    """How a test ended: "passed" or "failed", CPU seconds with its fixtures, digest of the code."""

    outcome: str
    seconds: float
    code: str


class Outcomes:
    """Outcomes by node id, kept in a file that is complete at any moment."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.by_test: dict[str, Outcome] = {}
        if path.exists():
            found = json.loads(path.read_text())
            self.by_test = {test: Outcome(**outcome) for test, outcome in found.items()}

    def add(self, test: str, outcome: Outcome) -> None:
        self.by_test[test] = outcome
        self._write()

    def keep(self, tests: Iterable[str]) -> None:
        """Forget tests that no longer exist."""
        existing = set(tests)
        self.by_test = {test: o for test, o in self.by_test.items() if test in existing}
        self._write()

    def _write(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps({t: asdict(o) for t, o in self.by_test.items()}, indent=1))
        new.replace(self._path)


class Resume:
    """Pytest plugin: selects the tests, leaves out those that passed, remembers outcomes."""

    def __init__(self, outcomes: Outcomes, code: str, select_all: bool) -> None:
        self._outcomes, self._code, self._whole = outcomes, code, select_all
        self._seconds: dict[str, float] = {}
        self._failed: set[str] = set()
        self._started = 0.0

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Keep the verification and the long tests that have not passed yet."""
        wanted = [item for item in items if _belongs(item)]
        if self._whole:
            self._outcomes.keep(item.nodeid for item in wanted)
        known = self._outcomes.by_test
        chosen = [i for i in wanted if known.get(i.nodeid, None) is None or not _passed(known, i)]
        config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
        items[:] = chosen
        print(f"verification: {len(wanted)} tests, {len(wanted) - len(chosen)} passed before")

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._started = _cpu_seconds()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failed.add(report.nodeid)
        if report.when == "teardown":
            outcome = "failed" if report.nodeid in self._failed else "passed"
            spent = _cpu_seconds() - self._started
            self._outcomes.add(report.nodeid, Outcome(outcome, spent, self._code))


def _belongs(item: pytest.Item) -> bool:
    if item.get_closest_marker("container"):
        return False
    return HERE in item.path.parents or item.get_closest_marker("long") is not None


def _passed(known: dict[str, Outcome], item: pytest.Item) -> bool:
    return known[item.nodeid].outcome == "passed"


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def code_digest() -> str:
    """Digest of the program's sources, so that a result says which code it belongs to."""
    digest = hashlib.sha256()
    for folder in ("solver", "meshes"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def main(arguments: list[str]) -> int:
    """Run what is left, write the page, return pytest's exit code."""
    if "--fresh" in arguments:
        arguments.remove("--fresh")
        shutil.rmtree(RECORDS, ignore_errors=True)
    os.environ[FOLDER_VARIABLE] = str(RECORDS / "cases")
    os.chdir(ROOT)
    outcomes, code = Outcomes(RECORDS / "outcomes.json"), code_digest()
    plugin = Resume(outcomes, code, select_all=not arguments)
    began = time.monotonic()
    result = pytest.main(["-v", *(arguments or ["tests"])], plugins=[plugin])
    page = write_page(HERE / "RESULTS.md", RECORDS / "cases", outcomes.by_test, code)
    print(f"{page} after {(time.monotonic() - began) / 60:.1f} min")
    nothing_left = pytest.ExitCode.NO_TESTS_COLLECTED
    return int(pytest.ExitCode.OK if result == nothing_left else result)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
