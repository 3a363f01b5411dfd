"""Voltage of cells that have closed forms: one dimension, and contact on periodic strips."""

from math import asinh, exp, log, pi, sin

from mpi4py import MPI

import numpy as np
import pytest
from cases import begin_here, scenario, simulation, strip
from graded_cell import strip_cell
from results import EXACT, Case

from lithovoid.case.coefficients import Kinetics
from lithovoid.measure.observables import charge_transfer_overpotential
from lithovoid.run.simulation import Simulation
from lithovoid.theory.constants import FARADAY, GAS

CONDUCTIVITY, I0, TEMPERATURE = 0.04, 100.0, 298.15
THERMAL = GAS * TEMPERATURE / FARADAY

ONE_DIMENSIONAL = "Voltage of a one-dimensional cell"
OHM = (
    "V = I (H/σ + R_ct) at small current, asinh law for equal transfer coefficients, Nernst term "
    "where lithium is depleted."
)
STRIPS = "R = ln(1 / sin(π a / 2b)) / (π σ) per length, for contacts of 2a with the period 2b."

# one short step with fast diffusion and few vacancies: the metal stays fresh
FAST = {"diffusivity": "1e-6 m^2/s"}
PURE = {"v_equilibrium": 1e-12}
SHORT = {"dt_initial": "1e-5 s", "dt_min": "1e-6 s"}


def test_one_dimensional_cell_at_small_current() -> None:
    """V = I (H / sigma + R_ct), R_ct = RT / (F i0)."""
    current, series = 0.05, 1e-4
    cell = simulation(
        geometry={"electrolyte": "5 um"},
        anode=FAST,
        electrolyte={
            "conductivity": f"{CONDUCTIVITY} S/m",
            "series_resistance": f"{series} ohm*m^2",
        },
        kinetics={"exchange_current_density": f"{I0} A/m^2"},
        phase_field=PURE,
        numerics=SHORT,
        protocol=[strip(f"{current} A/m^2", time="1 s")],
    )
    record = cell.step()
    resistance = 5e-6 / CONDUCTIVITY + THERMAL / I0 + series
    expected = current * resistance
    with Case(ONE_DIMENSIONAL, EXACT, source=OHM) as case:
        case.compare(
            f"voltage at {current} A/m²", record.cell_voltage, expected, relative=1e-6, unit="V"
        )
        case.compare("overpotential", record.overpotential, 0, absolute=1e-6 * expected, unit="V")


@pytest.mark.parametrize("current", [30.0, 300.0])
def test_one_dimensional_cell_at_large_current(current: float) -> None:
    """V = I H / sigma + (2 RT / F) asinh(I / (2 i0)) for equal transfer coefficients."""
    cell = simulation(
        anode=FAST,
        kinetics={"exchange_current_density": f"{I0} A/m^2"},
        phase_field=PURE,
        numerics=SHORT,
        protocol=[strip(f"{current} A/m^2", time="1 s")],
    )
    expected = current * 2e-6 / CONDUCTIVITY + 2 * THERMAL * asinh(current / (2 * I0))
    voltage = cell.step().cell_voltage
    with Case(ONE_DIMENSIONAL, EXACT, source=OHM) as case:
        case.compare(
            f"voltage at {current:g} A/m², asinh law", voltage, expected, relative=1e-6, unit="V"
        )


def test_depletion_adds_the_nernst_term() -> None:
    """(x_s/x_0) exp(u/2) - exp(-u/2) = I/i0 with the lithium left at the interface."""
    current = 10.0
    cell = simulation(
        anode={"x_mg": 0.1}, protocol=[strip(f"{current} A/m^2", lithium_at_interface=0.5)]
    )
    *_, record = cell
    assert record.lithium_at_interface < 0.7
    u = (record.cell_voltage - current * 2e-6 / CONDUCTIVITY) / THERMAL
    local = I0 * (record.lithium_at_interface * exp(u / 2) - exp(-u / 2))
    baseline = charge_transfer_overpotential(cell.model.numbers(Kinetics), current)
    excess = record.cell_voltage - current * 2e-6 / CONDUCTIVITY - baseline
    with Case(ONE_DIMENSIONAL, EXACT, source=OHM) as case:
        case.compare(
            "current of a depleted interface (Nernst term)",
            local,
            current,
            relative=1e-6,
            unit="A/m²",
        )
        case.compare(
            "overpotential of depletion", record.overpotential, excess, relative=1e-6, unit="V"
        )


def test_hold_gives_the_current_of_ohm_and_charge_transfer() -> None:
    voltage = 1e-5
    hold = {"step": "hold", "cell_voltage": f"{voltage} V", "until": {"time": "1 s"}}
    cell = simulation(
        anode=FAST,
        electrolyte={"series_resistance": "1e-4 ohm*m^2"},
        phase_field=PURE,
        numerics=SHORT,
        protocol=[hold],
    )
    record = cell.step()
    resistance = 2e-6 / CONDUCTIVITY + THERMAL / I0 + 1e-4
    with Case(ONE_DIMENSIONAL, EXACT, source=OHM) as case:
        found, expected = record.current_density, voltage / resistance
        case.compare("current of hold at 10 µV", found, expected, relative=1e-6, unit="A/m²")
        case.compare("voltage of hold", record.cell_voltage, voltage, relative=1e-6, unit="V")


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.75])
def test_constriction_by_periodic_strips(share: float) -> None:
    """R = ln(1 / sin(pi a / 2b)) / (pi sigma) for contacts 2a of period 2b, fast kinetics.

    The void beyond x = a is set node by node and lasts for one step too short to move it. Its edge
    is one cell wide; a is the length in contact as the cell reports it.
    """
    b, thickness, current = 2.0, 6.0, 1.0
    resolved = scenario(
        geometry={"width": f"{b} um", "electrolyte": f"{thickness} um"},
        anode=FAST,
        kinetics={"exchange_current_density": "1e7 A/m^2"},
        phase_field=PURE,
        protocol=[strip(f"{current} A/m^2", time="1 h")],
        numerics={
            "dt_initial": "1e-7 s",
            "dt_min": "1e-8 s",
            "newton_tolerance": 1e-6,
            "ledger_limit": 1.0,
        },
    )
    mesh = strip_cell(share * b, b, thickness, finest=2e-4 * b)
    cell = Simulation(resolved, mesh, comm=MPI.COMM_SELF)
    x = cell.state.anode.tabulate_dof_coordinates()[:, 0]
    cell.state.phi.x.array[:] = np.where(x > share * b * (1 + 1e-9), 1.0, 0.0)
    begin_here(cell)
    record = cell.step()
    half_contact = record.contact_fraction * b
    assert half_contact == pytest.approx(share * b, rel=2e-3)
    spreading = record.cell_voltage - current * thickness * 1e-6 / CONDUCTIVITY
    resistance = spreading / (current * 2 * b * 1e-6)
    expected = log(1 / sin(pi * half_contact / (2 * b))) / (pi * CONDUCTIVITY)
    with Case("Constriction by periodic strips", EXACT, source=STRIPS) as case:
        quantity = f"R σ at a/b = {share:g}"
        case.compare(quantity, resistance * CONDUCTIVITY, expected * CONDUCTIVITY, relative=0.01)
