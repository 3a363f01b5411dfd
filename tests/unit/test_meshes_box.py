"""The planar builder in three dimensions: regions, tags, sizes, roughness, repeatability."""

from typing import Any

import numpy as np
import pytest
from mesh_cases import planar

from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes import (
    ANODE,
    BACK,
    COUNTER,
    ELECTROLYTE,
    MeshData,
    build_mesh,
    interface_facets,
)
from lithovoid.meshes.surface import random_field
from lithovoid.meshes.topology import cell_volumes, edge_lengths
from lithovoid.scenario.schema import Roughness

ROUGH = {"amplitude": "0.15 um", "shortest_wavelength": "1.6 um", "longest_wavelength": "4 um"}


def box(**changes: Any) -> MeshData:
    """Return a small box, 4 um x 3 um, 3 um of anode on 1.5 um of electrolyte."""
    sizes = {"width": "4 um", "depth": "3 um", "anode": "3 um", "electrolyte": "1.5 um"}
    sizes |= {"interface_size": "0.4 um", "fine_depth": "0.8 um"}
    return build_mesh(planar(**sizes | changes))


def triangle_areas(points: np.ndarray) -> np.ndarray:
    """Areas (n,) of triangles with corners `points` (n, 3, 3)."""
    return (
        np.linalg.norm(np.cross(points[:, 1] - points[:, 0], points[:, 2] - points[:, 0]), axis=1)
        / 2
    )


@pytest.fixture(scope="module")
def mesh() -> MeshData:
    return box()


@pytest.mark.parametrize("changes", [{}, {"roughness": ROUGH}, {"first_layer": "0.1 um"}])
def test_regions_have_their_volume(changes: dict[str, Any]) -> None:
    mesh = box(**changes)
    volumes = cell_volumes(mesh.points, mesh.cells)
    assert mesh.tdim == mesh.gdim == 3
    assert volumes.min() > 0
    # a rough interface moves volume between the regions: its waves are whole, but the mesh is not
    tolerance = 5e-3 if "roughness" in changes else 1e-12
    assert volumes[mesh.cell_tags == ANODE].sum() == pytest.approx(4 * 3 * 3, rel=tolerance)
    assert volumes[mesh.cell_tags == ELECTROLYTE].sum() == pytest.approx(18, rel=tolerance)


@pytest.mark.parametrize(("tag", "height"), [(COUNTER, -1.5), (BACK, 3.0)])
def test_outer_facets_cover_their_side(mesh: MeshData, tag: int, height: float) -> None:
    points = mesh.points[mesh.facets[mesh.facet_tags == tag]]
    assert np.all(points[:, :, 2] == height)
    assert triangle_areas(points).sum() == pytest.approx(12.0, rel=1e-12)


def test_interface_is_flat_whole_and_fine(mesh: MeshData) -> None:
    points = mesh.points[interface_facets(mesh)]
    assert np.abs(points[:, :, 2]).max() < 1e-12
    assert triangle_areas(points).sum() == pytest.approx(12.0, rel=1e-12)
    assert 0.3 < edge_lengths(mesh.points, interface_facets(mesh)).mean() < 0.45


def test_a_void_of_the_start_lies_in_a_fine_zone() -> None:
    void = {"x": "1 um", "y": "1 um", "radius": "0.3 um", "depth": "2.2 um"}

    def size_there(mesh: MeshData) -> float:
        centres = mesh.points[mesh.cells].mean(axis=1)
        near = np.linalg.norm(centres - [1.0, 1.0, 2.2], axis=1) < 1.0
        return float(edge_lengths(mesh.points, mesh.cells[near]).mean())

    coarse = {"coarse_size": "1.2 um", "growth": 0.8, "l": "0.4 um"}
    assert size_there(box(void=[void], **coarse)) < 0.75 * size_there(box(**coarse))


def test_layers_have_the_heights_asked_for() -> None:
    heights = box(first_layer="0.1 um").points[:, 2]
    for level in np.cumsum([0.1, 0.13, 0.169]):
        assert (np.abs(heights - level) < 1e-9).sum() > 50


def test_a_rough_interface_has_its_root_mean_square_and_its_sides_stay() -> None:
    mesh = box(roughness=ROUGH)
    roughness = Roughness.model_validate(ROUGH)
    field = random_field(roughness, 4.0, 3.0)
    x, y = np.meshgrid(np.arange(80) / 20, np.arange(60) / 20)
    everywhere = np.column_stack([x.ravel(), y.ravel()])
    assert np.sqrt(np.mean(field.height(everywhere) ** 2)) == pytest.approx(0.15, rel=1e-9)
    nodes = mesh.points[np.unique(interface_facets(mesh))]
    assert nodes[:, 2] == pytest.approx(field.height(nodes[:, :2]), abs=1e-12)
    assert nodes[:, 2].std() > 0.1
    assert (mesh.points[:, 2].min(), mesh.points[:, 2].max()) == (-1.5, 3.0)


def test_roughness_that_leaves_its_layer_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"geometry\.roughness"):
        box(roughness=ROUGH | {"amplitude": "0.5 um"})
    band = {"shortest_wavelength": "3.5 um", "longest_wavelength": "3.8 um"}
    with pytest.raises(ConfigurationError, match="no wave"):
        box(roughness=ROUGH | band)


def test_the_same_scenario_gives_the_same_arrays(mesh: MeshData) -> None:
    again = box()
    assert np.array_equal(mesh.points, again.points)
    assert np.array_equal(mesh.cells, again.cells)
