import math
from typing import Any

import numpy as np
import pytest
from scenario_cases import scenario, strip

from lithovoid.case.derived import Derived, derive
from lithovoid.case.rate_law import rate_parameters
from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes import build_mesh, quality
from lithovoid.theory.nucleation import classical_rate

MAH = 3.6e4  # C/m^2 per mAh/cm^2
SLOPE = 0.35


def derived(x_mg: float = 0.0, current: str = "0.1 mA/cm^2", **changes: Any) -> Derived:
    anode = {"x_mg": x_mg, "surface_energy_slope": SLOPE}
    return derive(
        scenario(anode=anode, protocol=[strip(current, contact_fraction=0.15)], **changes)
    )


@pytest.mark.parametrize(
    ("x_mg", "diffusivity", "sand"),
    [(0.0, 6.0e-15, 7.24), (0.1, 3.0e-15, 2.67), (0.2, 1.5e-15, 0.93), (0.3, 7.6e-16, 0.30)],
)
def test_transport(x_mg: float, diffusivity: float, sand: float) -> None:
    metal = derived(x_mg).metal
    assert metal.diffusivity == pytest.approx(diffusivity, rel=0.01)
    assert metal.largest_vacancies == pytest.approx(1 - x_mg / 0.7)
    # Sand's capacity to the largest vacancy fraction, tabulated; here from that to the critical one
    critical = metal.critical_vacancies
    if critical is not None:
        ratio = ((critical - 1e-3) / metal.largest_vacancies) ** 2
        assert derived(x_mg).strips[0].sand_capacity == pytest.approx(sand * ratio * MAH, rel=0.02)


def test_diffusivity_is_thermally_activated() -> None:
    assert derived(0.1, temperature="353.15 K").metal.diffusivity == pytest.approx(9.5e-14, rel=0.1)


def test_critical_vacancies_vanish_at_much_magnesium() -> None:
    assert derived(0.15).metal.critical_vacancies == pytest.approx(0.47, abs=0.01)
    assert derived(0.2).metal.critical_vacancies is None
    assert derived(0.2).strips[0].sand_capacity is None


def test_phase_field_numbers() -> None:
    field = derived().phase_field
    assert field.stiffness == pytest.approx(8.314463 * 298.15 / 12.97e-6)  # RT/Omega
    assert field.barrier == pytest.approx(6 * 0.46 / 0.25e-6)
    assert field.gradient == pytest.approx(3 * 0.46 * 0.25e-6)
    # surface energy and half-width follow from them
    assert math.sqrt(field.gradient * field.barrier / 18) == pytest.approx(0.46)
    assert math.sqrt(2 * field.gradient / field.barrier) == pytest.approx(0.25e-6)


def test_lengths() -> None:
    assert derived().kinetic_length == pytest.approx(0.04 * 0.025693 / 100, rel=1e-4)
    layer = derived(0.3, "1 mA/cm^2").strips[0].depletion_layer
    assert layer == pytest.approx(20e-9, rel=0.05)


def test_first_nucleus_by_an_independent_integral() -> None:
    case = scenario()
    strip_estimate = derive(case).strips[0]
    time = np.linspace(0, strip_estimate.first_nucleus / 1.0, 20001)  # at 1 A/m^2
    v = 1e-3 + 2 * (1.0 * 12.97e-6 / 96485.33212) * np.sqrt(time / (np.pi * 6e-15))
    rate = classical_rate(v, np.zeros_like(v), rate_parameters(case))
    assert np.trapezoid(rate, time) * 20e-6 * 10e-6 == pytest.approx(1.0, rel=1e-2)


def test_incubation_falls_with_current_and_rises_with_magnesium() -> None:
    def incubation(x_mg: float, current: str) -> float:
        return derived(x_mg, current).strips[0].incubation or math.inf

    assert incubation(0.0, "1 mA/cm^2") < incubation(0.0, "0.1 mA/cm^2")
    lithium, modest, high = (incubation(x_mg, "0.1 mA/cm^2") for x_mg in (0.0, 0.1, 0.3))
    assert lithium < modest < high == math.inf


def test_a_wider_interface_nucleates_earlier() -> None:
    wide = derived(geometry={"width": "200 um"}).strips[0].first_nucleus
    assert wide < derived().strips[0].first_nucleus


def test_nothing_nucleates_where_it_is_off() -> None:
    case = scenario(
        geometry={"void": [{"x": "5 um", "radius": "1 um"}]}, nucleation={"mode": "off"}
    )
    assert derive(case).strips[0].first_nucleus is None


def test_only_strip_steps_are_estimated() -> None:
    rest = {"step": "rest", "until": {"time": "1 h"}}
    assert derive(scenario(protocol=[rest])).strips == ()
    estimates = derive(scenario(protocol=[rest, strip(time="1 h")])).strips
    assert [estimate.step for estimate in estimates] == [1]


def test_unknown_rate_law() -> None:
    with pytest.raises(ConfigurationError, match=r"nucleation.rate_law: .*allowed: classical"):
        derive(scenario(nucleation={"rate_law": "none"}))


def test_estimated_unknowns_are_those_of_the_mesh() -> None:
    case = scenario(
        geometry={"width": "10 um", "anode": "15 um", "fine_depth": "1.5 um", "electrolyte": "3 um"}
    )
    mesh = quality(build_mesh(case))
    estimate = derive(case).resolution
    assert estimate is not None
    assert estimate.unknowns == pytest.approx(
        2 * mesh.anode_nodes + mesh.electrolyte_nodes, rel=0.2
    )
    assert estimate.sizes_per_half_width == pytest.approx(0.25 / 0.12)
