from typing import Any

import pytest
from scenario_cases import HERE, data, scenario, strip

from lithovoid.case.derived import derive
from lithovoid.case.limit import warnings_of
from lithovoid.case.load import parse_scenario
from lithovoid.case.validity import limits_of
from lithovoid.machine.errors import ConfigurationError
from lithovoid.scenario.toml_files import merge

VOID = {"x": "5 um", "radius": "1 um"}
ROUGH = {"amplitude": "0.1 um", "shortest_wavelength": "2 um", "longest_wavelength": "10 um"}


def rest(**until: Any) -> dict[str, Any]:
    return {"step": "rest", "until": until}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"geometry": {"interface_size": "0.3 um"}}, r"interface_size: too coarse .*l = 0.25 um"),
        ({"geometry": {"coarse_size": "0.1 um"}}, r"coarse_size: too small"),
        (
            {"geometry": {"first_layer": "0.2 um"}},
            r"first_layer: .* to interface_size",
        ),
        ({"geometry": {"first_layer": "1 nm"}}, "first_layer: does not fit"),
        ({"geometry": {"anode": "1 um"}, "anode": {"x_mg": 0.3}}, "quarter of the anode"),
        ({"nucleation": {"seed_radius": "0.1 um"}}, "seed_radius: does not fit"),
        ({"nucleation": {"seed_radius": "11 um"}}, "seed_radius: does not fit"),
        ({"geometry": {"void": [VOID | {"x": "21 um"}]}}, r"void.0.x: outside"),
        ({"geometry": {"void": [VOID | {"radius": "0.1 um"}]}}, r"void.0.radius: too small"),
        ({"geometry": {"void": [VOID | {"depth": "29.5 um"}]}}, "void.0: does not lie"),
        ({"geometry": {"void": [VOID | {"depth": "-1 um"}]}}, "void.0: does not lie"),
        ({"geometry": {"roughness": ROUGH | {"shortest_wavelength": "0.4 um"}}}, "not resolved"),
        ({"geometry": {"roughness": ROUGH | {"longest_wavelength": "21 um"}}}, "too long"),
        ({"geometry": {"roughness": ROUGH | {"shortest_wavelength": "11 um"}}}, "must not exceed"),
        ({"geometry": {"roughness": ROUGH | {"amplitude": "2 um"}}}, "amplitude: too large"),
        ({"numerics": {"dt_min": "1 s", "dt_initial": "0.5 s"}}, "dt_min: too large"),
        ({"numerics": {"dt_max": "0.05 s", "dt_initial": "0.1 s"}}, "dt_max: too small"),
        ({"numerics": {"dt_min": "1 h", "dt_max": "1 min"}}, "dt_max: too small"),
        ({"phase_field": {"v_equilibrium": 0.08}}, "v_equilibrium: too large"),
        ({"anode": {"surface_energy_slope": -1.0}}, "surface_energy_slope"),
        ({"electrolyte": {"adhesion_slope": -2.0}}, "adhesion_slope"),
        ({"failure": {"contact_fraction": 0.6}}, "contact_loss_below: too small"),
        ({"failure": {"lithium_at_interface": 0.4}}, "depletion_below: too small"),
        ({"protocol": [strip(capacity="6.3 mAh/cm^2")]}, "until.capacity: can never be met"),
        ({"protocol": [strip(time="62 h")]}, "until.time: can never be met"),
        ({"protocol": [rest(capacity="1 C/m^2")]}, "no charge passes at rest"),
        ({"protocol": [rest(time="1 h", overpotential="1 mV")]}, "which is zero"),
        ({"nucleation": {"mode": "off"}}, "contact_fraction: can never be met: no voids"),
    ],
)
def test_impossible_combinations(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        scenario(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"geometry": {"interface_size": "0.25 um"}},
        {"geometry": {"void": [VOID], "roughness": ROUGH}},
        {"geometry": {"void": [VOID]}, "nucleation": {"mode": "off"}},
        {"protocol": [strip(capacity="6.1 mAh/cm^2")]},
        {"protocol": [strip(time="62 h", contact_fraction=0.15)]},  # time is a safety limit here
        {"protocol": [strip(time="61 h"), rest(time="1 h", contact_fraction=0.9)]},
    ],
)
def test_possible_combinations(changes: dict[str, Any]) -> None:
    scenario(**changes)


def warnings(**changes: Any) -> str:
    """Return the warnings at the default resolution, where `changes` do not say otherwise."""
    given = data()
    del given["phase_field"], given["geometry"]["interface_size"]
    case = parse_scenario(merge(given, changes), HERE)
    return "\n".join(warnings_of(limits_of(case, derive(case))))


def test_the_defaults_are_free_of_warnings() -> None:
    assert warnings() == ""


def test_warnings() -> None:
    assert "per half-width" in warnings(geometry={"interface_size": "0.1 um"})
    assert "edge length of voids" in warnings(phase_field={"l": "0.2 um"})
    assert "may vanish" in warnings(phase_field={"l": "0.3 um"})
    strips = [strip("1 mA/cm^2", contact_fraction=0.15)]
    coarse = {
        "geometry": {"interface_size": "0.12 um", "first_layer": "0.05 um"},
        "phase_field": {"l": "0.25 um"},
        "anode": {"x_mg": 0.3},
    }
    assert "near exhaustion lithium falls within 0.02033 um" in warnings(protocol=strips, **coarse)
    plate = {"step": "plate", "current_density": "1 A/m^2", "until": {"time": "1 h"}}
    assert "plating fresh metal" in warnings(protocol=[plate])


def test_the_default_mesh_resolves_the_thinnest_depletion_layer() -> None:
    strips = [strip("1 mA/cm^2", contact_fraction=0.15)]
    assert "exhaustion" not in warnings(anode={"x_mg": 0.3}, protocol=strips)
