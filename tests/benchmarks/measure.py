"""One measurement: a cell with voids of a given size, some steps of it; one line of JSON.

    mpirun -n 2 python measure.py '{"dimension": 3, "interface_size": 0.25}' [PETSc options]

The cell strips lithium at 0.1 mA/cm^2 from a state with voids that are open and growing, with the
settings of the product; nucleation and files are off. Times are of one rank, the slowest.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

from lithovoid.machine import bootstrap

bootstrap.start(sys.argv[2:])

from mpi4py import MPI  # noqa: E402 - after the start of MPI and PETSc
from petsc4py import PETSc  # noqa: E402

from lithovoid.case.load import parse_scenario  # noqa: E402
from lithovoid.machine import profiling  # noqa: E402
from lithovoid.meshes import build_mesh  # noqa: E402
from lithovoid.run.simulation import Simulation  # noqa: E402
from lithovoid.scenario.schema import Scenario  # noqa: E402

WARM_UP = 4
"""Steps before the clock starts: the first ones are shorter, and PETSc allocates in them."""

SPACING, RADIUS = 5.0, 0.8
"""Distance between voids along the interface, and their radius [um]."""


def scenario(
    dimension: int,
    interface_size: float,
    width: float = 10.0,
    depth: float | None = None,
    solver: str = "auto",
    geometry: dict[str, Any] | None = None,
) -> Scenario:
    """Return the cell to be measured, in three dimensions as deep as wide unless `depth` is given.

    Lengths in um; `geometry` replaces keys of the scenario.
    """
    depth = depth or width
    box = {"depth": f"{depth} um"} if dimension == 3 else {}
    places = [{"x": f"{x} um", "radius": f"{RADIUS} um"} for x in _rows(width)]
    if box:
        places = [place | {"y": f"{y} um"} for place in places for y in _rows(depth)]
    layers = {
        "type": "planar",
        "width": f"{width} um",
        "anode": "10 um",
        "electrolyte": "3 um",
        "interface_size": f"{interface_size} um",
        "fine_depth": "2 um",
        "growth": 0.3,
        "coarse_size": "1.5 um",
        "void": places,
    }
    strip = {"step": "strip", "current_density": "0.1 mA/cm^2", "until": {"time": "10 h"}}
    data = {
        "geometry": layers | box | (geometry or {}),
        "phase_field": {"l": "0.25 um"},
        "nucleation": {"mode": "off"},
        "numerics": {"solver": solver},
        "output": {"fields": "none"},
        "protocol": [strip],
    }
    return parse_scenario(data, Path())


def _rows(extent: float) -> list[float]:
    """Places of voids along `extent` [um]."""
    return [SPACING / 2 + SPACING * k for k in range(max(1, int(extent / SPACING)))]


def measure(comm: MPI.Comm, steps: int, **cell: Any) -> dict[str, Any]:
    """Return the numbers of `steps` steps (collective)."""
    begun = time.perf_counter()
    resolved = scenario(**cell)
    mesh = build_mesh(resolved) if comm.rank == 0 else None
    simulation = Simulation(resolved, mesh, comm=comm)
    ready = time.perf_counter() - begun
    profiling.start()
    for _ in range(WARM_UP):
        simulation.step()
    factorised = _factorisations()
    before, cpu, wall = profiling.seconds(), time.process_time(), time.perf_counter()
    records = [simulation.step() for _ in range(steps)]
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    newton = sum(record.newton_iterations for record in records)
    events = {name: spent - before[name] for name, spent in profiling.seconds().items()}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    cells = simulation.domain.mesh.topology.index_map(cell["dimension"]).size_local
    balance = max(comm.allgather(cells)) * comm.size / comm.allreduce(cells)
    return {
        **cell,
        "ranks": comm.size,
        "unknowns": simulation.solver.unknowns,
        "steps": steps,
        "newton": newton,
        "linear": sum(record.linear_iterations for record in records),
        "rejected": sum(record.rejected_steps for record in records),
        "factorisations": _factorisations() - factorised,
        "ready_s": comm.allreduce(ready, op=MPI.MAX),
        "wall_s": comm.allreduce(wall, op=MPI.MAX),
        "cpu_s": comm.allreduce(cpu, op=MPI.MAX),
        "memory_gb": comm.allreduce(memory, op=MPI.MAX),
        "memory_all_gb": comm.allreduce(memory),
        "cells_max_to_mean": balance,
        "void_layer_um": records[-1].void_layer_thickness,
        "time_s": records[-1].time,
        **{f"{name}_s": comm.allreduce(spent, op=MPI.MAX) for name, spent in events.items()},
        "options": " ".join(sys.argv[2:]),
    }


def _factorisations() -> int:
    """Number of numeric factorisations so far; each follows one assembly of the Jacobian."""
    stage = int(PETSc.Log.Stage(profiling.SOLVE))
    return int(PETSc.Log.Event("MatLUFactorNum").getPerfInfo(stage)["count"])


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    keys = {"steps": 10} | json.loads(sys.argv[1])
    numbers = measure(MPI.COMM_WORLD, **keys)
    if MPI.COMM_WORLD.rank == 0:
        print(json.dumps(numbers))
