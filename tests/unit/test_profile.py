"""Magnesium against depth: formulae, files, and what is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cases import data, simulation, strip

from lithovoid.case.coefficients import Lattice
from lithovoid.case.load import parse_scenario
from lithovoid.case.profile import read_profile
from lithovoid.case.protocol_checks import anode_capacity
from lithovoid.machine.errors import ConfigurationError


@pytest.mark.parametrize(
    ("text", "at_2"),
    [
        ("0.1", 0.1),
        ("0.1 + 0.05*z", 0.2),
        ("0.1*exp(-z/2)", 0.1 / np.e),
        ("max(0.3 - 0.1*z, 0.05)", 0.1),
        ("0.2*(1 - tanh(z - 2))", 0.2),
        ("-(-z)**2/100 + 0.2*abs(sqrt(1) - 0) - log(1)*pi", 0.16),
    ],
)
def test_formulae_are_arithmetic_in_z(text: str, at_2: float) -> None:
    assert read_profile(text)(np.array([2.0, 2.0])) == pytest.approx([at_2, at_2])


@pytest.mark.parametrize(
    "text",
    ["", "x", "z.real", "__import__('os')", "open('f')", "z if z else 1", "[z]", "exp", "exp(z, z)",
     "lambda: 1", "z; z", "'a'", "True", "1 < z", "z" * 600],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError):
        read_profile(text)


def test_huge_powers_end_quickly_as_not_finite() -> None:
    assert np.isinf(read_profile("9**9**9**9")(np.array([0.0]))).all()


def test_a_file_is_interpolated(tmp_path: Path) -> None:
    path = tmp_path / "profile.csv"
    path.write_text("depth [um],x_mg\n0,0.2\n2,0.1\n10,0.1\n")
    assert read_profile(str(path))([0, 1, 5]) == pytest.approx([0.2, 0.15, 0.1])
    scenario = parse_scenario(data(anode={"x_mg_profile": "profile.csv"}), tmp_path)
    assert scenario.anode.x_mg == 0.2
    again = parse_scenario(scenario.dump(), Path())
    assert again == scenario


@pytest.mark.parametrize(
    ("anode", "words"),
    [
        ({"x_mg_profile": "0.1 + z"}, ["runs from 0.1 to 6.1", "0 to 0.4"]),
        ({"x_mg_profile": "0.1/z"}, ["anode.x_mg_profile", "not finite"]),
        ({"x_mg_profile": "0.1 + q"}, ["'q' is not allowed"]),
        ({"x_mg_profile": "0.1 - z"}, ["runs from"]),
        ({"x_mg_profile": "0.1", "x_mg": 0.2}, ["leave anode.x_mg out"]),
        ({"x_mg_profile": "short.csv"}, ["does not cover the anode", "2 um", "0 to 6 um"]),
        ({"x_mg_profile": "late.csv"}, ["begins at a depth of 1 um"]),
        ({"x_mg_profile": "none.csv"}, ["anode.x_mg_profile", "no such file"]),
        ({"x_mg_profile": "bad.csv"}, ["bad.csv", "line 2", "x_mg", "no number at the beginning"]),
    ],
)
def test_profiles_that_do_not_fit_are_refused(
    tmp_path: Path, anode: dict[str, Any], words: list[str]
) -> None:
    (tmp_path / "short.csv").write_text("depth [um],x_mg\n0,0.2\n2,0.1\n")
    (tmp_path / "late.csv").write_text("depth [um],x_mg\n1,0.2\n20,0.1\n")
    (tmp_path / "bad.csv").write_text("depth [um],x_mg\n1,a\n20,0.1\n")
    with pytest.raises(ConfigurationError) as error:
        parse_scenario(data(anode=anode), tmp_path)
    for word in words:
        assert word in str(error.value)


def test_the_anode_starts_with_the_profile_and_keeps_its_magnesium() -> None:
    cell = simulation(
        anode={"x_mg_profile": "0.3 - 0.04*z"}, protocol=[strip("1 mA/cm^2", time="20 s")]
    )
    z = cell.state.anode.tabulate_dof_coordinates()[:, 1]
    assert cell.state.x_mg.x.array == pytest.approx(0.3 - 0.04 * z, abs=1e-9)
    records = list(cell)
    assert cell.state.x_mg.x.array == pytest.approx(0.3 - 0.04 * z, abs=1e-9)
    assert records[-1].ledger_residual < 1e-8
    capacity = anode_capacity(cell.scenario)
    expected = (1 - 0.18) * cell.model.numbers(Lattice).charge_per_length * 6
    assert capacity == pytest.approx(expected, rel=1e-6)


def test_a_magnesium_rich_surface_starves_earlier_than_the_uniform_mean() -> None:
    """Equal magnesium: what lies at the interface decides, since diffusivity falls with it."""
    step = strip("1 mA/cm^2", lithium_at_interface=0.2)
    rich = list(simulation(anode={"x_mg_profile": "0.19 - 0.03*z"}, protocol=[step]))[-1]
    even = list(simulation(anode={"x_mg": 0.1}, protocol=[step]))[-1]
    assert rich.areal_capacity < 0.7 * even.areal_capacity
