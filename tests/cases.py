"""Small cells that the tests of the solver start from."""

from pathlib import Path
from typing import Any

from mpi4py import MPI

from lithovoid.case.load import NO_TABLES, parse_scenario
from lithovoid.equations.void import Void
from lithovoid.fields.domain import Integral
from lithovoid.meshes import build_mesh
from lithovoid.run.simulation import Simulation
from lithovoid.scenario.extend import Tables
from lithovoid.scenario.schema import Scenario
from lithovoid.scenario.toml_files import merge

NUCLEATING_CELL: dict[str, Any] = {
    "geometry": {
        "width": "6 um",
        "anode": "6 um",
        "electrolyte": "2 um",
        "interface_size": "0.25 um",
        "fine_depth": "1 um",
    },
    "nucleation": {"mode": "stochastic", "seed": 1, "prefactor": "1e22 1/(m^2*s)"},
    "protocol": [
        {
            "step": "strip",
            "current_density": "0.2 mA/cm^2",
            "until": {"capacity": "0.08 mAh/cm^2"},
        },
        {"step": "rest", "until": {"time": "1 h"}},
        {
            "step": "plate",
            "current_density": "0.1 mA/cm^2",
            "until": {"capacity": "0.01 mAh/cm^2"},
        },
        {"step": "hold", "cell_voltage": "1 mV", "until": {"time": "1 h"}},
    ],
}
"""Changes for `simulation`: voids nucleate, and every kind of step follows."""

EXACT: dict[str, Any] = {"dt_initial": "0.1 s", "newton_tolerance": 1e-8}
"""Numerics with which a step is that of its equations, for tests of these."""

COLUMN: dict[str, Any] = {
    "geometry": {
        "type": "column",
        "anode": "30 um",
        "electrolyte": "2 um",
        "interface_size": "10 nm",
    },
    "nucleation": {"mode": "off"},
    "numerics": {"dt_initial": "0.5 s", "dt_max": "100 h"},
    "output": {"fields": "none"},
}


def column(**changes: Any) -> Simulation:
    """Return a serial simulation of a column without voids, with `changes` merged over it."""
    resolved = parse_scenario(merge(COLUMN, changes), Path())
    return Simulation(resolved, build_mesh(resolved), comm=MPI.COMM_SELF)


def data(**changes: Any) -> dict[str, Any]:
    """Return a narrow cell without nucleation, with `changes` merged over it.

    Its walls are as wide as a coarse mesh resolves, whatever the current, and its steps are solved
    exactly.
    """
    narrow = {
        "geometry": {
            "type": "planar",
            "width": "1 um",
            "anode": "6 um",
            "electrolyte": "2 um",
            "interface_size": "0.25 um",
        },
        "phase_field": {"l": "0.25 um"},
        "nucleation": {"mode": "off"},
        "protocol": [strip(time="1 h")],
        "numerics": EXACT,
        "output": {"fields": "none"},
    }
    return merge(narrow, changes)


def strip(current_density: str = "0.1 mA/cm^2", **until: Any) -> dict[str, Any]:
    """Return a strip step that ends by `until`."""
    return {"step": "strip", "current_density": current_density, "until": until}


def scenario(tables: Tables = NO_TABLES, **changes: Any) -> Scenario:
    """Return `data` as a scenario, which may have `tables` that are not the package's."""
    return parse_scenario(data(**changes), Path(), tables)


def simulation(**changes: Any) -> Simulation:
    """Return a serial simulation of `data`, ready for its first step."""
    resolved = scenario(**changes)
    return Simulation(resolved, build_mesh(resolved), comm=MPI.COMM_SELF)


def begin_here(cell: Simulation) -> None:
    """Take the present fields, set by a test, as those of the start."""
    cell.state.forget_history()
    cell.observed = cell.observer.observe(cell.clock.throughput)
    cell.ledger.load_state_dict(cell.ledger.state_dict() | {"fresh": {}})
    cell.ledger.on_start(cell)


def emptied_sites(cell: Simulation) -> Integral:
    """Return what the balance of vacancies conserves, as an integral over the anode."""
    stored = cell.model.part(Void).formulation.stored(cell.state.times[0])
    return Integral(cell.domain, stored * cell.domain.dx_anode)
