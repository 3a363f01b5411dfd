"""Gmsh's own files in all their versions, with partitions and groups that overlap."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gmsh
import numpy as np
import pytest
from file_cells import scenario

from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes import MeshData, build_mesh
from lithovoid.meshes.gmsh_session import session
from lithovoid.meshes.topology import cell_volumes

VERSIONS = [(2.2, False), (2.2, True), (4.0, False), (4.1, False), (4.1, True)]


@contextmanager
def meshed(tdim: int) -> Iterator[None]:
    """Two rectangles or boxes in Gmsh, whose cells are in a group of all cells, too."""
    with session():
        occ = gmsh.model.occ
        if tdim == 2:
            parts = [occ.addRectangle(0, 0, 0, 2, 1), occ.addRectangle(0, -1, 0, 2, 1)]
        else:
            parts = [occ.addBox(0, 0, 0, 2, 1, 1), occ.addBox(0, 0, -1, 2, 1, 1)]
        occ.fragment([(tdim, parts[0])], [(tdim, parts[1])])
        occ.synchronize()
        heights = {
            (dim, entity): occ.getCenterOfMass(dim, entity)[tdim - 1]
            for dim in (tdim, tdim - 1)
            for _, entity in gmsh.model.getEntities(dim)
        }
        groups = {
            "anode": [e for (dim, e), z in heights.items() if dim == tdim and z > 0],
            "electrolyte": [e for (dim, e), z in heights.items() if dim == tdim and z < 0],
            "all": [e for dim, e in heights if dim == tdim],
        }
        for name, entities in groups.items():
            gmsh.model.addPhysicalGroup(tdim, entities, name=name)
        low = [e for (dim, e), z in heights.items() if dim < tdim and z < -0.9]
        gmsh.model.addPhysicalGroup(tdim - 1, low, name="counter")
        gmsh.option.setNumber("Mesh.MeshSizeMax", 0.4)
        gmsh.model.mesh.generate(tdim)
        yield


def write(path: Path, version: float, binary: bool) -> None:
    gmsh.option.setNumber("Mesh.MshFileVersion", version)
    gmsh.option.setNumber("Mesh.Binary", binary)
    gmsh.write(str(path))


def assert_whole(mesh: MeshData, cells: int) -> None:
    assert len(mesh.cells) == cells
    volumes = cell_volumes(mesh.points, mesh.cells)
    assert volumes[mesh.cell_tags == 1].sum() == pytest.approx(2.0)
    assert volumes[mesh.cell_tags == 2].sum() == pytest.approx(2.0)
    assert mesh.points.max(axis=0) == pytest.approx([2, 1, 1] if mesh.tdim == 3 else [2, 1])
    assert len(mesh.facets) > 0


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("tdim", [2, 3])
def test_all_versions_say_the_same(tmp_path: Path, tdim: int, parts: int) -> None:
    with meshed(tdim):
        kind = {2: 2, 3: 4}[tdim]
        cells = len(gmsh.model.mesh.getElementsByType(kind)[0])
        if parts > 1:
            gmsh.model.mesh.partition(parts)
        for version, binary in VERSIONS:
            write(tmp_path / f"{version}{binary}.msh", version, binary)
    for version, binary in VERSIONS:
        assert_whole(build_mesh(scenario(tmp_path / f"{version}{binary}.msh")), cells)


def test_a_group_without_a_name_is_found_by_its_number(tmp_path: Path) -> None:
    with meshed(2):
        for dim, group in gmsh.model.getPhysicalGroups():
            name = gmsh.model.getPhysicalName(dim, group)
            gmsh.model.removePhysicalName(name)
        write(tmp_path / "m.msh", 4.1, True)
    names = {"anode": "1", "electrolyte": "2", "counter": "4"}
    mesh = build_mesh(scenario(tmp_path / "m.msh", geometry=names))
    assert np.unique(mesh.cell_tags).tolist() == [1, 2]


def test_second_order_is_named(tmp_path: Path) -> None:
    with meshed(2):
        gmsh.model.mesh.setOrder(2)
        write(tmp_path / "m.msh", 4.1, True)
    with pytest.raises(ConfigurationError, match=r"has cells of type line3 .*triangle6"):
        build_mesh(scenario(tmp_path / "m.msh"))


def test_a_script_is_not_run(tmp_path: Path) -> None:
    """Gmsh takes a file that is no mesh for a script."""
    path = tmp_path / "m.msh"
    path.write_text(f'SystemCall "touch {tmp_path}/made";\n')
    with pytest.raises(ConfigurationError, match="cannot be read"):
        build_mesh(scenario(path))
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("part", [0.2, 0.6, 0.95])
def test_a_file_that_ends_early(tmp_path: Path, part: float) -> None:
    for binary in (False, True):
        with meshed(2):
            write(tmp_path / "whole.msh", 4.1, binary)
        content = (tmp_path / "whole.msh").read_bytes()
        (tmp_path / "cut.msh").write_bytes(content[: int(part * len(content))])
        with pytest.raises(ConfigurationError, match=r"mesh .*cut\.msh: "):
            build_mesh(scenario(tmp_path / "cut.msh"))
