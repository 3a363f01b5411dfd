"""Strip, rest, strip: what each cycle delivers, against the superposition of the exact slab."""

from pathlib import Path

from mpi4py import MPI

import numpy as np
import pytest

from lithovoid.case.load import parse_scenario
from lithovoid.measure.record import MAH_PER_CM2
from lithovoid.meshes import build_mesh
from lithovoid.run.simulation import Simulation
from lithovoid.run.summary import RunTotals, cycles, summarise
from lithovoid.theory.constants import FARADAY
from lithovoid.theory.result import by_key

HOUR = 3600.0
STRIP = {
    "step": "strip",
    "current_density": "1 A/m^2",
    "until": {"lithium_at_interface": 0.5},
}


def run(rest: str) -> Simulation:
    data = {
        "geometry": {"type": "column", "anode": "10 um", "electrolyte": "2 um"},
        "anode": {"x_mg": 0.1, "diffusivity": "3e-15 m^2/s", "diffusivity_decay": 0.0},
        "phase_field": {"v_equilibrium": 1e-9},
        "nucleation": {"mode": "off"},
        "numerics": {"max_change_v": 0.01},
        "protocol": [STRIP, {"step": "rest", "until": {"time": rest}}, STRIP],
    }
    scenario = parse_scenario(data, Path())
    simulation = Simulation(scenario, build_mesh(scenario), comm=MPI.COMM_SELF)
    totals = RunTotals(simulation.results)
    for record in simulation:
        totals.add(record)
    assert summarise(simulation, totals)["cycles"] == [by_key(c) for c in cycles(simulation)]
    return simulation


def kernel(time: float) -> float:
    """Rise of v at the interface per flux, after `time` at constant flux (slab of 10 um) [s/m]."""
    length, diffusivity = 10e-6, 3e-15
    tau, n = max(time, 0.0) * diffusivity / length**2, np.arange(1, 400)
    series = np.sum(np.exp(-(n**2) * np.pi**2 * tau) / n**2)
    return float(length / diffusivity * (tau + 1 / 3 - 2 / np.pi**2 * series))


def test_the_second_strip_delivers_what_superposition_says() -> None:
    """Constant diffusivity: the rises of first strip, its end and the second strip add up."""
    simulation = run("1 h")
    first, second = cycles(simulation)
    omega = simulation.scenario.anode.molar_volume
    t1 = first.capacity * MAH_PER_CM2
    t2 = second.capacity * MAH_PER_CM2  # at 1 A/m^2 charge is time
    total = t1 + HOUR + t2
    rise = omega / FARADAY * (kernel(total) - kernel(total - t1) + kernel(t2))
    assert rise == pytest.approx(0.45, rel=5e-3)
    assert second.rest_before == pytest.approx(HOUR)
    assert second.share_of_first == pytest.approx(t2 / t1)


def test_more_rest_recovers_more() -> None:
    shares = [cycles(run(rest))[1].share_of_first for rest in ("0.2 h", "1 h", "5 h")]
    assert shares == sorted(shares)
    assert 0 < shares[0] < 0.5 * shares[-1]
