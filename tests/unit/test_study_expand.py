"""From a study to its runs."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from study_cases import COLUMN, study, write_study

import lithovoid.scenarios
from lithovoid.machine.errors import ConfigurationError
from lithovoid.study.designs import saltelli
from lithovoid.study.expand import expand
from lithovoid.study.schema import load_study

CURRENT = "protocol.0.current_density"


def test_axes_are_crossed_and_keys_of_one_axis_vary_together(tmp_path: Path) -> None:
    axes = [
        {"anode.x_mg": [0.0, 0.1]},
        {CURRENT: ["1 A/m^2", "3 A/m^2"], "temperature": ["298.15 K", "333.15 K"]},
    ]
    cases = expand(study(tmp_path, axes=axes))
    assert [case.values for case in cases] == [
        {"anode.x_mg": x, CURRENT: i, "temperature": t}
        for x in (0.0, 0.1)
        for i, t in (("1 A/m^2", "298.15 K"), ("3 A/m^2", "333.15 K"))
    ]
    assert cases[3].scenario().protocol[0].signed_current == 3.0
    assert cases[3].scenario().temperature == 333.15


def test_parameters_are_numbers_with_units_in_their_headers(tmp_path: Path) -> None:
    (case, *_) = expand(study(tmp_path, axes=[{CURRENT: ["3 A/m^2", "10 A/m^2"]}]))
    assert case.parameters == {f"{CURRENT} [mA/cm^2]": 0.3}
    assert case.name == "current_density=0.3mA-cm2"


def test_replicates_have_the_same_seeds_in_every_condition(tmp_path: Path) -> None:
    cases = expand(study(tmp_path, axes=[{"anode.x_mg": [0.0, 0.1]}], replicates=3, first_seed=7))
    seeds = [case.scenario().nucleation.seed for case in cases]
    assert seeds == [7, 8, 9, 7, 8, 9]


def test_files_are_found_beside_the_study_and_name_their_runs(tmp_path: Path) -> None:
    names = ["one.csv", "two.csv"]
    for name in names:
        (tmp_path / name).write_text("time [s],x [um],z [um],status\n")
    changes = {"nucleation.mode": "replay", "electrolyte.material": "LLZO"}
    cases = expand(study(tmp_path, set=changes, axes=[{"nucleation.replay_file": names}]))
    assert [case.name for case in cases] == ["replay_file=one", "replay_file=two"]
    assert cases[0].scenario().nucleation.replay_file == str(tmp_path / "one.csv")


def test_fixed_changes_reach_every_run(tmp_path: Path) -> None:
    changes = {"geometry.width": "10 um"}
    cases = expand(study(tmp_path, set=changes, axes=[{"anode.x_mg": [0.0, 0.1]}]))
    assert {case.scenario().geometry.width for case in cases} == {1e-5}  # type: ignore[union-attr]


def test_samples_lie_within_their_bounds_and_differ(tmp_path: Path) -> None:
    parameters = [
        {"key": "nucleation.prefactor", "low": "1e19 1/(m^2*s)", "high": "1e23 1/(m^2*s)",
         "scale": "log"},
        {"key": "anode.surface_energy_slope", "low": 0.2, "high": 0.8},
    ]  # fmt: skip
    design = {"method": "latin_hypercube", "samples": 20, "parameters": parameters}
    cases = expand(study(tmp_path, COLUMN, design=design))
    rows = np.array([list(case.parameters.values()) for case in cases])
    assert rows.shape == (20, 2)
    # one sample in each of 20 equal strata: what makes a hypercube Latin
    strata = np.floor(
        20 * np.column_stack([(np.log10(rows[:, 0]) - 19) / 4, (rows[:, 1] - 0.2) / 0.6])
    )
    assert (np.sort(strata, axis=0) == np.arange(20)[:, None]).all()


def test_saltelli_changes_one_parameter_at_a_time() -> None:
    a, b = np.array([0.1, 0.2, 0.3]), np.array([0.7, 0.8, 0.9])
    rows = saltelli(np.concatenate([a, b])[None])
    expected = [a, [0.7, 0.2, 0.3], [0.1, 0.8, 0.3], [0.1, 0.2, 0.9], b]
    assert np.array_equal(rows, expected)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"axes": [{"anode.x_mgg": [0, 1]}]}, ["anode.x_mgg", "unknown key", "anode.x_mg"]),
        ({"set": {"anode.xmg": 1}, "replicates": 2}, ["set: anode.xmg", "unknown", "anode.x_mg"]),
        ({"axes": [{"anode.x_mg": []}]}, ["axes.0", "empty grid", "anode.x_mg"]),
        ({"axes": [{}]}, ["axes.0", "empty"]),
        ({"axes": [{"anode.x_mg": [0.1, 0.10]}]}, ["same name", "x_mg=0.1"]),
        ({"axes": [{CURRENT: ["1 A/m^2", "0.1 mA/cm^2"]}]}, ["same name"]),
        ({"axes": [{"anode.x_mg": [0.1], "temperature": ["1 K", "2 K"]}]}, ["equal length"]),
        ({"axes": [{CURRENT: [1.0, 2.0]}]}, [CURRENT, "unit is needed"]),
        ({"axes": [{"anode.x_mg": [0.1]}, {"anode.x_mg": [0.2]}]}, ["anode.x_mg", "twice"]),
        ({"axes": [{"nucleation.seed": [1]}], "replicates": 2}, ["nucleation.seed", "twice"]),
        ({"axes": [{"anode.x_mg": [0.1, 0.6]}]}, ["run x_mg=0.6 cannot be used", "anode.x_mg"]),
        ({"axes": [{"anode.x_mg": [0.0]}], "keep": "table"}, ["keep", "column"]),
        ({"axes": [{"nucleation.mode": ["off"]}], "replicates": 2}, ["nothing is random"]),
    ],
)  # fmt: skip
def test_bad_studies_are_refused_with_the_key(
    tmp_path: Path, keys: dict[str, Any], words: list[str]
) -> None:
    base = study(tmp_path, replicates=2).base
    assert base is not None
    if keys.get("axes") == [{"nucleation.mode": ["off"]}]:
        base["protocol"][0]["until"] = {"overpotential": "0.1 V"}
    with pytest.raises(ConfigurationError) as error:
        expand(study(tmp_path, base, **keys))
    for word in words:
        assert word in str(error.value)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"axis": []}, ["axis", "unknown key", "axes"]),
        ({}, ["nothing varies"]),
        ({"replicates": 0}, ["replicates"]),
        ({"replicates": 2, "slurm": {"tim": "1"}}, ["slurm.tim", "unknown key", "time"]),
        ({"design": {"method": "sobol", "samples": 3, "parameters": [
            {"key": "anode.x_mg", "low": 0.0, "high": 0.1}]}}, ["power of two"]),
    ],
)  # fmt: skip
def test_bad_study_files_are_refused(
    tmp_path: Path, keys: dict[str, Any], words: list[str]
) -> None:
    with pytest.raises(ConfigurationError) as error:
        load_study(write_study(tmp_path, **keys))
    for word in words:
        assert word in str(error.value)


def test_a_design_refuses_an_empty_range(tmp_path: Path) -> None:
    parameters = [{"key": "anode.x_mg", "low": 0.2, "high": 0.1}]
    design = {"samples": 4, "parameters": parameters}
    with pytest.raises(ConfigurationError, match=r"anode\.x_mg: empty range"):
        expand(study(tmp_path, COLUMN, design=design))


STUDIES = Path(lithovoid.scenarios.__path__[0]) / "studies"


@pytest.mark.parametrize("path", sorted(STUDIES.glob("*.toml")), ids=lambda path: path.stem)
def test_the_runs_of_shipped_studies_can_be_used(path: Path) -> None:
    assert len(expand(load_study(path))) > 2
