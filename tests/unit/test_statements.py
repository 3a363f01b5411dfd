"""Statements about studies: each holds on an ensemble made for it, and fails when that is bent."""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tomli_w

from lithovoid.machine.errors import ConfigurationError
from lithovoid.postprocess.statements.base import (
    CURRENT,
    SHARE,
    Ensemble,
    Statement,
    rank_correlation,
)
from lithovoid.postprocess.statements.page import statements, write_page
from lithovoid.postprocess.statements.sources import MAP, Sources
from lithovoid.postprocess.study import StudyResults

X_MG = (0.0, 0.05, 0.1, 0.2)
CURRENTS = (0.03, 0.1, 0.3, 1.0)
FIRST_WITHOUT_VOIDS = (0.2, 0.2, 0.1, 0.1)
LITHIUM = (0.9, 0.6, 0.35, 0.2)
STARVED = {0.05: 3.0, 0.1: 0.6, 0.2: 0.4}
MIXED = (0.05, 1.0)


def row(x_mg: float, number: int, seed: int) -> dict[str, object]:
    """Return a run of a perfect ensemble: every statement holds."""
    current, voids = CURRENTS[number], x_mg < FIRST_WITHOUT_VOIDS[number]
    capacity = LITHIUM[number] * (1 + 0.2 * (x_mg > 0) * (3 - 2 * number))
    if not voids:
        capacity = STARVED[x_mg] * 0.1 / current
    share = (0.95 - 2 * x_mg) if voids else 0.0
    mode = "contact_loss" if voids else "depletion"
    return {
        "name": f"x{x_mg}-i{current}-s{seed}",
        "state": "finished",
        "reason": "",
        "wall_time_s": 30.0,
        "anode.x_mg": x_mg,
        CURRENT: current,
        "nucleation.seed": seed,
        "failure_mode": "mixed" if (x_mg, current) == MIXED else mode,
        "areal_capacity_mAh_cm2": capacity,
        "capacity_surface_mAh_cm2": share * capacity,
        "incubation_capacity_mAh_cm2": 0.03 * (1 + 20 * x_mg) / current**0.3 if voids else None,
        "void_layer_thickness_um": 4.0 / (1 + number) if voids else 0.0,
        "nuclei": 2 + number if voids else 0,
        "mean_void_width_um": 8.0 / (1 + number) if voids else 0.0,
        "mean_void_depth_um": 4.0 / (1 + number) ** 1.5 if voids else 0.0,
        "failure_contact_fraction": 0.15 if voids else 1.0,
        "lithium_at_interface": 0.9 if voids else 0.01,
        "concentration_voltage_V": 0.15,
        "charge_transfer_voltage_V": 0.03,
        "ohmic_voltage_V": 0.01,
        "participation_depth_um": 20 * (0.4 - x_mg) / (1 + number),
        "unknowns": 1000,
        "steps": 10,
    }


def write_series(path: Path, run: dict[str, object]) -> None:
    """Write a series that loses contact, and grows voids, in proportion to the charge."""
    charge = np.linspace(0, float(str(run["areal_capacity_mAh_cm2"])), 11)
    alloy = float(str(run["anode.x_mg"]))
    voids = float(str(run["void_layer_thickness_um"])) > 0
    lost = charge * (0.5 - 2 * alloy) if voids else 0 * charge
    eta = np.where(lost < 0.2, 0.5 * alloy, 0.2) * charge / charge[-1]
    columns = {
        "time [s]": charge,
        "areal_capacity [mAh/cm^2]": charge,
        "contact_fraction": 1 - lost,
        "void_layer_thickness [um]": 3 * lost,
        "overpotential [V]": eta + (0.1 * alloy > 0) * 0.06,
    }
    path.mkdir(parents=True)
    pd.DataFrame(columns).to_csv(path / "series.csv", index=False)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, object]]:
    return [row(x, n, seed) for x, n, seed in product(X_MG, range(4), (1, 2))]


def write(directory: Path, rows: list[dict[str, object]]) -> StudyResults:
    directory.mkdir(exist_ok=True)
    for name in ("results.csv", "manifest.csv"):
        pd.DataFrame(rows).to_csv(directory / name, index=False)
    axes = [{"anode.x_mg": list(X_MG)}, {"protocol.0.current_density": ["1 A/m^2"]}]
    (directory / "study.toml").write_text(tomli_w.dumps({"title": "Made up", "axes": axes}))
    for run in rows:
        write_series(directory / "runs" / str(run["name"]), run)
    return StudyResults(directory)


def rest_study(directory: Path, recovered: dict[float, list[float]]) -> StudyResults:
    """Write a study of rests whose runs recover the given shares of their first strip."""
    rows = []
    for x_mg, shares in recovered.items():
        name = f"rest-{x_mg}"
        mode = "depletion" if x_mg else "contact_loss"
        rows.append({"name": name, "state": "finished", "anode.x_mg": x_mg, "failure_mode": mode})
        cycles = [
            {"share_of_first": share, "rest_before_s": 3600.0 * 10**k}
            for k, share in enumerate([1.0, *shares])
        ]
        (directory / "runs" / name).mkdir(parents=True)
        text = json.dumps({"summary": {"cycles": cycles}})
        (directory / "runs" / name / "run.json").write_text(text)
    for name in ("results.csv", "manifest.csv"):
        pd.DataFrame(rows).to_csv(directory / name, index=False)
    (directory / "study.toml").write_text(tomli_w.dumps({"title": "Rests"}))
    return StudyResults(directory)


def verdicts(tested: list[Statement]) -> dict[str, str]:
    return {one.key: one.verdict for one in tested}


def test_a_perfect_ensemble_meets_every_statement(
    tmp_path: Path, rows: list[dict[str, object]]
) -> None:
    (tmp_path / "rests").mkdir()
    rests = rest_study(tmp_path / "rests", {0.0: [0.0, 0.01], 0.2: [0.3, 0.6]})
    found = verdicts(statements(Ensemble(write(tmp_path, rows)), rests))
    assert found == {f"T{number}": "met" for number in range(1, 16)}


@pytest.mark.parametrize(
    ("column", "factor", "key"),
    [
        ("incubation_capacity_mAh_cm2", lambda r: r[CURRENT], "T1"),
        ("void_layer_thickness_um", lambda r: 1 + 9 * r[CURRENT], "T2"),
        ("nuclei", lambda r: 1 / r[CURRENT], "T2"),
        ("mean_void_width_um", lambda r: r[CURRENT], "T2"),
        ("areal_capacity_mAh_cm2", lambda r: r[CURRENT], "T3"),
        ("mean_void_depth_um", lambda r: r[CURRENT], "T4"),
        ("incubation_capacity_mAh_cm2", lambda r: np.exp(-20 * r["anode.x_mg"]), "T5"),
        ("failure_contact_fraction", lambda _: 0.5, "T8"),
        ("areal_capacity_mAh_cm2", lambda r: r[CURRENT] ** 0.5, "T9"),
        ("capacity_surface_mAh_cm2", lambda r: r["anode.x_mg"], "T10"),
        ("areal_capacity_mAh_cm2", lambda r: 1 + 90 * r["anode.x_mg"], "T11"),
        ("participation_depth_um", lambda r: r[CURRENT], "T12"),
    ],
)
def test_a_bent_ensemble_misses_its_statement(
    tmp_path: Path, rows: list[dict[str, object]], column: str, factor: object, key: str
) -> None:
    bent = [
        run | {column: None if run[column] is None else run[column] * factor(run)}  # type: ignore[operator]
        for run in rows
    ]
    found = verdicts(statements(Ensemble(write(tmp_path, bent)), None))
    assert found[key] in ("not met", "met in part")
    assert found["T13"] == "not tested"


def test_modes_decide_about_regions(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    bent = [run | {"failure_mode": "contact_loss"} for run in rows]
    assert verdicts(statements(Ensemble(write(tmp_path, bent)), None))["T15"] == "met in part"


def test_recovery_that_does_not_rise_is_not_met(
    tmp_path: Path, rows: list[dict[str, object]]
) -> None:
    (tmp_path / "rests").mkdir()
    rests = rest_study(tmp_path / "rests", {0.0: [0.1, 0.2], 0.2: [0.6, 0.3]})
    assert verdicts(statements(Ensemble(write(tmp_path, rows)), rests))["T13"] == "not met"


def test_the_page_has_figures_and_every_table(
    tmp_path: Path, rows: list[dict[str, object]]
) -> None:
    remarks = {"T4": "Seen by eye."}
    write(tmp_path / MAP, rows)
    page = write_page(Sources(tmp_path), remarks, tmp_path / "out")
    text = page.read_text()
    assert text.index("## T4") < text.index("Seen by eye.") < text.index("## T5")
    assert all(f"## T{number}: " in text for number in range(1, 16))
    widths = [line.count("|") for line in text.splitlines() if line.startswith("| 0.05")]
    assert set(widths) <= {5, 6, 7}
    for name in ("map", "trends"):
        assert (tmp_path / "out" / "results" / f"{name}.png").stat().st_size > 10_000


def test_conditions_without_runs_count_for_no_verdict(
    tmp_path: Path, rows: list[dict[str, object]]
) -> None:
    """A study that is half done: the lowest current has only lithium so far."""
    some = [r | {"state": "finished" if _is_done(r) else "pending"} for r in rows]
    found = verdicts(statements(Ensemble(write(tmp_path, some)), None))
    # T11 compares at the lowest current, which the alloys do not have
    assert {key for key, words in found.items() if words != "met"} == {"T11", "T13"}


def _is_done(run: dict[str, object]) -> bool:
    return run[CURRENT] != CURRENTS[0] or run["anode.x_mg"] == 0.0


def test_one_rare_void_does_not_change_what_most_runs_show(
    tmp_path: Path, rows: list[dict[str, object]]
) -> None:
    third = [run | {"name": f"{run['name']}-3"} for run in rows if "s1" in str(run["name"])]
    rare = third[-1] | {"nuclei": 1, "capacity_surface_mAh_cm2": 0.01}
    found = verdicts(statements(Ensemble(write(tmp_path, [*rows, *third[:-1], rare])), None))
    assert [found[key] for key in ("T7", "T8", "T9", "T10")] == ["met"] * 4


def test_the_share_from_voids_is_taken_run_by_run(tmp_path: Path) -> None:
    """The median of shares, which the map has too, is not the ratio of medians."""
    runs = [
        row(0.05, 0, seed) | {"areal_capacity_mAh_cm2": whole, "capacity_surface_mAh_cm2": part}
        for seed, whole, part in ((1, 1.0, 0.1), (2, 3.0, 0.9), (3, 0.5, 0.5))
    ]
    ensemble = Ensemble(write(tmp_path / "s", runs))
    assert ensemble.median(SHARE, 0.05, CURRENTS[0]) == pytest.approx(0.3)


def test_a_folder_without_the_map_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no study directory 'interdependence'"):
        Sources(tmp_path)


def test_a_study_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="does not vary anode"):
        Ensemble(rest_study(tmp_path, {0.0: [0.1]}))


def test_rank_correlation_needs_three_points_that_differ() -> None:
    assert rank_correlation([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    assert np.isnan(rank_correlation([1, 2, 3], [3, np.nan, 1]))
    assert np.isnan(rank_correlation([1, 2, 3], [1, 1, 1]))
