"""A mesh file and its scenario: unit, resolution, voids of the start, what is left out."""

from pathlib import Path
from typing import Any

import meshio
import numpy as np
import pytest
from file_cells import axes_of, cell, middles, rounded, saved, scenario, tag
from rich.console import Console

from lithovoid.case.load import dump_toml
from lithovoid.commands.check import check
from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes import BACK, COUNTER, build_mesh

WIDE_WALL = {"l": "0.5 um"}
VOID = {"x": "1 um", "radius": "0.7 um"}


def build(path: Path, mesh: meshio.Mesh | None = None, **changes: Any) -> Any:
    return build_mesh(scenario(saved(mesh or cell(axes_of(2)), path / "m.msh"), **changes))


def scaled(factor: float) -> meshio.Mesh:
    mesh = cell(axes_of(2))
    mesh.points *= factor
    return mesh


@pytest.mark.parametrize(
    ("factor", "unit", "meant"),
    [
        (1e-6, "1 um", "m"),  # metres, read as micrometres
        (1e-3, "1 um", "mm"),
        (1e3, "1 mm", "nm"),
        (1.0, "1 m", "um"),
        (1.0, "1 cm", "um"),
        (1.0, "1 nm", "um"),
    ],
)
def test_a_wrong_unit_is_one_message_that_names_the_key(
    tmp_path: Path, factor: float, unit: str, meant: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        build(tmp_path, scaled(factor), geometry={"unit": unit, "void": [VOID]})
    said = str(caught.value)
    assert said.count("\n") == 1
    assert "\n  geometry.unit: does not fit the mesh: its anode would be " in said
    assert f'"1 {meant}"' in said.partition("perhaps ")[2]


def test_the_right_unit_is_taken(tmp_path: Path) -> None:
    for factor, unit in ((1e-6, "1 m"), (1e3, "1 nm")):
        mesh = build(
            tmp_path, scaled(factor), geometry={"unit": unit, "void": [VOID]}, phase_field=WIDE_WALL
        )
        assert mesh.points.max() == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"geometry": {"void": [VOID]}},
            r"phase_field.l: is not resolved by the mesh at the "
            r"interface \(given: 'edges of up to 0.5 um'; allowed: edges of at most l = 0.25 um",
        ),
        ({"nucleation": {"mode": "stochastic"}}, "phase_field.l: is not resolved by the mesh at"),
        (
            {
                "nucleation": {"mode": "stochastic", "seed_radius": "0.3 um"},
                "phase_field": WIDE_WALL,
            },
            "nucleation.seed_radius: does not fit the mesh .*given: '0.3 um'.*edge.* 0.5 um or",
        ),
        (
            {"nucleation": {"mode": "stochastic", "seed_radius": "2 um"}, "phase_field": WIDE_WALL},
            "nucleation.seed_radius: does not fit the mesh .*half of the anode's extents = 1.5 um",
        ),
        ({"anode": {"x_mg_profile": "0.1", "x_mg": 0.2}}, "is 0.1 at the interface"),
    ],
)
def test_what_planar_cells_are_asked_is_asked_of_the_mesh(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        build(tmp_path, **changes)
    assert "interface_size" not in str(caught.value), "a mesh file has no such key"


def test_a_coarse_mesh_serves_where_there_are_no_voids(tmp_path: Path) -> None:
    build(tmp_path)


@pytest.mark.parametrize(
    ("tdim", "void", "message"),
    [
        (
            2,
            {"x": "6.5 um"},
            r"void.0.x: outside of the mesh's interface .*given: '6.5 um'; "
            "allowed: 0 to 6 um, from the left side",
        ),
        (2, {"x": "-0.1 um"}, "void.0.x: outside of the mesh's interface"),
        (3, {"y": "2.6 um"}, "void.0.y: outside of the mesh's interface .* 0 to 2.5 um"),
        (2, {"radius": "0.4 um"}, "void.0.radius: too small .* at least phase_field.l = 0.5 um"),
        (2, {"depth": "2.5 um"}, "void.0: does not lie in the anode .* is 3 um thick"),
        (2, {"depth": "-0.8 um"}, "void.0: does not lie in the anode"),
        (2, {"depth": "-0.69 um", "x": "1.125 um"}, "void.0: takes no node of the anode"),
        (2, {"radius": "6.4 um", "depth": "-5.5 um", "x": "3 um"}, "leaves no metal in contact"),
    ],
)
def test_voids_of_the_start_lie_in_the_anode_and_leave_metal(
    tmp_path: Path, tdim: int, void: dict[str, str], message: str
) -> None:
    geometry = {"void": [VOID | void]}
    with pytest.raises(ConfigurationError, match=message):
        build(tmp_path, cell(axes_of(tdim)), geometry=geometry, phase_field=WIDE_WALL)


def test_a_void_in_coarse_cells_is_refused(tmp_path: Path) -> None:
    """The interface is fine enough, the wall of the void is not."""
    x = np.concatenate([np.arange(0, 2, 0.25), np.arange(2, 6.1, 0.5)])
    up = np.array([-1, -0.5, 0, 0.5, 1, 2, 5])
    geometry = {"void": [{"x": "3 um", "radius": "1 um", "depth": "2.6 um"}]}
    with pytest.raises(ConfigurationError, match=r"at the wall of geometry.void.0 .*edges"):
        build(tmp_path, cell([x, up]), geometry=geometry, phase_field=WIDE_WALL)


def test_a_void_where_the_interface_is_not_is_refused(tmp_path: Path) -> None:
    """Within the extent of a round interface, but beside it."""
    side = np.linspace(-1, 1, 9)
    mesh = rounded(cell([side, side, np.arange(-2, 9) * 0.25]))
    void = {"x": "0 um", "y": "0 um", "radius": "0.5 um", "depth": "0 um"}
    with pytest.raises(ConfigurationError, match=r"geometry.void.0: takes no node of the anode"):
        build(
            tmp_path,
            mesh,
            geometry={"void": [void | {"radius": "0.3 um"}]},
            phase_field={"l": "0.3 um"},
        )
    build(
        tmp_path,
        mesh,
        geometry={"void": [void | {"x": "1 um", "y": "1 um"}]},
        phase_field=WIDE_WALL,
    )


def test_a_profile_must_reach_the_top(tmp_path: Path) -> None:
    table = tmp_path / "profile.csv"
    table.write_text("depth [um],x_mg\n0,0.1\n2,0.2\n")
    with pytest.raises(ConfigurationError, match=r"it ends at a depth of 2 um .*0 to 3 um"):
        build(tmp_path, anode={"x_mg_profile": str(table)})


def test_more_than_all_lithium_cannot_be_stripped(tmp_path: Path) -> None:
    """3 um of lithium are 0.62 mAh/cm^2."""
    step = {"step": "strip", "current_density": "1 mA/cm^2", "until": {"capacity": "0.7 mAh/cm^2"}}
    with pytest.raises(ConfigurationError, match=r"protocol.0.until.capacity: .*0\.6\d+ mAh/cm"):
        build(tmp_path, protocol=[step])


def with_cathode(tdim: int, *, counter: bool = False) -> meshio.Mesh:
    """The lowest cells belong to a cathode, those of the top to a current collector."""
    axes = axes_of(tdim)
    mesh = cell([*axes[:-1], np.concatenate([[-2.0], axes[-1], [3.5]])])
    up = middles(mesh)[:, tdim - 1]
    tag(mesh, up < -1, 7)
    tag(mesh, up > 3, 8)
    mesh.field_data |= {"cathode": np.array([7, tdim]), "collector": np.array([8, tdim])}
    if not counter:
        for name in ("counter", "back"):
            mesh.field_data["outer " + name] = mesh.field_data.pop(name)
    return mesh


@pytest.mark.parametrize("tdim", [2, 3])
def test_regions_that_are_no_part_of_the_cell_are_left_out(tmp_path: Path, tdim: int) -> None:
    """What is left is the cell itself; its sides are where it meets what was left out."""
    plain = build(tmp_path, cell(axes_of(tdim)))
    left = {"geometry": {"leave_out": ["cathode", "collector"]}}
    mesh = build(tmp_path, with_cathode(tdim), **left)
    assert np.array_equal(mesh.points, plain.points)
    assert len(mesh.cells) == len(plain.cells)
    for side in (COUNTER, BACK):
        one, other = (m.facets[m.facet_tags == side] for m in (mesh, plain))
        assert np.array_equal(one, other)


def test_what_cannot_be_left_out_is_said(tmp_path: Path) -> None:
    mesh = with_cathode(2)
    for leave_out, message in (
        ([], "cells are in none of the groups .* geometry.leave_out, found: anode, cathode, coll"),
        (["cathode", "collectr"], "has no group 'collectr' of triangles; found: .*'collector'"),
        (["cathode", "collector", "anode"], "and in one that geometry.leave_out names"),
    ):
        with pytest.raises(ConfigurationError, match=message):
            build(tmp_path, mesh, geometry={"leave_out": leave_out})
    only_top = cell(axes_of(2))
    tag(only_top, middles(only_top)[:, 1] > 2.5, 8)
    only_top.field_data |= {"collector": np.array([8, 2])}
    only_top.field_data["outer"] = only_top.field_data.pop("counter")
    only_top.field_data["top"] = only_top.field_data.pop("back")
    with pytest.raises(ConfigurationError, match="no group 'counter', and the electrolyte shares"):
        build(tmp_path, only_top, geometry={"leave_out": ["collector"]})


def checked(path: Path, mesh: meshio.Mesh, **changes: Any) -> str:
    """What `lithovoid check` prints of a scenario with `mesh`."""
    case = scenario(saved(mesh, path / "m.msh"), **changes)
    (path / "case.toml").write_text(dump_toml(case))
    console = Console(width=120, record=True, file=(path / "out.txt").open("w"))
    try:
        check(path / "case.toml", [], console)
    finally:
        said = console.export_text()
    return said


def test_check_prints_the_facts_of_a_mesh_file(tmp_path: Path) -> None:
    mesh = cell(axes_of(3))
    mesh.points = mesh.points[:, [2, 0, 1]] + [0, 1, 0]
    said = checked(tmp_path, mesh, phase_field=WIDE_WALL, geometry={"void": [VOID]})
    for name, value in (
        ("mesh of the file", "turned by 120 degrees, shifted by (-1, 0, 0) um"),
        ("width of the interface", "2 um"),
        ("depth of the interface", "2.5 um"),
        ("thickness of the anode", "3 um"),
        ("thickness of the electrolyte", "1 um"),
        ("interface, to which areas refer", "5 um^2"),
        ("counter side", "5 um^2"),
    ):
        assert any(name in line and value in line for line in said.splitlines()), name
    assert "edges of the interface per half-width l; at least 2 are recommended" in said


def test_check_prints_the_facts_also_of_a_mesh_that_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is not resolved by the mesh"):
        checked(tmp_path, cell(axes_of(2)), geometry={"void": [VOID]})
    # the file of the console is enough: what was printed before the error
    assert "counter side" in (tmp_path / "out.txt").read_text()
