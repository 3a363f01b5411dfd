"""The verification's bookkeeping: misses fail and are shown, finished tests are not repeated."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cpu_time
import pytest
import results
from results import EXACT, Case
from results_page import write_page
from verify import HERE, Collector, Outcome, Outcomes, Recorder, code_digest, to_do

PASSED = Outcome("passed", 1.0, "code")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that cases are written to."""
    monkeypatch.setenv(results.FOLDER_VARIABLE, str(tmp_path / "cases"))
    monkeypatch.setattr(results, "FIGURES", tmp_path / "figures")
    return tmp_path / "cases"


def page(folder: Path, outcome: Outcome = PASSED) -> str:
    """Write the page of the cases of the present test."""
    test = os.environ["PYTEST_CURRENT_TEST"].removesuffix(" (call)")
    return write_page(folder.parent / "RESULTS.md", folder, {test: outcome}, "code").read_text()


@pytest.mark.parametrize(
    ("ours", "limits"),
    [
        (1.03, {"reference": 1.0, "relative": 0.02}),
        (0.97, {"reference": 1.0, "absolute": 0.02}),
        (float("nan"), {"reference": 1.0, "relative": 0.02}),
        (1.03, {"at_most": 1.0}),
        (0.97, {"at_least": 1.0}),
        (float("nan"), {"at_most": 1.0}),
    ],
)
def test_a_missed_limit_fails_and_is_shown(
    folder: Path, ours: float, limits: dict[str, float]
) -> None:
    case = Case("Slope", EXACT, note="The mesh.")
    hold: Any = case.compare if "reference" in limits else case.bound
    hold("angle", ours, **limits)
    case.bound("residual", 1e-9, at_most=1e-8)
    with pytest.raises(AssertionError, match=r"Slope: not met: .*angle"), case:
        pass
    text = page(folder)
    assert "| **NOT MET** |" in text
    assert "**1 of 2 findings met**, 1 NOT MET" in text
    assert "The mesh." in text


def test_what_is_met_shows_numbers_command_and_figure(folder: Path) -> None:
    with Case("Slope", EXACT, source="By hand.") as case:
        case.compare("angle", 1.01, 1.0, relative=0.02, unit="rad")
        case.figure("angle", lambda axes: axes.plot([1, 2]), "An angle")
    text = page(folder)
    assert "| angle | 1 rad | 1.01 rad | +1 % | ± 2 % | met |" in text
    assert re.search(r"`pytest \S*/test_results.py::test_what_is_met\w*` \(1 CPU s\)", text)
    assert "(figures/angle.png)" in text
    assert (folder.parent / "figures" / "angle.png").stat().st_size > 1000


def test_a_case_that_breaks_off_is_shown(folder: Path) -> None:
    with pytest.raises(ZeroDivisionError), Case("Slope", EXACT):
        _ = 1 / 0
    assert "**Broke off**: ZeroDivisionError: division by zero" in page(folder)


def test_results_of_other_code_are_marked(folder: Path) -> None:
    with Case("Slope", EXACT) as case:
        case.bound("residual", 0.0, at_most=1.0)
    text = page(folder, Outcome("passed", 1.0, "older"))
    assert "(1 CPU s, other code)" in text
    assert "make verify FRESH=1" in text


def test_the_digest_is_that_of_what_the_code_does(tmp_path: Path) -> None:
    """Words and moves do not change it; a statement, a number and a new file do."""

    def digest(**files: str) -> str:
        for name, text in files.items():
            path = tmp_path / "solver" / name.replace("_", ".")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        return code_digest(tmp_path)

    code = 'LIMIT = 2\n"""Words."""\n\ndef f(x):\n    """More words."""\n    return 2 * x\n'
    first = digest(a_py=code, m_toml="gamma = 0.5  # J/m2\n")
    plain = "# Why.\nLIMIT = 2\n\n\ndef f(x):\n    return 2*x\n"
    assert digest(a_py=plain, m_toml="gamma = 0.5\n") == first
    (tmp_path / "solver" / "a.py").rename(tmp_path / "solver" / "moved.py")
    assert digest() == first
    (tmp_path / "solver" / "moved.py").unlink()
    others = {
        digest(a_py=plain.replace("2*x", "3*x")),
        digest(a_py=plain, m_toml="gamma = 0.6\n"),
        digest(m_toml="gamma = 0.5\n", b_py="LIMIT = 3"),
    }
    assert len(others | {first}) == 4


def test_what_was_not_run_is_listed(folder: Path) -> None:
    path = folder.parent / "RESULTS.md"
    text = write_page(path, folder, {"a": PASSED}, "code", ["a", "b"]).read_text()
    assert text.endswith("## Not run yet\n\n* `b`\n")


def test_only_what_has_not_passed_is_run_again_the_longest_first(tmp_path: Path) -> None:
    outcomes = Outcomes(tmp_path / "outcomes.json")
    outcomes.add("failed", Outcome("failed", 5.0, "code"))
    outcomes.add("gone", PASSED)
    outcomes.add("passed", PASSED)
    collector = Collector()
    collector.pytest_collection_modifyitems(
        [
            item("passed"),
            item("short"),
            item("failed"),
            item("long", "long"),
            item("unit", path="/x"),
        ]
    )
    assert to_do(collector, outcomes) == ["long", "failed", "short"]
    outcomes.arrange(collector.seconds)
    assert list(Outcomes(tmp_path / "outcomes.json").by_test) == ["passed", "failed"]


def test_a_fresh_verification_repeats_all_and_still_knows_how_long_each_took(
    tmp_path: Path,
) -> None:
    outcomes = Outcomes(tmp_path / "outcomes.json")
    outcomes.add("short", Outcome("passed", 1.0, "code"))
    outcomes.add("slow", Outcome("passed", 500.0, "code"))
    outcomes.renew()
    again = Outcomes(tmp_path / "outcomes.json")
    collector = Collector()
    collector.pytest_collection_modifyitems([item("short"), item("slow"), item("new", "long")])
    assert to_do(collector, again) == ["slow", "new", "short"]
    assert again.finished == {}
    again.add("short", PASSED)
    assert list(again.finished) == ["short"]


def item(name: str, *markers: str, path: str = str(HERE / "test_z.py")) -> Any:
    marked: Any = dict.fromkeys(markers, True).get
    return SimpleNamespace(nodeid=name, path=Path(path), get_closest_marker=marked)


def test_an_outcome_is_that_of_all_phases(tmp_path: Path) -> None:
    """A test whose fixture fails at the end has failed, and so has one whose worker died."""
    outcomes = Outcomes(tmp_path / "outcomes.json")
    recorder = Recorder(outcomes, "code")
    for when, failed in (("setup", False), ("call", False), ("teardown", True)):
        recorder.pytest_runtest_logreport(report("a", when, failed))
    recorder.pytest_runtest_logreport(report("b", "???", True))
    recorder.pytest_runtest_logreport(report("c", "teardown", False))
    found = Outcomes(tmp_path / "outcomes.json").by_test
    assert {name: outcome.outcome for name, outcome in found.items()} == {
        "a": "failed",
        "b": "failed",
        "c": "passed",
    }
    assert found["c"].seconds == 7.0


def report(test: str, when: str, failed: bool) -> Any:
    spent = [(cpu_time.PROPERTY, 7.0)]
    return SimpleNamespace(nodeid=test, when=when, failed=failed, user_properties=spent)


SUITE = """
import pytest
from results import EXACT, Case

@pytest.mark.parametrize("number", range(3))
def test_case(number):
    with Case(f"Case {number}", EXACT) as case:
        case.bound("number", number, at_most=1)

@pytest.mark.summary
def test_that_the_others_left(pytestconfig):
    import os
    from pathlib import Path
    assert len(list(Path(os.environ["LITHOVOID_VERIFICATION_RESULTS"]).glob("*.json"))) == 3
"""


@pytest.mark.long
def test_the_page_does_not_depend_on_the_number_of_workers(tmp_path: Path) -> None:
    """Also: summaries come last, a missed limit fails, and only that test is run again."""
    pages = []
    for workers in (1, 2):
        root = tmp_path / f"workers{workers}"
        folder = root / "tests" / "verification"
        folder.mkdir(parents=True)
        for name in ("verify", "cpu_time", "results", "results_page"):
            shutil.copy(HERE / f"{name}.py", folder)
        (folder / "conftest.py").touch()
        (folder / "test_suite.py").write_text(SUITE)
        settings = (HERE.parents[1] / "pyproject.toml").read_text().partition("[tool.pytest")
        (root / "pyproject.toml").write_text("".join(settings[1:]))
        command = [sys.executable, folder / "verify.py", "--workers", str(workers)]
        first = subprocess.run(command, capture_output=True, text=True, check=False)
        assert first.returncode == 1, first.stdout
        again = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "verification: 4 tests, 1 of them to be run" in again.stdout
        text = (folder / "RESULTS.md").read_text()
        assert "2 of 3 findings met" in text
        assert "1 failed" in text
        pages.append(re.sub(r"\d+ (CPU|\|$)", "", text, flags=re.MULTILINE))
    assert pages[0] == pages[1]
