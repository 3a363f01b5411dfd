"""Void statistics of shapes whose measures are known."""

import numpy as np
import pytest
import pyvista as pv
from synthetic_run import WIDTH, L, anode_mesh, half_discs, triangles

from lithovoid.postprocess.voids import void_statistics

SIZE = 0.1


def test_half_discs_have_their_area_width_and_depth() -> None:
    mesh = anode_mesh(SIZE)
    discs = [(4.0, 1.5), (12.0, 2.5)]
    mesh["void"] = half_discs(mesh.points, discs)
    found = void_statistics(mesh)
    radii = np.array([r for _, r in discs])
    table = found.table
    np.testing.assert_allclose(table["x [um]"], [4.0, 12.0], atol=SIZE / 10)
    np.testing.assert_allclose(table["area [um^2]"], np.pi * radii**2 / 2, rtol=0.01)
    np.testing.assert_allclose(table["width [um]"], 2 * radii, rtol=0.01)
    np.testing.assert_allclose(table["depth [um]"], radii, rtol=0.01)
    np.testing.assert_allclose(table["depth_to_width"], 0.5, rtol=0.01)
    assert table["on_interface"].all()
    assert found.coverage == pytest.approx(2 * radii.sum() / WIDTH, rel=0.01)


def test_layer_thickness_is_the_integral_of_h() -> None:
    mesh = anode_mesh(SIZE)
    z = mesh.points[:, 1]
    mesh["void"] = (1 - np.tanh((z - 3.0) / L)) / 2
    found = void_statistics(mesh)
    assert found.layer_thickness == pytest.approx(3.0, rel=2e-3)  # h is odd about phi = 1/2
    assert found.coverage == pytest.approx(1.0)
    assert len(found.table) == 1


def test_a_buried_disc_does_not_touch_the_interface() -> None:
    mesh = anode_mesh(SIZE)
    distance = np.hypot(mesh.points[:, 0] - 10.0, mesh.points[:, 1] - 2.0)
    mesh["void"] = (1 - np.tanh((distance - 1.0) / L)) / 2
    found = void_statistics(mesh)
    row = found.table.iloc[0]
    assert row["area [um^2]"] == pytest.approx(np.pi, rel=0.02)
    assert row["depth [um]"] == pytest.approx(3.0, rel=0.01)
    assert not row["on_interface"]
    assert found.coverage == 0.0


def test_without_voids_the_table_is_empty() -> None:
    mesh = anode_mesh(1.0)
    mesh["void"] = np.zeros(mesh.n_points)
    found = void_statistics(mesh)
    assert found.table.empty
    assert found.layer_thickness == 0.0
    assert found.coverage == 0.0


def test_heights_follow_a_rough_interface() -> None:
    x = np.linspace(0.0, 10.0, 201)
    mesh = triangles(x, np.linspace(0.0, 5.0, 101))
    mesh["void"] = half_discs(mesh.points, [(5.0, 1.0)])
    flat = void_statistics(mesh)
    slope = 0.1 * x
    mesh.points[:, 1] += 0.1 * mesh.points[:, 0]
    interface = pv.lines_from_points(np.column_stack([x, slope, 0 * x]))
    tilted = void_statistics(mesh, interface.cast_to_unstructured_grid())
    assert tilted.coverage == pytest.approx(flat.coverage, rel=1e-6)
    assert tilted.table["on_interface"].all()
    cosine = 1 / np.hypot(1.0, 0.1)
    assert tilted.table["depth [um]"][0] == pytest.approx(cosine, rel=0.02)


def test_a_half_ball_in_three_dimensions() -> None:
    x = np.linspace(0.0, 8.0, 41)
    grid = pv.RectilinearGrid(x, x, np.linspace(0.0, 5.0, 26))
    mesh = grid.cast_to_unstructured_grid().triangulate()
    distance = np.linalg.norm(mesh.points - (4.0, 4.0, 0.0), axis=1)
    mesh["void"] = (1 - np.tanh((distance - 2.0) / 0.5)) / 2
    found = void_statistics(mesh)
    row = found.table.iloc[0]
    assert row["volume [um^3]"] == pytest.approx(2 * np.pi * 8 / 3, rel=0.02)
    assert row["depth_to_width"] == pytest.approx(0.5, rel=0.02)
    assert found.coverage == pytest.approx(np.pi * 4 / 64, rel=0.02)
