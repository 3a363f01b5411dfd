"""Quality numbers and topology on meshes whose answers are known."""

from pathlib import Path

import numpy as np
import pytest
from mesh_cases import from_file, saved, two_squares, two_tetrahedra

from lithovoid.meshes import build_mesh, interface_facets, quality
from lithovoid.meshes.quality import cell_shapes
from lithovoid.meshes.topology import FacetTable


def test_regular_simplices_have_shape_one() -> None:
    triangle = np.array([[0, 0], [1, 0], [0.5, np.sqrt(3) / 2]])
    tetrahedron = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]], dtype=float)
    assert cell_shapes(triangle, np.array([[0, 1, 2]])) == pytest.approx(1.0)
    assert cell_shapes(tetrahedron, np.array([[0, 2, 1, 3]])) == pytest.approx(1.0)


def test_right_triangle_has_its_shape() -> None:
    """Legs 3 and 4: inradius 1, circumradius 2.5."""
    points = np.array([[0, 0], [3, 0], [0, 4]], dtype=float)
    assert cell_shapes(points, np.array([[0, 1, 2]])) == pytest.approx(2 * 1 / 2.5)


def test_counts_and_edges(tmp_path: Path) -> None:
    numbers = quality(build_mesh(from_file(saved(two_squares(), tmp_path / "m.msh"))))
    assert (numbers.anode_nodes, numbers.anode_cells) == (4, 2)
    assert (numbers.electrolyte_nodes, numbers.electrolyte_cells) == (4, 2)
    assert (numbers.shortest_interface_edge, numbers.longest_interface_edge) == (1, 1)
    assert numbers.worst_shape == pytest.approx(2 * (np.sqrt(2) - 1))


def test_interface_in_3d(tmp_path: Path) -> None:
    mesh = build_mesh(from_file(saved(two_tetrahedra(), tmp_path / "m.msh")))
    assert (mesh.gdim, mesh.tdim) == (3, 3)
    assert np.allclose(mesh.points[interface_facets(mesh)][:, :, 2], 0)
    numbers = quality(mesh)
    assert numbers.shortest_interface_edge == 1
    assert numbers.longest_interface_edge == pytest.approx(np.sqrt(2))


def test_facets_are_found_in_any_order() -> None:
    table = FacetTable(np.array([[0, 1, 2], [1, 3, 2]]), np.array([1, 2], dtype=np.int32))
    rows = table.find(np.array([[2, 1], [0, 3], [3, 1]]))
    assert rows[1] == -1
    assert table.nodes[rows[[0, 2]]].tolist() == [[1, 2], [1, 3]]
    assert table.cells[rows[[0, 2]]].tolist() == [2, 1]
    assert table.interface().tolist() == [[1, 2]]
