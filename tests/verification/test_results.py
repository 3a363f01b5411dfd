"""The verification's bookkeeping: misses fail and are shown, finished tests are not repeated."""

import os
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import results
from results import EXACT, Case
from results_page import write_page
from verify import HERE, Outcome, Outcomes, Resume

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


def test_only_what_has_not_passed_is_run_again(tmp_path: Path) -> None:
    outcomes = Outcomes(tmp_path / "outcomes.json")
    outcomes.add("a", PASSED)
    outcomes.add("b", Outcome("failed", 1.0, "code"))
    outcomes.add("gone", PASSED)
    items: list[Any] = [item(name) for name in ("a", "b", "new")] + [item("unit", Path("/x.py"))]
    deselected: list[Any] = []
    config: Any = SimpleNamespace(hook=SimpleNamespace())
    config.hook.pytest_deselected = lambda items: deselected.extend(items)  # noqa: PLW0108 - by name
    plugin = Resume(Outcomes(tmp_path / "outcomes.json"), "code", select_all=True)
    plugin.pytest_collection_modifyitems(config, items)
    assert [chosen.nodeid for chosen in items] == ["b", "new"]
    assert [left.nodeid for left in deselected] == ["a", "unit"]
    assert set(Outcomes(tmp_path / "outcomes.json").by_test) == {"a", "b"}


def item(name: str, path: Path = HERE / "test_z.py") -> Any:
    return SimpleNamespace(nodeid=name, path=path, get_closest_marker=lambda marker: None)


def test_an_outcome_is_that_of_all_phases(tmp_path: Path) -> None:
    """A test whose fixture fails at the end has failed."""
    outcomes = Outcomes(tmp_path / "outcomes.json")
    plugin = Resume(outcomes, "code", select_all=False)
    plugin.pytest_runtest_logstart("a")
    for when, failed in (("setup", False), ("call", False), ("teardown", True)):
        report: Any = SimpleNamespace(nodeid="a", when=when, failed=failed)
        plugin.pytest_runtest_logreport(report)
    assert Outcomes(tmp_path / "outcomes.json").by_test["a"].outcome == "failed"
