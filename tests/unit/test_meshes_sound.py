"""What a mesh must be, whatever its place: each defect is refused with how many and where."""

from collections.abc import Callable
from pathlib import Path

import meshio
import numpy as np
import pytest
from file_cells import axes_of, cell, middles, saved, scenario, tag

from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes import build_mesh, interface_facets

Change = Callable[[meshio.Mesh], None]


def own_nodes(mesh: meshio.Mesh, chosen: np.ndarray, region: np.ndarray) -> None:
    """Give the cells of a `region` nodes of their own in the place of the `chosen` nodes."""
    new = np.arange(len(mesh.points))
    new[chosen] = len(mesh.points) + np.arange(chosen.sum())
    mesh.points = np.vstack([mesh.points, mesh.points[chosen]])
    mesh.cells[1].data[region] = new[mesh.cells[1].data[region]]


def height(mesh: meshio.Mesh) -> np.ndarray:
    return mesh.points[:, 2 if mesh.cells[1].type == "tetra" else 1]


def partly_doubled(mesh: meshio.Mesh) -> None:
    """Interface nodes with x > 1 um are there twice: the halves merely touch."""
    in_anode = mesh.cell_data["gmsh:physical"][1] == 1
    own_nodes(mesh, (np.abs(height(mesh)) < 1e-9) & (mesh.points[:, 0] > 1), in_anode)


def wholly_doubled(mesh: meshio.Mesh) -> None:
    in_anode = mesh.cell_data["gmsh:physical"][1] == 1
    own_nodes(mesh, np.abs(height(mesh)) < 1e-9, in_anode)


def hanging(mesh: meshio.Mesh) -> None:
    """As `partly_doubled`, with nodes at other places on the two sides."""
    partly_doubled(mesh)
    in_anode = mesh.cell_data["gmsh:physical"][1] == 1
    used = np.unique(mesh.cells[1].data[in_anode])
    moving = np.zeros(len(mesh.points), dtype=bool)
    moving[used] = True
    moving &= (np.abs(height(mesh)) < 1e-9) & (mesh.points[:, 0] > 1) & (mesh.points[:, 0] < 2)
    mesh.points[moving, 0] += 0.1


def cracked(mesh: meshio.Mesh) -> None:
    """A slit within the anode, from its side to the middle."""
    up = height(mesh)
    slit = (np.abs(up - 1) < 1e-9) & (mesh.points[:, 0] < 1)
    above = middles(mesh)[:, 2 if mesh.cells[1].type == "tetra" else 1] > 1
    own_nodes(mesh, slit, above)


def stray(mesh: meshio.Mesh) -> None:
    """Cells within the anode that are tagged as electrolyte."""
    far = np.linalg.norm(middles(mesh) - mesh.points.max(axis=0), axis=1)
    tag(
        mesh,
        np.isin(np.arange(len(far)), np.argsort(far)[:2])
        | (mesh.cell_data["gmsh:physical"][1] == 2),
        2,
    )


def two_anodes(mesh: meshio.Mesh) -> None:
    """The cells of the anode from x = 1 to 1.5 um are no anode any more, but electrolyte."""
    x = middles(mesh)[:, 0]
    tag(mesh, ((x > 1) & (x < 1.5)) | (mesh.cell_data["gmsh:physical"][1] == 2), 2)
    mesh.field_data["top"] = mesh.field_data.pop("back")


def folded(mesh: meshio.Mesh) -> None:
    """A node of the inside is pulled over its neighbours."""
    up = height(mesh)
    inner = np.flatnonzero((np.abs(up - 1) < 1e-9) & (np.abs(mesh.points[:, 0] - 1) < 1e-9))
    mesh.points[inner[len(inner) // 2], 0] += 0.6


@pytest.mark.parametrize("tdim", [2, 3])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            partly_doubled,
            r"(14|48) facets of the anode lie on facets of the electrolyte without "
            r"being joined, the first at \(.*\) um, while (4|48) are shared",
        ),
        (wholly_doubled, "groups 'anode' and 'electrolyte' share no facets; merge the points"),
        (hanging, r"\d+ facets of the anode lie on facets of the electrolyte without being joined"),
        (cracked, r"(8|96) facets of one region lie on one another without being joined"),
        (stray, r"region 'electrolyte' is in 2 bodies that share no facets, of \d+, 2 cells"),
        (two_anodes, r"region 'anode' is in 2 bodies that share no facets, of \d+, \d+ cells"),
        (folded, r"\d+ facets have both their cells on the same side, .* folded over"),
    ],
)
def test_defects_are_refused(tmp_path: Path, change: Change, message: str, tdim: int) -> None:
    mesh = cell(axes_of(tdim))
    change(mesh)
    with pytest.raises(ConfigurationError, match=message):
        build_mesh(scenario(saved(mesh, tmp_path / "m.msh")))


@pytest.mark.parametrize("tdim", [2, 3])
def test_cells_of_either_orientation_are_no_defect(tmp_path: Path, tdim: int) -> None:
    """A file may list the nodes of a cell in any order."""
    path = tmp_path / "m.msh"
    plain = build_mesh(scenario(saved(cell(axes_of(tdim)), path)))
    mesh = cell(axes_of(tdim))
    some = mesh.cells[1].data[::3]
    mesh.cells[1].data[::3] = some[:, [1, 0, *range(2, tdim + 1)]]
    mixed = build_mesh(scenario(saved(mesh, path)))
    assert np.array_equal(plain.points, mixed.points)
    assert len(interface_facets(mixed)) == len(interface_facets(plain))
