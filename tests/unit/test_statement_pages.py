"""The pages of one study each: T11 at the ends of the map, T13 against the distance of voids."""

import sys
from pathlib import Path

import pandas as pd
import pytest
import tomli_w

import lithovoid.scenarios
from lithovoid.postprocess.statements import ends, recovery
from lithovoid.postprocess.statements.base import CURRENT, Ensemble
from lithovoid.postprocess.statements.command import page_command
from lithovoid.postprocess.study import StudyResults
from lithovoid.scenario.toml_files import read_with_includes

SCENARIO = Path(lithovoid.scenarios.__path__[0]) / "lithium_strip_quick.toml"


def study(folder: Path, rows: list[dict[str, object]]) -> StudyResults:
    """Return the study of made-up results of lithium_strip_quick.toml."""
    folder.mkdir()
    for name in ("results.csv", "manifest.csv"):
        pd.DataFrame([{"state": "finished", **row} for row in rows]).to_csv(folder / name)
    told = {"title": "Made up", "base": read_with_includes(SCENARIO)}
    (folder / "study.toml").write_text(tomli_w.dumps(told))
    return StudyResults(folder)


def ends_study(folder: Path, alloy_when_slow: float, alloy_when_fast: float) -> StudyResults:
    """Three seeds of lithium (capacity 1, 0.5) and of 5 % Mg at two currents."""
    capacities = {
        (0.0, 0.03): 1.0,
        (0.05, 0.03): alloy_when_slow,
        (0.0, 3.0): 0.5,
        (0.05, 3.0): alloy_when_fast,
    }
    rows: list[dict[str, object]] = [
        {
            "anode.x_mg": x_mg,
            CURRENT: current,
            "areal_capacity_mAh_cm2": capacity * scatter,
            "failure_mode": "contact_loss",
            "capacity_surface_mAh_cm2": 0.8,
            "capacity_bulk_mAh_cm2": 0.2,
            "nuclei": 1,
            "void_layer_thickness_um": 1.0,
        }
        for (x_mg, current), capacity in capacities.items()
        for scatter in (0.9, 1.0, 1.1)
    ]
    return study(folder, rows)


@pytest.mark.parametrize(
    ("slow", "fast", "verdict"),
    [(1.25, 0.4, "met"), (1.25, 0.6, "met in part"), (0.8, 0.6, "not met")],
)
def test_alloys_are_held_against_lithium_at_both_ends(
    tmp_path: Path, slow: float, fast: float, verdict: str
) -> None:
    results = ends_study(tmp_path / "s", slow, fast)
    assert ends.verdict(Ensemble(results)) == verdict
    text = ends.write_page(results, tmp_path).read_text()
    assert text.splitlines()[0].endswith(f": {verdict}")
    assert (
        f"| 0.03 | 0.05 | {slow:.3g} ({0.9 * slow:.3g} - {1.1 * slow:.3g}) | {slow:.4g} |" in text
    )


@pytest.mark.parametrize(
    ("share", "rest", "verdict"),
    [(0.01, 10.0, "met"), (0.2, 10.0, "not met"), (0.2, 100.0, "not tested")],
)
def test_far_voids_are_judged_after_ten_hours(share: float, rest: float, verdict: str) -> None:
    table = pd.DataFrame(
        {
            "distance of voids / um": [30.0, 10.0],
            "rest / h": [rest, rest],
            "recovered share": [share, 0.9],  # near voids are not judged
        }
    )
    assert recovery.verdict(table) == verdict


def test_retractions_are_those_of_the_two_laws(tmp_path: Path) -> None:
    """0.80 and 1.15 um after 10 h, with D = 6e-15 m2/s, d0 = 2.4 nm, D_s delta_s = 2e-20 m3/s."""
    results = study(tmp_path / "s", [{"anode.x_mg": 0.0}])
    assert recovery.retractions(results, 10.0) == pytest.approx((0.80, 1.15), rel=0.01)


def test_the_command_names_what_it_wrote_or_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    results = ends_study(tmp_path / "s", 1.25, 0.4)
    monkeypatch.setattr(sys, "argv", ["ends", str(results.directory), str(tmp_path)])
    page_command(ends.write_page)
    assert Path(capsys.readouterr().out.strip()) == tmp_path / "ENDS.md"
    for arguments, code in ((["ends"], "usage"), (["ends", str(tmp_path), str(tmp_path)], 1)):
        monkeypatch.setattr(sys, "argv", arguments)
        with pytest.raises(SystemExit) as stop:
            page_command(ends.write_page)
        assert str(code) in str(stop.value.code)
        assert "Traceback" not in capsys.readouterr().err
