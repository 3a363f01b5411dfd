"""A simulation continued from memory is the one that went on, to the last bit."""

import json
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mpi4py import MPI

import numpy as np
import pytest
from small_run import SCENARIO

from lithovoid.case.load import parse_scenario
from lithovoid.equations.charge import Charge
from lithovoid.io.checkpoints import Saved, pack, unpack
from lithovoid.io.nodal import NodalFields
from lithovoid.meshes import MeshData, build_mesh
from lithovoid.run.simulation import Simulation
from lithovoid.run.snapshot import state_of
from lithovoid.scenario.schema import Scenario
from lithovoid.scenario.toml_files import merge


def scenario(**changes: Any) -> Scenario:
    return parse_scenario(merge(tomllib.loads(SCENARIO), changes), Path())


def saved(simulation: Simulation) -> Saved:
    """Return the state as it would be read from disk."""
    nodal = NodalFields(simulation.domain, simulation.state)
    text = json.dumps(state_of(simulation), default=asdict)
    fields = unpack(pack(nodal.gather(nodal.copy())))
    return Saved(simulation.clock.step, {}, json.loads(text), fields)


def run(cell: Scenario, mesh: MeshData, start: Saved | None = None) -> Simulation:
    return Simulation(cell, mesh, comm=MPI.COMM_SELF, saved=start)


@pytest.fixture(scope="module")
def mesh() -> MeshData:
    return build_mesh(scenario())


PROTOCOL = [
    {
        "step": "strip",
        "current_density": "0.1 mA/cm^2",
        "until": {"capacity": "0.01 mAh/cm^2"},
    }
]
CASES = {
    "bdf2": {},
    "backward Euler": {"numerics": {"time_scheme": "backward_euler"}},
    "hold": {
        "protocol": [{"step": "hold", "cell_voltage": "2 mV", "until": {"time": "20 min"}}],
        "nucleation": {"mode": "off"},
    },
    "moving magnesium": {"anode": {"x_mg": 0.05, "magnesium_mobility": 0.1}},
    "contraction": {"anode": {"x_mg": 0.02, "sink_rate": "1e-4 1/s"}},
    "iterative": {"numerics": {"solver": "iterative"}},
}


@pytest.mark.parametrize("changes", CASES.values(), ids=CASES)
def test_every_step_is_repeated_to_the_last_bit(mesh: MeshData, changes: dict[str, Any]) -> None:
    check_that_every_step_is_repeated(scenario(**changes), mesh)


SHELL = [(1.2, 0.0), (1.55, 0.95), (2.5, 1.4), (3.45, 0.95), (3.8, 0.0)]
"""Places [um] of voids that together cover an island of metal on the interface."""


def test_metal_that_is_cut_off_is_so_after_a_restart(mesh: MeshData) -> None:
    void = [{"x": f"{x} um", "depth": f"{z} um", "radius": "0.65 um"} for x, z in SHELL]
    cell = scenario(geometry={"void": void}, nucleation={"mode": "off"}, protocol=PROTOCOL)
    ended = check_that_every_step_is_repeated(cell, mesh)
    connected, phi = (f.x.array for f in (ended.model.part(Charge).connected, ended.state.phi))
    assert (phi[connected == 0] < 0.1).sum() > 5  # the island is still there at the end


def check_that_every_step_is_repeated(cell: Scenario, mesh: MeshData) -> Simulation:
    """Compare a run with those that continue it from some of its steps, and return it."""
    going_on = run(cell, mesh)
    states, records = [], []
    for record in going_on:
        records.append(asdict(record))
        states.append(saved(going_on))
    nuclei = {n.step for n in going_on.nucleation.nuclei} if going_on.nucleation else set()
    begins = sorted({1, 2, len(states) - 6} | {step for n in nuclei for step in (n - 1, n)})
    for begin in begins:
        continued = run(cell, mesh, states[begin - 1])
        for expected in records[begin : begin + 6]:
            assert asdict(continued.step()) == expected, f"continued from step {begin}"
        reached = states[continued.clock.step - 1]
        again = saved(continued)
        assert again.state == reached.state
        for name, values in reached.fields.items():
            np.testing.assert_array_equal(again.fields[name], values, err_msg=name)
    return going_on


def test_another_mesh_is_refused(mesh: MeshData) -> None:
    cell = scenario()
    simulation = run(cell, mesh)
    simulation.step()
    start = saved(simulation)
    wider = scenario(geometry={"width": "6 um"})
    with pytest.raises(Exception, match="another mesh"):
        run(wider, build_mesh(wider), start)
