"""Any turn, mirror or shift of a mesh file gives the same mesh, and the same run."""

from collections.abc import Callable
from itertools import product
from pathlib import Path

from mpi4py import MPI

import meshio
import numpy as np
import pytest
from file_cells import SQUARE, axes_of, cell, middles, rounded, saved, scenario
from scipy.spatial.transform import Rotation

from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes import MeshData, build_mesh, interface_facets
from lithovoid.meshes.build import checked_mesh
from lithovoid.run.simulation import Simulation

VOID = {"x": "1.2 um", "radius": "0.7 um"}
SHIFTS = ((0.0, 0.0, 0.0), (5.0, -7.0, 0.5), (-1e4, 2e3, 1e3))
IN_SPACE = [
    np.eye(3)[list(order)] * signs
    for order in ((0, 1, 2), (1, 2, 0), (1, 0, 2))
    for signs in ((1, 1, 1), (-1, 1, 1), (1, -1, -1), (-1, -1, -1))
]


def turned(degrees: float, axis: tuple[float, float, float] = (0, 0, 1)) -> np.ndarray:
    direction = np.array(axis) / np.linalg.norm(axis)
    return Rotation.from_rotvec(np.radians(degrees) * direction).as_matrix()


PLANE_MOVES = [*SQUARE, turned(17.3), turned(-101), turned(219, (0, 0, -1))]
SPACE_MOVES = [*IN_SPACE, turned(30), turned(50, (1, 2, 3)), turned(-170, (-3, 1, 0.2))]
OUT_OF_PLANE = [np.eye(3)[[0, 2, 1]], np.eye(3)[[2, 0, 1]], turned(77, (1, -2, 0.5))]


def rough(mesh: meshio.Mesh) -> meshio.Mesh:
    """Bend the interface, not periodically, and leave the outer sides as they are."""
    up = 1 if mesh.cells[-1].type == "triangle" else 2
    x, z = mesh.points[:, 0], mesh.points[:, up]
    height = 0.12 * np.sin(2.1 * x) + 0.05 * x
    mesh.points[:, up] += height * np.where(z > 0, 1 - z / z.max(), 1 - z / z.min())
    return mesh


def moved(mesh: meshio.Mesh, move: np.ndarray, shift: tuple[float, ...]) -> meshio.Mesh:
    mesh.points = mesh.points @ move.T + shift
    return mesh


def read(path: Path, tdim: int, change: Callable[[meshio.Mesh], meshio.Mesh]) -> MeshData:
    return build_mesh(scenario(saved(change(cell(axes_of(tdim))), path)))


def assert_same(one: MeshData, other: MeshData, tolerance: float) -> None:
    assert np.abs(one.points - other.points).max() < tolerance
    for name in ("cells", "cell_tags", "facets", "facet_tags"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


@pytest.mark.parametrize("shape", [lambda mesh: mesh, rough], ids=["flat", "rough"])
@pytest.mark.parametrize(
    ("tdim", "moves"),
    [(2, PLANE_MOVES), (2, OUT_OF_PLANE), (3, SPACE_MOVES)],
    ids=["plane", "out of plane", "space"],
)
def test_the_same_mesh(
    tmp_path: Path,
    tdim: int,
    moves: list[np.ndarray],
    shape: Callable[[meshio.Mesh], meshio.Mesh],
) -> None:
    """Coordinates, cells and tags; exact for the symmetries of the square and shifts by nothing."""
    path = tmp_path / "m.msh"
    base = read(path, tdim, shape)
    assert base.points[np.unique(interface_facets(base))][:, :-1].min() == 0.0
    shifts = SHIFTS if tdim == 2 else SHIFTS[1:2]
    for move, shift in product(moves, shifts):
        there = read(path, tdim, lambda mesh, m=move, s=shift: moved(shape(mesh), m, s))
        exact = not any(shift) and np.isin(np.abs(move), (0, 1)).all() and shape is not rough
        if shape is rough:  # whose mean height is z = 0 only where it is far from it in the file
            there.points[:, -1] += base.points[0, -1] - there.points[0, -1]
        assert_same(base, there, 1e-16 if exact else 1e-9)


def test_an_upright_mesh_stays_as_it_is(tmp_path: Path) -> None:
    for tdim in (2, 3):
        mesh = cell(axes_of(tdim))
        points = mesh.points[:, :tdim].copy()
        data, words = checked_mesh(scenario(saved(mesh, tmp_path / "m.msh")))
        assert np.array_equal(data.points, points)
        assert words.startswith("mesh of the file: as in the file; interface ")


@pytest.mark.parametrize(
    ("move", "shift", "words"),
    [
        (turned(90), (0, 0, 0), "turned by 90 degrees; "),
        (np.diag([-1, 1, 1]), (1, 0, 0), "mirrored, shifted by (1, 0) um; "),
        (turned(30), (3, -2, 0), "turned by 30 degrees, shifted by ("),
        (np.eye(3), (-2, 0, 0), "shifted by (2, 0) um; interface 6 um, counter side 6 um"),
    ],
)
def test_what_was_done_is_said(
    tmp_path: Path, move: np.ndarray, shift: tuple[float, ...], words: str
) -> None:
    mesh = moved(cell(axes_of(2)), move, shift)
    _, said = checked_mesh(scenario(saved(mesh, tmp_path / "m.msh")))
    assert words in said


def observed(path: Path, steps: int) -> np.ndarray:
    """Every number that is measured, after each of some steps."""
    case = scenario(path, geometry={"void": [VOID]}, phase_field={"l": "0.5 um"})
    cell_ = Simulation(case, build_mesh(case), comm=MPI.COMM_SELF)
    rows = []
    for _ in range(steps):
        record = cell_.step()
        numbers = vars(cell_.observed) | vars(record)
        del numbers["ledger_residual"]  # is round-off
        rows.append([value for value in numbers.values() if isinstance(value, float)])
    return np.array(rows)


@pytest.mark.parametrize("tdim", [2, 3])
def test_the_same_run(tmp_path: Path, tdim: int) -> None:
    """Every observable to 1e-6, on the meshes that are not the same bit by bit."""
    path = tmp_path / "m.msh"
    steps = 4 if tdim == 2 else 1
    base = observed(saved(cell(axes_of(tdim)), path), steps)
    every = (PLANE_MOVES[1], *PLANE_MOVES[-3:]) if tdim == 2 else SPACE_MOVES[-3:]
    for move, shift in zip(every, (SHIFTS[0], *SHIFTS[::-1]), strict=False):
        there = observed(saved(moved(cell(axes_of(tdim)), move, shift), path), steps)
        scale = np.maximum(np.abs(base).max(axis=0), 1e-9)
        assert (np.abs(there - base) / scale).max() < 1e-6


def test_an_interface_without_a_mean_plane_is_refused(tmp_path: Path) -> None:
    """Electrolyte all around the anode."""
    mesh = cell([np.linspace(-2, 2, 9), np.linspace(-2, 2, 9)])
    inside = (np.abs(middles(mesh)[:, :2]) < 1).all(axis=1)
    for tags in mesh.cell_data.values():
        tags[1] = np.where(inside, 1, 2)
        tags[0] = np.where(tags[0] == 2, 3, tags[0])
    with pytest.raises(ConfigurationError, match=r"the interface has no mean plane: .* leave 0 of"):
        build_mesh(scenario(saved(mesh, tmp_path / "m.msh")))


def test_a_round_pellet_keeps_the_directions_of_the_file(tmp_path: Path) -> None:
    """It has no side walls that tell x from y."""
    side = np.linspace(-1, 1, 9)
    mesh = rounded(cell([side, side, np.linspace(-0.5, 0.5, 5)]))
    points = mesh.points.copy()
    data = build_mesh(scenario(saved(mesh, tmp_path / "m.msh")))
    assert data.points == pytest.approx(points + np.array([1, 1, 0]), abs=1e-12)


def test_slanted_walls_leave_the_vertical_to_the_interface(tmp_path: Path) -> None:
    """A rough interface whose anode narrows upwards: no axis that all walls share."""
    mesh = rough(cell(axes_of(2)))
    up = mesh.points[:, 1]
    mesh.points[:, 0] += 0.1 * up * (3 - mesh.points[:, 0]) / 3
    data, words = checked_mesh(scenario(saved(mesh, tmp_path / "m.msh")))
    feet = data.points[np.unique(interface_facets(data))]
    left, right = feet[feet[:, 0].argmin()], feet[feet[:, 0].argmax()]
    assert left[1] == pytest.approx(right[1], abs=1e-9), "the mean normal is across the chord"
    assert "turned by" in words
