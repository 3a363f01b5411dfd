"""What must not matter: numbering, side, units, and the scale of the problem."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from mpi4py import MPI

import meshio
import numpy as np
from cases import data, scenario, strip
from results import INVARIANCE, Case

from lithovoid.case.load import parse_scenario
from lithovoid.meshes import MeshData, build_mesh
from lithovoid.meshes.build import write_mesh
from lithovoid.run.simulation import Simulation

WIDTH = 12.0  # um
GEOMETRY: dict[str, Any] = {
    "width": f"{WIDTH} um",
    "anode": "6 um",
    "electrolyte": "2 um",
    "interface_size": "0.2 um",
    "fine_depth": "2 um",
}
WALL = {"l": "0.25 um"}
NUCLEATING: dict[str, Any] = {
    "geometry": GEOMETRY,
    "phase_field": WALL,
    "nucleation": {"mode": "stochastic", "seed": 1, "prefactor": "1e22 1/(m^2*s)"},
    "protocol": [strip("0.2 mA/cm^2", capacity="0.12 mAh/cm^2")],
}
"""A strip in which voids nucleate and grow."""

SOURCE = (
    "The same cell computed twice; largest difference relative to the largest value of the "
    "series (capacity, voltage, contact, void layer, lithium at the interface), and the nuclei."
)
QUANTITIES = (
    "areal_capacity",
    "cell_voltage",
    "contact_fraction",
    "void_layer_thickness",
    "lithium_at_interface",
)


class Outcome(NamedTuple):
    """series: (steps, quantities); nuclei: (n, 1 + gdim) times [s] and points [um]."""

    series: np.ndarray
    nuclei: np.ndarray


def outcome(simulation: Simulation) -> Outcome:
    records = list(simulation)
    series = np.array([[getattr(record, name) for name in QUANTITIES] for record in records])
    nuclei = simulation.nucleation.accepted if simulation.nucleation else []
    return Outcome(series, np.array([[nucleus.time, *nucleus.point] for nucleus in nuclei]))


def run(mesh: MeshData | None = None, **changes: Any) -> Outcome:
    resolved = scenario(**changes)
    return outcome(Simulation(resolved, mesh or build_mesh(resolved), comm=MPI.COMM_SELF))


@cache
def nucleating() -> Outcome:
    return run(**NUCLEATING)


def difference(one: Outcome, other: Outcome) -> float:
    assert one.series.shape == other.series.shape
    scale = np.abs(one.series).max(axis=0)
    return float((np.abs(one.series - other.series) / scale).max())


def hold(what: str, one: Outcome, other: Outcome, at_most: float) -> None:
    """Report and limit the difference of series and nuclei."""
    assert one.nuclei.shape == other.nuclei.shape
    with Case("The same cell again", INVARIANCE, source=SOURCE) as case:
        case.bound(
            f"{what}: series, {len(one.series)} steps", difference(one, other), at_most=at_most
        )
        if one.nuclei.size:
            worst = np.abs(other.nuclei - one.nuclei).max() / np.abs(one.nuclei).max()
            case.bound(f"{what}: {len(one.nuclei)} nuclei", worst, at_most=at_most)


def test_rerun() -> None:
    assert len(nucleating().nuclei) >= 2
    hold("run again", nucleating(), run(**NUCLEATING), at_most=0.0)


def test_renumbering() -> None:
    """Nodes and cells in random order."""
    mesh = build_mesh(scenario(**NUCLEATING))
    generator = np.random.default_rng(1)
    nodes, cells = (generator.permutation(len(part)) for part in (mesh.points, mesh.cells))
    new_number = np.argsort(nodes)
    shuffled = replace(
        mesh,
        points=mesh.points[nodes],
        cells=new_number[mesh.cells[cells]],
        cell_tags=mesh.cell_tags[cells],
        facets=new_number[mesh.facets],
    )
    hold("nodes and cells renumbered", nucleating(), run(shuffled, **NUCLEATING), at_most=1e-8)


def test_mirror() -> None:
    """A void off the middle, on the mesh and on its mirror image."""

    def with_void(x: float) -> dict[str, Any]:
        void = [{"x": f"{x} um", "radius": "0.8 um"}]
        return {
            "geometry": GEOMETRY | {"void": void},
            "phase_field": WALL,
            "protocol": [strip("0.2 mA/cm^2", capacity="0.05 mAh/cm^2")],
        }

    mesh = build_mesh(scenario(**with_void(2.0)))
    points = mesh.points * [-1, 1] + [WIDTH, 0]
    mirrored = replace(mesh, points=points, cells=mesh.cells[:, [1, 0, 2]])
    one, other = run(mesh, **with_void(2.0)), run(mirrored, **with_void(WIDTH - 2.0))
    hold("mirrored", one, other, at_most=1e-8)


def test_other_units() -> None:
    """The scenario in other units."""
    other = NUCLEATING | {
        "geometry": {
            "width": "12e-3 mm",
            "anode": "6000 nm",
            "electrolyte": "2e-4 cm",
            "interface_size": "200 nm",
            "fine_depth": "2e-6 m",
        },
        "nucleation": NUCLEATING["nucleation"] | {"prefactor": "1e18 1/(cm^2*s)"},
        "protocol": [strip("2 A/m^2", capacity="0.432 C/cm^2")],
    }
    hold("other units", nucleating(), run(**other), at_most=1e-8)


def test_mesh_in_other_units(tmp_path: Path) -> None:
    """The mesh from a file in millimetres."""
    path = tmp_path / "mesh.msh"
    write_mesh(scenario(**NUCLEATING), path)
    mesh = meshio.read(path)
    mesh.points *= 1e-3
    mesh.write(path, file_format="gmsh22", binary=True)
    geometry = {"type": "file", "file": str(path), "unit": "1 mm"}
    resolved = parse_scenario(data(**NUCLEATING) | {"geometry": geometry}, tmp_path)
    from_file = Simulation(resolved, build_mesh(resolved), comm=MPI.COMM_SELF)
    hold("mesh from a file in mm", nucleating(), outcome(from_file), at_most=1e-8)


def test_similarity() -> None:
    """All lengths doubled, with all else scaled so that the dimensionless problem is the same."""

    def cell(scale: int) -> Outcome:
        lengths = {name: f"{scale * float(text.split()[0])} um" for name, text in GEOMETRY.items()}
        radius = f"{0.5 * scale} um"
        return run(
            geometry=lengths | {"void": [{"x": f"{2 * scale} um", "radius": f"{0.8 * scale} um"}]},
            anode={
                "diffusivity": f"{6e-15 * scale**2} m^2/s",
                "surface_energy": f"{0.46 * scale} J/m^2",
                "surface_diffusion": f"{2e-20 * scale**3} m^3/s",
            },
            electrolyte={
                "conductivity": f"{0.04 * scale**2} S/m",
                "adhesion": f"{0.67 * scale} J/m^2",
            },
            kinetics={"exchange_current_density": f"{100 * scale} A/m^2"},
            phase_field={
                "l": f"{0.25 * scale} um",
                "wall_mobility": f"{2.25e-14 * scale} m^4/(J*s)",
            },
            nucleation={"mode": "off", "seed_radius": radius},
            failure={"near_depth": f"{scale} um"},
            protocol=[strip(f"{2 * scale} A/m^2", capacity=f"{0.05 * scale} mAh/cm^2")],
        )

    one, two = cell(1), cell(2)
    grown = np.array(
        [2 if name in ("areal_capacity", "void_layer_thickness") else 1 for name in QUANTITIES]
    )
    hold("all lengths doubled", one, Outcome(two.series / grown, two.nuclei), at_most=1e-8)
