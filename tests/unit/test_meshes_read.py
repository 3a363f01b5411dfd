"""The reader: formats, names, units, repairs, and one clear message for each defect."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import meshio
import numpy as np
import pytest
from mesh_cases import from_file, planar, saved, two_squares, two_tetrahedra

from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes import (
    ANODE,
    BACK,
    COUNTER,
    ELECTROLYTE,
    MeshData,
    build_mesh,
    interface_facets,
    write_mesh,
)
from lithovoid.meshes.planar import write_planar
from lithovoid.meshes.topology import cell_volumes

ROUGH = {"amplitude": "0.3 um", "shortest_wavelength": "2 um", "longest_wavelength": "6 um"}


def check_two_squares(mesh: MeshData) -> None:
    """Check everything that all files of `two_squares` must give."""
    assert mesh.points.tolist() == [[0, -1], [1, -1], [0, 0], [1, 0], [0, 1], [1, 1]]
    volumes = cell_volumes(mesh.points, mesh.cells)
    assert volumes == pytest.approx(0.5)
    assert sorted(mesh.cell_tags) == [ANODE, ANODE, ELECTROLYTE, ELECTROLYTE]
    heights = mesh.points[mesh.cells].mean(axis=1)[:, 1]
    assert np.array_equal(mesh.cell_tags == ANODE, heights > 0)
    assert interface_facets(mesh).tolist() == [[2, 3]]
    assert mesh.facets[mesh.facet_tags == COUNTER].tolist() == [[0, 1]]


@pytest.mark.parametrize("binary", [True, False])
def test_msh_2(tmp_path: Path, binary: bool) -> None:
    path = tmp_path / "mesh.msh"
    two_squares().write(path, file_format="gmsh22", binary=binary)
    mesh = build_mesh(from_file(path))
    check_two_squares(mesh)
    assert mesh.facets[mesh.facet_tags == BACK].tolist() == [[4, 5]]


def test_msh_4_of_gmsh(tmp_path: Path) -> None:
    scenario = planar()
    path = tmp_path / "mesh.msh"
    write_planar(scenario.geometry, scenario.phase_field.l, [], path)
    assert b"4.1 1 8" in path.read_bytes()[:40]
    read, built = build_mesh(from_file(path)), build_mesh(scenario)
    for name, values in vars(built).items():
        assert np.array_equal(values, getattr(read, name)), name


def test_written_mesh_is_read_back_bit_by_bit(tmp_path: Path) -> None:
    path = tmp_path / "mesh.msh"
    written = write_mesh(planar(roughness=ROUGH), path)
    read = build_mesh(from_file(path))
    for name, values in vars(written).items():
        assert values.tobytes() == getattr(read, name).tobytes(), name


def test_written_3d_mesh_is_read_back(tmp_path: Path) -> None:
    path = saved(two_tetrahedra(), tmp_path / "first.msh")
    written = write_mesh(from_file(path), tmp_path / "second.msh")
    read = build_mesh(from_file(tmp_path / "second.msh"))
    assert written.tdim == 3
    for name, values in vars(written).items():
        assert np.array_equal(values, getattr(read, name)), name


def test_mesh_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"cannot write the mesh to .*No such file"):
        write_mesh(planar(interface_size="1 um"), tmp_path / "missing" / "mesh.msh")


def test_abaqus_keeps_names_of_sets(tmp_path: Path) -> None:
    path = tmp_path / "mesh.inp"
    path.write_text(
        "*HEADING\n*NODE\n"
        "1, 0, -1\n2, 1, -1\n3, 0, 0\n4, 1, 0\n5, 0, 1\n6, 1, 1\n"
        "*ELEMENT, TYPE=T2D2, ELSET=far\n1, 1, 2\n"
        "*ELEMENT, TYPE=CPS3, ELSET=salt\n2, 1, 2, 4\n3, 1, 3, 4\n"
        "*ELEMENT, TYPE=CPS3, ELSET=metal\n4, 3, 4, 6\n5, 3, 6, 5\n"
    )
    names = {"anode": "metal", "electrolyte": "salt", "counter": "far"}
    check_two_squares(build_mesh(from_file(path, **names)))


@pytest.mark.parametrize(
    ("suffix", "array"),
    [(".mesh", "medit:ref"), (".vtu", "region"), (".xdmf", "region"), (".vtk", "region")],
)
def test_formats_with_numbers_of_groups(tmp_path: Path, suffix: str, array: str) -> None:
    mesh = two_squares()
    mesh.cell_data = {array: mesh.cell_data["gmsh:physical"]}
    mesh.field_data = {}
    path = saved(mesh, tmp_path / f"mesh{suffix}", None)
    names = {"anode": "1", "electrolyte": "2", "counter": "1"}
    check_two_squares(build_mesh(from_file(path, **names)))


def test_med_keeps_names_of_groups(tmp_path: Path) -> None:
    mesh = two_squares()
    mesh.cell_data = {"cell_tags": [np.array([-3, -4]), np.array([-2, -2, -1, -1])]}
    mesh.field_data = {}
    names = {-1: ["anode", "all"], -2: ["electrolyte", "all"], -3: ["counter"], -4: ["back"]}
    mesh.cell_tags = names  # the attribute that meshio's MED module reads and writes
    path = saved(mesh, tmp_path / "mesh.med", None)
    check_two_squares(build_mesh(from_file(path)))


def test_unit_and_plane(tmp_path: Path) -> None:
    """A mesh in millimetres in the x, z plane becomes micrometres in two columns."""
    mesh = two_squares()
    mesh.points = mesh.points[:, [0, 2, 1]] * 1e-3
    path = saved(mesh, tmp_path / "mesh.msh")
    read = build_mesh(from_file(path, unit="1 mm"))
    assert read.points == pytest.approx(
        np.array([[0, -1], [1, -1], [0, 0], [1, 0], [0, 1], [1, 1]]), abs=1e-12
    )


def tags(mesh: meshio.Mesh, lines: list[int], triangles: list[int]) -> None:
    mesh.cell_data["gmsh:physical"] = [np.array(lines), np.array(triangles)]


def rename(mesh: meshio.Mesh) -> None:
    mesh.field_data["lithium"] = mesh.field_data.pop("anode")


def flatten_a_cell(mesh: meshio.Mesh) -> None:
    mesh.points[4] = (0.5, 0.5, 7)


def bend(mesh: meshio.Mesh) -> None:
    mesh.points[4, 2] = 9


def infinite(mesh: meshio.Mesh) -> None:
    mesh.points[4, 0] = np.inf


def quads(mesh: meshio.Mesh) -> None:
    mesh.cells[1] = meshio.CellBlock("quad", np.array([[0, 1, 3, 2], [2, 3, 5, 4]]))
    tags(mesh, [1, 2], [2, 1])
    mesh.cell_data["gmsh:geometrical"][1] = np.ones(2, dtype=int)


def second_order(mesh: meshio.Mesh) -> None:
    mesh.cells[1] = meshio.CellBlock("triangle6", np.array([[0, 1, 3, 2, 4, 5]]))
    tags(mesh, [1, 2], [2])
    mesh.cell_data["gmsh:geometrical"][1] = np.ones(1, dtype=int)


def lines_only(mesh: meshio.Mesh) -> None:
    del mesh.cells[1]
    mesh.cell_data = {name: data[:1] for name, data in mesh.cell_data.items()}


def tear(mesh: meshio.Mesh) -> None:
    """Give the anode its own points along the interface."""
    mesh.points = np.vstack([mesh.points, mesh.points[2:4]])
    mesh.cells[1].data[2:] = [[7, 8, 5], [7, 5, 4]]


def overlap(mesh: meshio.Mesh) -> None:
    mesh.cells[1].data[0] = [2, 3, 4]


def inner_counter(mesh: meshio.Mesh) -> None:
    mesh.cells[0].data[0] = [2, 3]


def anode_counter(mesh: meshio.Mesh) -> None:
    tags(mesh, [2, 1], [2, 2, 1, 1])


def loose_counter(mesh: meshio.Mesh) -> None:
    mesh.cells[0].data[0] = [1, 6]


def loose_back(mesh: meshio.Mesh) -> None:
    mesh.cells[0].data[1] = [4, 6]


def electrolyte_back(mesh: meshio.Mesh) -> None:
    mesh.cells[0].data[1] = [0, 2]


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (rename, "has no group 'anode' of triangles; found: 'electrolyte', 'lithium'$"),
        (lambda m: tags(m, [9, 9], [2, 2, 1, 1]), "no group 'counter' of lines; found: '9'"),
        (lambda m: tags(m, [1, 2], [2, 5, 1, 1]), "1 of 4 cells are in none of the groups"),
        (flatten_a_cell, r"1 cells have no volume, the first at \(0.5, 0.5\) um"),
        (bend, "triangles that are not in one plane"),
        (infinite, "points with coordinates that are not finite"),
        (quads, r"has cells of type quad \(2\); allowed are triangles or tetrahedra"),
        (second_order, r"has cells of type triangle6 \(1\)"),
        (lines_only, "has neither triangles nor tetrahedra"),
        (tear, "groups 'anode' and 'electrolyte' share no facets; merge the points"),
        (overlap, "facets shared by more than two cells"),
        (inner_counter, "1 of 1 facets of the group 'counter' are not on the outer boundary of"),
        (anode_counter, "'counter' are not on the outer boundary of the electrolyte"),
        (loose_counter, "'counter' are not on the outer boundary of the electrolyte"),
        (loose_back, "'back' are not on the outer boundary of the anode"),
        (electrolyte_back, "'back' are not on the outer boundary of the anode"),
    ],
)
def test_defects_are_named(
    tmp_path: Path, break_it: Callable[[meshio.Mesh], None], message: str
) -> None:
    mesh = two_squares()
    break_it(mesh)
    path = saved(mesh, tmp_path / "mesh.msh")
    with pytest.raises(ConfigurationError, match=message) as caught:
        build_mesh(from_file(path))
    assert str(path) in str(caught.value)


def test_cells_in_both_groups(tmp_path: Path) -> None:
    path = saved(two_squares(), tmp_path / "mesh.msh")
    with pytest.raises(ConfigurationError, match="2 of 4 cells are in both of the groups"):
        build_mesh(from_file(path, anode="electrolyte"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mesh.msh", b"$MeshFormat\n4.1 0 8\n$EndMeshFormat\n$Nodes\n1 1"),
        ("mesh.msh", b"\xff\xfe\x00garbage"),
        ("mesh.vtu", b"<VTKFile"),
        ("mesh.unknown", b"1 2 3"),
        ("mesh", b""),
    ],
)
def test_unreadable_files(
    tmp_path: Path, name: str, content: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"cannot be read .*allowed are \.msh"):
        build_mesh(from_file(path))
    assert capfd.readouterr() == ("", "")


def test_missing_file_and_directory(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.msh", tmp_path):
        with pytest.raises(ConfigurationError, match="no such file"):
            build_mesh(from_file(path))


def test_format_whose_package_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_path: Path) -> None:
        raise ModuleNotFoundError("No module named 'h5py'", name="h5py")

    path = saved(two_squares(), tmp_path / "mesh.msh")
    monkeypatch.setattr("lithovoid.meshes.load.meshio", SimpleNamespace(read=fail))
    with pytest.raises(ConfigurationError, match="needs the Python package h5py"):
        build_mesh(from_file(path))
