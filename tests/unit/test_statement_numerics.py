"""What the page of statements says about meshes, steps, and the reduced model."""

from pathlib import Path

import pandas as pd
import pytest
import tomli_w

import lithovoid.scenarios
from lithovoid.case.load import load_scenario
from lithovoid.measure.record import MAH_PER_CM2
from lithovoid.postprocess.statements import convergence, numerics
from lithovoid.postprocess.statements.base import CURRENT
from lithovoid.postprocess.statements.reduced import against_runs
from lithovoid.postprocess.study import StudyResults
from lithovoid.scenario.toml_files import read_with_includes
from lithovoid.theory.depletion import slab_capacity

CAPACITY, INCUBATION = "areal_capacity_mAh_cm2", "incubation_capacity_mAh_cm2"
FAILURE = "failure_capacity_mAh_cm2"
SCENARIO = Path(lithovoid.scenarios.__path__[0]) / "krauskopf_2019.toml"


def study(folder: Path, rows: list[dict[str, object]], **keys: object) -> StudyResults:
    folder.mkdir()
    for name in ("results.csv", "manifest.csv"):
        pd.DataFrame([{"state": "finished", **row} for row in rows]).to_csv(folder / name)
    (folder / "study.toml").write_text(tomli_w.dumps({"title": "Made up", **keys}))
    return StudyResults(folder)


def test_the_anchor_compares_with_the_exact_solution(tmp_path: Path) -> None:
    """A run that is 1 % off the slab at 1 A/m2 shows so; 41.3 % is the exact utilisation."""
    scenario = load_scenario(SCENARIO)
    rise = (1 - 24.0 / 69.6) * 0.9
    exact = slab_capacity(rise, 1.0, 3e-15, scenario.anode.molar_volume, 25e-6) / MAH_PER_CM2
    rows: list[dict[str, object]] = [{CURRENT: 0.1, CAPACITY: 1.01 * exact}]
    found = numerics.anchor(study(tmp_path / "s", rows, base=read_with_includes(SCENARIO)))
    assert found.iloc[0].to_list() == ["1", "41.74 %", "41.32 %", "+1.00 %"]


def test_layers_are_compared_with_the_finest(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"anode.x_mg": 0.2, CURRENT: 0.1, numerics.LAYER: layer, CAPACITY: capacity}
        for layer, capacity in ((0.004, 1.0), (0.125, 1.1), (0.032, 1.02))
    ]
    found = numerics.layers(study(tmp_path / "s", rows))
    assert found.iloc[:, 0].to_list() == ["125", "32", "4"]
    assert found.iloc[:, 1].to_list() == ["1.1 (+10.0 %)", "1.02 (+2.0 %)", "1 (+0.0 %)"]


def test_runs_of_a_mode_are_compared_with_the_usual_one(tmp_path: Path) -> None:
    """Q = 2 - l^2: the order is 2; a run that differs in l and one in M say so."""
    cases = ((0.2, 2e-14), (0.1, 2e-14), (0.05, 2e-14), (0.1, 8e-14), (0.1, 2e-14))
    rows: list[dict[str, object]] = [
        {
            "anode.x_mg": 0.0, CURRENT: 0.1, CAPACITY: 2 - width**2 + more,
            convergence.HALF_WIDTH: width,
            "phase_field.wall_mobility [m^4/(J*s)]": mobility, "numerics.max_change_phi": steps,
            "failure_mode": "contact_loss", "void_layer_thickness_um": 1.0, "steps": 9,
            "unknowns": 100,
        }
        for (width, mobility), steps, more in zip(
            cases, (0.3, 0.3, 0.3, 0.3, 0.15), (0, 0, 0, 0.0199, 0), strict=True
        )
    ]  # fmt: skip
    results = study(tmp_path / "s", rows)
    found = convergence.modes(results)
    assert found["what"].to_list() == ["l x 2", "l = 100 nm", "l x 0.5", "M x 4", "steps x 0.5"]
    assert found["change"].to_list() == ["-1.51 %", "", "+0.38 %", "+1.00 %", "+0.00 %"]
    (row,) = convergence.orders(results).to_dict("records")
    assert row["order"] == pytest.approx(2.0)
    assert "x 0.5" in convergence.write_page(results, tmp_path).read_text()


def test_wide_cells_stand_beside_the_same_seeds_of_the_map(tmp_path: Path) -> None:
    def runs(capacity: dict[float, list[float]], **more: object) -> list[dict[str, object]]:
        return [
            {"anode.x_mg": x, CURRENT: 0.03, numerics.SEED: seed, CAPACITY: c, "nuclei": seed - 1}
            | more
            for x, values in capacity.items()
            for seed, c in enumerate(values, 1)
        ]

    base = read_with_includes(SCENARIO.with_name("lithium_strip.toml"))  # 30 um wide
    planar = study(tmp_path / "m", runs({0: [1.0, 3.0, 9.0], 0.2: [2.0, 2.0, 2.0]}), base=base)
    wide = runs({0: [1.0, 1.0], 0.2: [1.4, 1.6]}, **{numerics.CELL_WIDTH: 60.0})
    found = numerics.widths(planar, study(tmp_path / "w", wide))
    assert found["width / um"].to_list() == [30.0, 60.0, 30.0, 60.0]
    assert found["capacity / mAh cm-2"].to_list() == [2.0, 1.0, 2.0, 1.5]  # without the third seed
    assert found["over lithium"].to_list() == [1.0, 1.0, 1.0, 1.5]
    assert found["runs with voids"].to_list() == ["1 of 2"] * 4
    assert found["range"].to_list() == ["1 - 3", "1 - 1", "2 - 2", "1.4 - 1.6"]


@pytest.fixture
def both(tmp_path: Path) -> tuple[StudyResults, StudyResults]:
    """Runs of which two of three have a void at 0.1, and the reduced model at 0.1 and 1 mA/cm2."""
    incubation = (0.05, 0.07, None)
    planar: list[dict[str, object]] = [
        {"anode.x_mg": 0.1, CURRENT: 0.1, "nuclei": 0 if q is None else 1, FAILURE: 1.0 + (q or 0),
         INCUBATION: q}
        for q in incubation
    ]  # fmt: skip
    reduced: list[dict[str, object]] = [
        {"anode.x_mg": 0.1, CURRENT: i, FAILURE: 0.9, INCUBATION: 0.06} for i in (0.1, 1.0)
    ]
    return study(tmp_path / "planar", planar), study(tmp_path / "reduced", reduced)


def test_both_models_stand_side_by_side(both: tuple[StudyResults, StudyResults]) -> None:
    (row,) = numerics.compared(*both).to_dict("records")
    assert row["incubation"] == pytest.approx(0.06)
    assert row["runs with voids"] == "2 of 3"
    assert row["depletion, runs without voids"] == 1.0
    assert row["reduced: depletion"] == 0.9


def test_the_figure_of_both_models_has_lines_and_points(
    both: tuple[StudyResults, StudyResults],
) -> None:
    left, right = against_runs(*both, uncertain=both[1]).axes
    for axes in (left, right):
        assert len(axes.lines) == 2  # the reduced model, and the points
        assert len(axes.collections) == 2  # the band, and the bars
