"""A small run directory made without a solver: half-disc voids that grow on a flat interface."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyvista as pv

WIDTH, ANODE, ELECTROLYTE = 20.0, 24.0, 4.0
CENTRES = (4.0, 9.0, 15.5)
INCUBATION, FAILURE = 3600.0 * 2, 3600.0 * 10  # s
CURRENT = 1.0  # A/m^2
L = 0.25

Array = npt.NDArray[np.float64]


def capacity(time: Any) -> Any:
    """Areal capacity in mAh/cm^2 after stripping with CURRENT for `time` in s."""
    return CURRENT * np.asarray(time) / 3.6e4


def radius(time: float, void: int) -> float:
    """Radius in um of one void at `time`; the second and third appear later."""
    grown = (time - INCUBATION) / (FAILURE - INCUBATION) - 0.15 * void
    return float(2.6 * np.sqrt(grown)) if grown > 0 else 0.0


def anode_mesh(size: float) -> Any:
    """Triangles with points (x, z, 0), finest at the interface z = 0."""
    x = np.linspace(0.0, WIDTH, round(WIDTH / size) + 1)
    steps = size * np.minimum(1.06 ** np.maximum(np.arange(400) - 4.0 / size, 0.0), 6.0)
    z = np.concatenate([[0.0], np.cumsum(steps)])
    z = z[: np.searchsorted(z, ANODE) + 1]
    return triangles(x, z * ANODE / z[-1])


def triangles(x: Array, z: Array) -> Any:
    """Triangulated rectangle on the grid lines x, z."""
    grid = pv.RectilinearGrid(x, z, [0.0])
    return grid.cast_to_unstructured_grid().triangulate()


def half_discs(points: Array, discs: list[tuple[float, float]]) -> Array:
    """phi of voids (centre x, radius) whose centres lie on the interface."""
    phi = np.zeros(len(points))
    for x, r in discs:
        distance = np.hypot(points[:, 0] - x, points[:, 1])
        phi = np.maximum(phi, (1 - np.tanh((distance - r) / L)) / 2)
    return phi


def fields(mesh: Any, time: float) -> Any:
    """Return `mesh` with the point arrays of the anode at `time`."""
    discs = [(x, radius(time, i)) for i, x in enumerate(CENTRES) if radius(time, i) > 0]
    phi = half_discs(mesh.points, discs)
    depth = 1.0 + 4.0 * np.sqrt(time / FAILURE)
    away = 1.0 - np.exp(
        -sum(
            (np.hypot(mesh.points[:, 0] - x, mesh.points[:, 1]) for x, _ in discs),
            start=np.full(mesh.n_points, 3.0),
        )
        / 30.0
    )
    v = 1e-3 + 0.12 * np.sqrt(time / FAILURE) * np.exp(-mesh.points[:, 1] / depth) * away
    mesh = mesh.copy()
    mesh.point_data["void"] = phi
    mesh.point_data["vacancy_fraction"] = v
    mesh.point_data["lithium_fraction"] = (1 - v) * (1 - phi)
    return mesh


def interface_mesh(size: float, time: float) -> Any:
    """The interface as line cells with its point arrays."""
    x = np.linspace(0.0, WIDTH, round(WIDTH / size) + 1)
    points = np.column_stack([x, 0 * x, 0 * x])
    mesh = pv.lines_from_points(points).cast_to_unstructured_grid()
    discs = [(c, radius(time, i)) for i, c in enumerate(CENTRES) if radius(time, i) > 0]
    contact = 1.0 - half_discs(points, discs)
    mesh.point_data["contact"] = contact
    mesh.point_data["current_density"] = CURRENT * contact / contact.mean()
    mesh.point_data["lithium"] = 1.0 - 0.12 * np.sqrt(time / FAILURE) * np.ones(len(x))
    return mesh


def electrolyte_mesh(size: float) -> Any:
    """The electrolyte below the interface with its potential."""
    x = np.linspace(0.0, WIDTH, round(WIDTH / size) + 1)
    mesh = triangles(x, np.linspace(-ELECTROLYTE, 0.0, 9))
    mesh.point_data["potential"] = 1e-3 * mesh.points[:, 1]
    return mesh


def write_collection(directory: Path, part: str, frames: list[tuple[float, str]]) -> None:
    """Write the .pvd of `part` that names a file per time."""
    lines = [f'<DataSet timestep="{t}" part="0" file="{file}"/>' for t, file in frames]
    (directory / f"{part}.pvd").write_text(
        '<?xml version="1.0"?><VTKFile type="Collection" version="0.1"><Collection>'
        + "".join(lines)
        + "</Collection></VTKFile>"
    )


def write_fields(directory: Path, times: Array, size: float) -> None:
    """Write the three parts at all `times`."""
    directory.mkdir()
    anode, electrolyte = anode_mesh(size), electrolyte_mesh(size)
    for part in ("anode", "electrolyte", "interface"):
        for i, time in enumerate(times):
            mesh = {
                "anode": lambda t: fields(anode, t),
                "electrolyte": lambda _: electrolyte,
                "interface": lambda t: interface_mesh(size, t),
            }[part](time)
            mesh.save(directory / f"{part}{i:06d}.vtu")
        names = [(float(t), f"{part}{i:06d}.vtu") for i, t in enumerate(times)]
        write_collection(directory, part, names)


def series(steps: int) -> pd.DataFrame:
    """The series of a strip at constant current that ends by loss of contact."""
    t = FAILURE * (np.arange(1, steps + 1) / steps)
    radii = np.array([[radius(x, i) for i in range(len(CENTRES))] for x in t])
    contact = 1.0 - 2 * radii.sum(axis=1) / WIDTH
    thickness = np.pi * (radii**2).sum(axis=1) / 2 / WIDTH
    surface = np.minimum(thickness / 4.84, 0.95 * capacity(t))
    voltage = 3e-4 + 2.6e-4 / contact**1.5
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "step": np.arange(1, steps + 1),
            "time [s]": t,
            "protocol_step": 0,
            "step_kind": "strip",
            "current_density [A/m^2]": CURRENT,
            "areal_capacity [mAh/cm^2]": capacity(t),
            "cell_voltage [V]": voltage,
            "overpotential [V]": voltage - voltage[0],
            "contact_fraction": contact,
            "lithium_at_interface": 1.0 - 0.12 * np.sqrt(t / FAILURE),
            "void_layer_thickness [um]": thickness,
            "void_count": (radii > 0).sum(axis=1),
            "capacity_surface [mAh/cm^2]": surface,
            "capacity_bulk [mAh/cm^2]": capacity(t) - surface,
            "ledger_residual": 10 ** rng.uniform(-12, -9.5, steps),
            "expected_nuclei": 0.05,
            "nuclei": 0,
            "dt [s]": np.gradient(t) * 10 ** rng.uniform(-0.5, 0.5, steps),
            "newton_iterations": rng.integers(2, 6, steps),
            "linear_iterations": 4,
            "rejected_steps": np.cumsum(rng.random(steps) < 0.04),
            "wall_time [s]": 0.3 * np.arange(steps),
        }
    )


def nuclei() -> pd.DataFrame:
    """The events that made the voids, and one that was refused."""
    onset = [INCUBATION + 0.15 * i * (FAILURE - INCUBATION) for i in range(len(CENTRES))]
    return pd.DataFrame(
        {
            "id": range(4),
            "step": [20, 33, 44, 50],
            "time [s]": [*onset, 0.5 * FAILURE],
            "x [um]": [*CENTRES, 9.8],
            "y [um]": 0.0,
            "z [um]": 0.0,
            "radius [um]": 0.5,
            "rate [1/(m^2 s)]": [2.1e5, 1.4e6, 9.9e5, 3.0e6],
            "key": [11, 202, 41, 77],
            "status": ["accepted", "accepted", "accepted", "absorbed"],
        }
    )


def limit(name: str, what: str, value: str, state: str, sentence: str) -> dict[str, str]:
    """A limit of validity."""
    return {
        "name": name,
        "what": what,
        "value": value,
        "bound": "a bound",
        "source": "a source",
        "state": state,
        "sentence": sentence,
    }


def info(times: Array) -> dict[str, Any]:
    """What run.json says about the run."""
    last = series(100).iloc[-1]
    where = {"incubation": INCUBATION, "failure": FAILURE}
    return {
        "status": "finished",
        "stop_reason": "contact fraction fell to 0.15 <during strip>",
        "exit_code": 0,
        "ranks": 1,
        "versions": {"lithovoid": "0.1.0", "dolfinx": "0.11.0", "petsc": "3.25.0"},
        "physics_hash": "5d41402abc4b2a76",
        "seed": 2026,
        "title": "Lithium <on> LLZO & friends, 0.1 mA/cm2",
        "wall_time_s": 95.25,
        "validity": [
            limit("nucleation", "nuclei with a void", "3 of 4", "outside", "1 nucleus <waits>"),
            limit("phase_field.l", "edge", "0.58", "inside", "walls are resolved"),
        ],
        "summary": {
            "failure_mode": "contact_loss",
            "areal_capacity_mAh_cm2": float(capacity(FAILURE)),
            "incubation_capacity_mAh_cm2": float(capacity(INCUBATION)),
            "capacity_surface_mAh_cm2": float(last["capacity_surface [mAh/cm^2]"]),
            "capacity_bulk_mAh_cm2": float(last["capacity_bulk [mAh/cm^2]"]),
            "void_layer_thickness_um": float(last["void_layer_thickness [um]"]),
            "void_count": 3,
            "nuclei": 3,
            "nuclei_due": 4,
            "nuclei_absorbed": 1,
            "nuclei_waiting": 0,
            "contact_fraction": float(last["contact_fraction"]),
            "lithium_at_interface": float(last["lithium_at_interface"]),
            "overpotential_V": float(last["overpotential [V]"]),
            "ledger_residual_max": 3.1e-10,
            "steps": 100,
            "newton_iterations": 341,
            "rejected_steps": 4,
        },
        "events": [
            {"name": n, "time_s": t, "areal_capacity_mAh_cm2": float(capacity(t)), "step": 1}
            for n, t in where.items()
        ],
        "frames": [
            {
                "file_index": i,
                "time_s": float(t),
                "areal_capacity_mAh_cm2": float(capacity(t)),
                "step": i,
            }
            for i, t in enumerate(times)
        ],
    }


SCENARIO = """
title = "Lithium on LLZO"
[geometry]
type = "planar"
width = "20 um"
[failure]
overpotential = "0.2 V"
contact_fraction = 0.15
lithium_at_interface = 0.1
[numerics]
ledger_limit = 1e-6
"""


def write_run(directory: Path, *, frames: int = 6, size: float = 0.4) -> Path:
    """Write a complete run directory with `frames` field frames and return it."""
    directory.mkdir(parents=True)
    times = np.linspace(0.0, FAILURE, frames)
    write_fields(directory / "fields", times, size)
    series(100).to_csv(directory / "series.csv", index=False)
    nuclei().to_csv(directory / "nuclei.csv", index=False)
    (directory / "run.json").write_text(json.dumps(info(times)))
    (directory / "scenario.toml").write_text(SCENARIO)
    (directory / "log.txt").write_text("done\n")
    return directory
