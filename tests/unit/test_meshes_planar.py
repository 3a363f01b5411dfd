"""The planar builder: regions, tags, sizes, roughness, repeatability."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import gmsh
import numpy as np
import pytest
from mesh_cases import planar
from scipy.spatial import KDTree

from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes import (
    ANODE,
    BACK,
    COUNTER,
    ELECTROLYTE,
    MeshData,
    build_mesh,
    interface_facets,
    quality,
)
from lithovoid.meshes.roughness import random_profile
from lithovoid.meshes.topology import cell_volumes, edge_lengths
from lithovoid.scenario.schema import Roughness

ROUGH = {"amplitude": "0.3 um", "shortest_wavelength": "2 um", "longest_wavelength": "6 um"}


def sizes_at(mesh: MeshData, height: float, within: float = 0.3, tag: int = ANODE) -> np.ndarray:
    """Return the mean edges of cells of the region `tag` whose centre is near `height`."""
    cells = mesh.cells[mesh.cell_tags == tag]
    centres = mesh.points[cells].mean(axis=1)[:, 1]
    return edge_lengths(mesh.points, cells[np.abs(centres - height) < within]).mean(axis=1)


@pytest.fixture(scope="module")
def mesh() -> MeshData:
    """Return the default small mesh, 6 um wide, 8 um of anode, 3 um of electrolyte."""
    return build_mesh(planar(fine_depth="1.5 um"))


@pytest.mark.parametrize(("tag", "area"), [(ANODE, 6 * 8), (ELECTROLYTE, 6 * 3)])
def test_regions_have_their_area(mesh: MeshData, tag: int, area: float) -> None:
    volumes = cell_volumes(mesh.points, mesh.cells)
    assert volumes.min() > 0
    assert volumes[mesh.cell_tags == tag].sum() == pytest.approx(area, rel=1e-12)


@pytest.mark.parametrize(("tag", "height"), [(COUNTER, -3.0), (BACK, 8.0)])
def test_outer_facets_cover_their_side(mesh: MeshData, tag: int, height: float) -> None:
    facets = mesh.facets[mesh.facet_tags == tag]
    assert np.all(mesh.points[facets][:, :, 1] == height)
    assert edge_lengths(mesh.points, facets).sum() == pytest.approx(6.0, rel=1e-12)


def test_arrays_have_the_promised_types(mesh: MeshData) -> None:
    types = [a.dtype for a in (mesh.points, mesh.cells, mesh.cell_tags, mesh.facets)]
    assert types == [np.float64, np.int64, np.int32, np.int64]
    assert mesh.facet_tags.dtype == np.int32
    assert (mesh.gdim, mesh.tdim) == (2, 2)
    assert np.array_equal(np.unique(mesh.cells), np.arange(len(mesh.points)))


def test_interface_is_flat_and_whole(mesh: MeshData) -> None:
    facets = interface_facets(mesh)
    assert np.abs(mesh.points[facets][:, :, 1]).max() < 1e-12
    assert edge_lengths(mesh.points, facets).sum() == pytest.approx(6.0, rel=1e-12)


def test_sizes_follow_the_scenario(mesh: MeshData) -> None:
    edges = edge_lengths(mesh.points, interface_facets(mesh))
    assert edges.min() > 0.7 * 0.2
    assert edges.max() < 1.3 * 0.2
    assert sizes_at(mesh, 0.7, within=0.7).max() < 1.3 * 0.2
    anode = [sizes_at(mesh, height).mean() for height in (0.7, 2.2, 3.2, 4.2)]
    assert anode == sorted(anode)
    assert sizes_at(mesh, 3.2).mean() == pytest.approx(0.2 + 0.2 * 1.7, rel=0.3)
    assert sizes_at(mesh, 7.5).max() < 1.6 * 0.8
    electrolyte = [sizes_at(mesh, -z, tag=ELECTROLYTE).mean() for z in (0.1, 1.0, 2.5)]
    assert electrolyte == sorted(electrolyte)
    assert electrolyte[-1] > 2 * electrolyte[0]


def test_growth_and_coarse_size_are_used() -> None:
    steep = build_mesh(planar(fine_depth="1 um", growth=0.8, coarse_size="2 um"))
    capped = build_mesh(planar(fine_depth="1 um", growth=0.8, coarse_size="0.4 um"))
    assert sizes_at(steep, 5.5).mean() > 1.2
    assert sizes_at(capped, 5.5).mean() == pytest.approx(0.4, rel=0.2)


def test_coarse_size_below_interface_size_gives_a_uniform_mesh() -> None:
    mesh = build_mesh(planar(coarse_size="0.1 um", interface_size="0.4 um"))
    assert edge_lengths(mesh.points, mesh.cells).mean() == pytest.approx(0.4, rel=0.1)


def test_cells_are_well_shaped(mesh: MeshData) -> None:
    numbers = quality(mesh)
    assert numbers.worst_shape > 0.4
    assert numbers.mean_shape > 0.93


def test_default_resolves_the_void_layer() -> None:
    """The default fine layer holds voids of the usual run with a bearable number of nodes."""
    scenario = planar(width="30 um", anode="30 um", electrolyte="5 um", interface_size="0.12 um")
    mesh = build_mesh(scenario)
    assert 9_500 < quality(mesh).anode_nodes < 12_000
    assert sizes_at(mesh, 1.75, within=1.75).mean() < 0.125
    assert sizes_at(mesh, 1.75, within=1.75).max() < 0.15


@pytest.mark.parametrize("shape", [{}, {"roughness": ROUGH}])
def test_layers_at_the_interface(shape: dict[str, Any]) -> None:
    """Their nodes stand above those of the interface, 20, 46 ... nm; the regions stay whole."""
    mesh = build_mesh(planar(first_layer="20 nm", **shape))
    foot = mesh.points[np.unique(interface_facets(mesh))]
    in_layers = mesh.points[np.unique(mesh.cells[mesh.cell_tags == ANODE])]
    heights = np.cumsum(0.02 * 1.3 ** np.arange(9))  # the next layer would exceed 0.2 um
    above = (foot[:, None] + heights[:, None] * [0, 1]).reshape(-1, 2)
    gaps, _ = KDTree(in_layers).query(above)
    assert gaps.max() < 1e-6
    assert cell_volumes(mesh.points, mesh.cells).min() > 0
    area = cell_volumes(mesh.points, mesh.cells)[mesh.cell_tags == ANODE].sum()
    assert area == pytest.approx(48.0, rel=1e-3 if shape else 1e-12)


@pytest.mark.parametrize("depth", [None, "3 um"])
def test_voids_of_the_start_are_resolved(depth: str | None) -> None:
    """Cells within the void and 4 l = 1 um around it keep the interface size."""
    void = {"x": "3 um", "radius": "1 um"} | ({"depth": depth} if depth else {})
    mesh = build_mesh(planar(fine_depth="0.2 um", growth=1.0, void=[void]))
    cells = mesh.cells[mesh.cell_tags == ANODE]
    centre = (3.0, 3.0 if depth else 1.0)
    distance = np.linalg.norm(mesh.points[cells].mean(axis=1) - centre, axis=1)
    mean_edges = edge_lengths(mesh.points, cells).mean(axis=1)
    assert mean_edges[distance < 1.9].max() < 1.3 * 0.2
    assert mean_edges[distance > 4.0].max() > 2 * 0.2


def test_void_outside_of_the_width_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"geometry.void\[0\].x: 7 um .* 0 to 6 um"):
        build_mesh(planar(void=[{"x": "7 um", "radius": "1 um"}]))


def test_rough_interface_follows_its_profile() -> None:
    scenario = planar(roughness=ROUGH)
    mesh = build_mesh(scenario)
    nodes = mesh.points[np.unique(interface_facets(mesh))]
    profile = random_profile(scenario.geometry.roughness, 6.0)
    assert np.abs(nodes[:, 1] - profile.height(nodes[:, 0])).max() < 0.02
    anode = cell_volumes(mesh.points, mesh.cells)[mesh.cell_tags == ANODE].sum()
    assert anode == pytest.approx(48.0, rel=1e-3)


def test_profile_is_band_limited_periodic_and_has_its_rms() -> None:
    profile = random_profile(Roughness.model_validate(ROUGH), 12.0)
    x = np.linspace(0.0, 12.0, 1024, endpoint=False)
    height = profile.height(x)
    assert np.sqrt(np.mean(height**2)) == pytest.approx(0.3, rel=1e-9)
    assert profile.height(np.array(12.0)) == pytest.approx(height[0], abs=1e-12)
    spectrum = np.abs(np.fft.rfft(height)) / x.size
    assert np.flatnonzero(spectrum > 1e-9).tolist() == [2, 3, 4, 5, 6]


def test_profile_depends_on_its_seed_only() -> None:
    first, again, other = (
        random_profile(Roughness.model_validate(ROUGH | {"seed": seed}), 6.0) for seed in (1, 1, 2)
    )
    assert np.array_equal(first.phases, again.phases)
    assert not np.array_equal(first.phases, other.phases)


def test_profile_is_the_same_on_every_machine() -> None:
    phases = random_profile(Roughness.model_validate(ROUGH | {"seed": 1}), 6.0).phases
    assert phases == pytest.approx(
        [0.4197294035730019, 0.4964532098087661, 0.036298703128841], rel=1e-15
    )


def test_band_without_a_whole_wave_is_refused() -> None:
    band = {"shortest_wavelength": "4 um", "longest_wavelength": "5 um"}
    with pytest.raises(ConfigurationError, match="no wave between 4 um and 5 um fits"):
        build_mesh(planar(roughness=ROUGH | band))


@pytest.mark.parametrize(("layer", "other"), [("anode", "electrolyte"), ("electrolyte", "anode")])
def test_roughness_beyond_a_layer_is_refused(layer: str, other: str) -> None:
    thin = {layer: "2 um", other: "60 um", "roughness": ROUGH | {"amplitude": "3 um"}}
    with pytest.raises(ConfigurationError, match=f"into the {layer}, which is 2 um thick"):
        build_mesh(planar(**thin))


def test_same_scenario_gives_the_same_mesh_in_another_process(tmp_path: Path) -> None:
    """Bit by bit, after other meshes in this process, and with any number of threads."""
    program = (
        "import sys, numpy as np\n"
        "from mesh_cases import planar\n"
        "from lithovoid.meshes import build_mesh\n"
        f"mesh = build_mesh(planar(roughness={ROUGH!r}))\n"
        "np.savez(sys.argv[1], **vars(mesh))\n"
    )
    environment = os.environ | {"OMP_NUM_THREADS": "2", "PYTHONPATH": str(Path(__file__).parent)}
    path = tmp_path / "mesh.npz"
    subprocess.run([sys.executable, "-c", program, path], check=True, env=environment)
    build_mesh(planar())
    here = build_mesh(planar(roughness=ROUGH))
    there = np.load(path)
    for name, values in vars(here).items():
        assert values.tobytes() == there[name].tobytes(), name


def test_gmsh_in_use_is_left_as_it_was(capfd: pytest.CaptureFixture[str]) -> None:
    expected = build_mesh(planar())
    assert not gmsh.isInitialized()
    gmsh.initialize(interruptible=False)
    try:
        gmsh.option.setNumber("General.Terminal", 0)
        gmsh.model.add("mine")
        gmsh.model.add("other")
        gmsh.model.setCurrent("mine")
        gmsh.option.setNumber("Mesh.MeshSizeFactor", 3)
        mesh = build_mesh(planar())
        assert gmsh.model.getCurrent() == "mine"
        assert gmsh.option.getNumber("Mesh.MeshSizeFactor") == 3
    finally:
        gmsh.finalize()
    assert np.array_equal(mesh.points, expected.points)
    assert capfd.readouterr() == ("", "")


def test_gmsh_is_finalized_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_dim: int) -> None:
        raise RuntimeError("no mesh")

    monkeypatch.setattr(gmsh.model.mesh, "generate", fail)
    with pytest.raises(RuntimeError, match="no mesh"):
        build_mesh(planar())
    assert not gmsh.isInitialized()
