"""Where physics ends a run, its message names the physics, and not the solver."""

from typing import Any

import pytest
from cases import simulation, strip

from lithovoid.machine.errors import NumericalError
from lithovoid.measure.record import Record
from lithovoid.run.failing import end_cell
from lithovoid.run.simulation import Simulation
from lithovoid.theory.depletion import sand_capacity, sand_rise

VOID = {
    "geometry": {
        "width": "3 um",
        "anode": "3 um",
        "interface_size": "0.1 um",
        "void": [{"x": "1.5 um", "radius": "0.8 um"}],
    },
    "phase_field": {"l": "0.15 um"},
}
FAST = "500 mA/cm^2"


def failing(**changes: Any) -> tuple[Simulation, str]:
    """Run a cell until its smallest step fails; return it and what it says."""
    cell = simulation(**changes)
    with pytest.raises(NumericalError) as caught:
        list(cell)
    return cell, str(caught.value)


def ended(**changes: Any) -> tuple[Simulation, Record]:
    """Run a cell to an end that is no error; return it and its last record."""
    cell = simulation(**changes)
    *_, last = cell
    assert cell.protocol.finished
    return cell, last


def test_the_rise_by_sand_is_that_of_the_capacity_by_sand() -> None:
    current, diffusivity, omega = 5000.0, 6e-15, 12.97e-6
    time = sand_capacity(0.3, current, diffusivity, omega) / current
    assert sand_rise(time, current * omega / 96485.33212, diffusivity) == pytest.approx(0.3)


@pytest.mark.parametrize(("current", "time"), [(FAST, "0.01"), ("5000 mA/cm^2", "0.0001")])
def test_a_current_that_empties_the_contact_within_steps_is_named(current: str, time: str) -> None:
    """It empties it after 10 ms, or 0.1 ms: the smallest step of 1 ms shows nothing of that."""
    cell, said = failing(protocol=[strip(current, overpotential="10 V")])
    assert cell.clock.step == 0
    assert (
        f"at {current} through the contact the lithium there runs out after about {time} s" in said
    )
    assert "(guard 'depletion in time'). Try numerics.dt_min =" in said


def test_the_depletion_that_was_named_is_found_with_the_steps_that_were_advised() -> None:
    _, said = failing(protocol=[strip(FAST, overpotential="0.2 V")])
    assert "runs out after about 0.01 s, and the step takes 31 % of a site" in said
    advised = said.split("dt_min = ")[1].split(" s,")[0]
    numerics = {"dt_min": f"{advised} s"}
    cell, last = ended(protocol=[strip(FAST, overpotential="0.2 V")], numerics=numerics)
    assert cell.stop_reason == "overpotential reached 0.2 V"
    assert cell.failure is not None
    assert cell.failure.mode == "depletion"
    assert last.time == pytest.approx(0.0104, rel=0.05)  # Sand's law


def test_the_potential_of_a_large_current_is_found() -> None:
    """Fifty times the exchange current: full Newton steps from zero do not arrive."""
    cell = simulation(protocol=[strip(FAST, overpotential="0.2 V")])
    assert cell.observed.current_density == pytest.approx(5000.0)
    assert cell.observed.overpotential == pytest.approx(0.0, abs=1e-4)


@pytest.mark.parametrize("voltage", ["0.3 V", "-0.3 V", "3 V", "-3 V"])
def test_the_current_of_a_large_voltage_is_found(voltage: str) -> None:
    hold = {"step": "hold", "cell_voltage": voltage, "until": {"time": "1 h"}}
    cell = simulation(protocol=[hold])
    held = float(voltage.removesuffix(" V"))
    assert cell.observer.intact_voltage(cell.observed.current_density) == pytest.approx(
        held, rel=1e-3
    )


@pytest.mark.parametrize("until", [{"overpotential": "2 V"}, {"lithium_at_interface": 1e-7}])
def test_lithium_that_runs_out_ends_a_strip_to_its_failure(until: dict[str, Any]) -> None:
    cell, last = ended(anode={"x_mg": 0.2}, protocol=[strip("1 mA/cm^2", **until)])
    assert cell.stop_reason.startswith("the lithium at the contact has run out: 0.0")
    assert cell.failure is not None
    assert cell.failure.mode == "depletion"
    assert last.lithium_at_interface < 1e-3


def test_lithium_that_runs_out_before_a_capacity_is_an_error_that_names_it() -> None:
    cell, said = failing(
        anode={"x_mg": 0.2}, protocol=[strip("1 mA/cm^2", capacity="0.9 mAh/cm^2")]
    )
    assert said.startswith("the smallest step (0.001 s) failed: the lithium at the contact has run")
    assert "(guard 'depletion'). Try until with overpotential" in said
    assert cell.failure is not None
    assert cell.failure.mode == "depletion"


def test_an_anode_without_lithium_is_named() -> None:
    thin = {
        "geometry": {"anode": "1 um", "interface_size": "0.1 um"},
        "phase_field": {"l": "0.15 um"},
    }
    _, said = failing(protocol=[strip(capacity="0.2066 mAh/cm^2")], **thin)
    assert "no lithium is left in the anode: 0." in said


def test_contact_that_is_gone_ends_a_strip_as_loss_of_contact() -> None:
    cell, last = ended(protocol=[strip("1 mA/cm^2", capacity="0.5 mAh/cm^2")], **VOID)
    assert last.contact_fraction < 0.01
    assert cell.stop_reason.startswith("the contact is lost: 0.")
    assert "% of the interface is left, through which" in cell.stop_reason
    assert cell.failure is not None
    assert cell.failure.mode == "contact_loss"
    assert cell.step_ends[-1][3] == cell.stop_reason


def test_an_end_by_physics_is_a_failure_if_there_was_none_before() -> None:
    cell = simulation()
    cell.step()
    end_cell(cell, "the contact is lost", "contact_fraction")
    assert cell.protocol.finished
    assert cell.failure is not None
    assert (cell.failure.mode, cell.failure.cause) == ("contact_loss", cell.stop_reason)
    assert (cell.failure.step, cell.failure.contact_fraction) == (1, 0.0)


@pytest.mark.parametrize("current", ["0.1 mA/cm^2", "500 mA/cm^2"])
def test_a_lattice_that_is_full_is_named(current: str) -> None:
    until = {"capacity": "0.1 mAh/cm^2"}
    plate = {"step": "plate", "current_density": current, "until": until}
    _, said = failing(protocol=[plate])
    assert "the lattice at the contact is full: it holds 1." in said
    assert "(guard 'plating'). Try plating less" in said


def test_a_solver_that_fails_by_itself_is_still_named() -> None:
    numerics = {"newton_iterations": 1, "newton_tolerance": 1e-15}
    _, said = failing(numerics=numerics)
    assert said.startswith("the smallest step (0.001 s) failed: Newton: diverged")
    assert "(guard 'Newton')" in said
