"""The voltage taken apart, and the depth that takes part."""

import numpy as np
import pytest
from cases import simulation, strip

from lithovoid.case.coefficients import Kinetics, Lattice
from lithovoid.measure.record import MAH_PER_CM2
from lithovoid.voids.count import VoidCounter
from lithovoid.voids.seeding import profile


def test_fresh_metal_has_ohmic_and_charge_transfer_losses_only() -> None:
    cell = simulation()
    record = cell.step()
    p = cell.model.numbers(Kinetics)
    assert record.ohmic_voltage == pytest.approx(1.0 * 2e-6 / 0.04, rel=1e-6)
    assert record.charge_transfer_voltage == pytest.approx(
        p.thermal_voltage * 2 * np.arcsinh(0.005), rel=1e-3
    )
    assert abs(record.concentration_voltage) < 1e-3 * record.charge_transfer_voltage + 1e-4


def test_the_parts_add_up_and_depletion_is_concentration() -> None:
    """At full contact: eta_conc = (RT/F) ln(x_0/x_s), and the ohmic part does not change."""
    cell = simulation(
        kinetics={"alpha_a": 0.4, "alpha_c": 0.4},
        anode={"x_mg": 0.2},
        protocol=[strip("1 mA/cm^2", lithium_at_interface=0.05)],
    )
    records = list(cell)
    last = records[-1]
    parts = last.ohmic_voltage + last.charge_transfer_voltage + last.concentration_voltage
    assert parts == pytest.approx(last.cell_voltage, rel=1e-12)
    assert last.ohmic_voltage == pytest.approx(records[0].ohmic_voltage, rel=1e-6)
    expected = (
        -cell.model.numbers(Kinetics).thermal_voltage * np.log(last.lithium_at_interface) / 0.8
    )
    assert last.concentration_voltage == pytest.approx(expected, rel=1e-9)
    assert cell.failure is not None
    assert cell.failure.concentration_share > 0.9


def test_participation_depth_is_where_five_percent_are_missing() -> None:
    cell = simulation(anode={"x_mg": 0.1})
    z = cell.state.anode.tabulate_dof_coordinates()[:, 1]
    v_e = cell.model.numbers(Lattice).v_equilibrium
    cell.state.v.x.array[:] = v_e + 0.9 * 0.2 * (1 - z / 5.8)  # 5 % of 0.9 at z = 4.35
    assert cell.analyser.analyse(cell.observed).participation_depth == pytest.approx(4.35, rel=1e-9)


def test_capacity_near_the_interface_is_what_is_missing_there() -> None:
    cell = simulation(failure={"near_depth": "1.5 um"})
    cell.state.v.x.array[:] = cell.model.numbers(Lattice).v_equilibrium + 0.1
    near = cell.analyser.analyse(cell.observed).capacity_near_interface * MAH_PER_CM2
    assert near == pytest.approx(
        0.1 * 1.5 * cell.model.numbers(Lattice).charge_per_length, rel=0.02
    )


def test_sizes_of_voids_are_their_extents() -> None:
    cell = simulation(geometry={"width": "8 um", "anode": "4 um", "interface_size": "0.2 um"})
    points = cell.state.anode.tabulate_dof_coordinates()[:, :2]
    first = profile(points, np.array([2.0, 0.4]), 1.0, 0.25)
    second = profile(points, np.array([6.0, 2.0]), 0.7, 0.25)
    cell.state.phi.x.array[:] = np.maximum(first, second)
    voids = VoidCounter(cell.state).measure()
    order = np.argsort(voids.width)
    assert voids.width[order] == pytest.approx([1.4, 2.0], abs=0.06)
    assert voids.depth[order] == pytest.approx([2.7, 1.4], abs=0.04)
