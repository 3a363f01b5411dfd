"""Whether a mesh, as built or read, fits its scenario: sizes, resolution, voids of the start."""

from collections.abc import Iterator

import numpy as np

from lithovoid.case.checks import profile_problems
from lithovoid.case.coefficients import Wall
from lithovoid.case.edge import has_walls
from lithovoid.case.protocol_checks import beyond_lithium, capacity_of
from lithovoid.meshes.data import ANODE, MICROMETRE, MeshData
from lithovoid.meshes.measures import Measures
from lithovoid.meshes.placing import Place, void_place
from lithovoid.meshes.topology import FacetTable, edge_lengths
from lithovoid.scenario import units as u
from lithovoid.scenario.problems import problem
from lithovoid.scenario.schema import FileGeometry, PlanarGeometry, PresetVoid, Scenario

COARSEST = 1.25
"""Edges of meshes are longer than the size asked for, by up to this factor."""
COARSEST_IN_SPACE = 1.6
"""The same for the longest edges of triangles of an interface in space."""
THINNEST, THICKEST, WIDEST = 0.2, 5e3, 5e4
"""Extents of cells [um]: thinner layers than 0.2 um, thicker anodes than 5 mm and wider interfaces
than 5 cm are taken for a mistake in the unit."""
USUAL = (1.0, 200.0)
"""Thickness of an anode [um] by which the unit that was meant is guessed."""


def problems_of(
    scenario: Scenario, mesh: MeshData, table: FacetTable, measures: Measures
) -> list[str]:
    """Return a line for each reason why `mesh`, with facets `table`, is not fit for `scenario`."""
    if isinstance(scenario.geometry, FileGeometry) and (lines := [*_unit(scenario, measures)]):
        return lines  # all else would follow from it
    problems = [*_resolution(scenario, mesh, measures)]
    if isinstance(scenario.geometry, PlanarGeometry):
        problems += _areas(scenario.geometry, measures)
    if isinstance(scenario.geometry, FileGeometry):
        problems += _seed(scenario, measures)
        problems += profile_problems(scenario, measures.deepest)
        capacity = capacity_of(scenario, measures.anode * MICROMETRE)
        problems += beyond_lithium(scenario, capacity)
        for index, void in enumerate(scenario.geometry.void):
            problems += _void(f"geometry.void.{index}", void, scenario, measures)
    return problems or [*_voids_as_placed(scenario, mesh, table, measures)]


def _unit(scenario: Scenario, measures: Measures) -> Iterator[str]:
    """A mesh whose lengths cannot be those of a cell was read in the wrong unit."""
    geometry = scenario.geometry
    assert isinstance(geometry, FileGeometry)
    widest = float(measures.extent.max())
    layers = measures.anode, measures.electrolyte
    if min(*layers, widest) >= THINNEST and layers[0] <= THICKEST and widest <= WIDEST:
        return
    wrong = (
        f"does not fit the mesh: its anode would be {measures.anode:.3g} um thick, its electrolyte "
        f"{measures.electrolyte:.3g} um, its interface {widest:.3g} um wide"
    )
    in_file = measures.anode * MICROMETRE / geometry.unit
    guesses = [
        f'"1 {name}"'
        for name, metres in (("m", 1.0), ("cm", 1e-2), ("mm", 1e-3), ("um", 1e-6), ("nm", 1e-9))
        if USUAL[0] <= in_file * metres / MICROMETRE <= USUAL[1]
    ]
    perhaps = f"; perhaps {' or '.join(guesses)}" if guesses else ""
    given = u.show(u.Length, geometry.unit)
    allowed = f"the length that 1 means in the file{perhaps}"
    yield problem("geometry.unit", wrong, given, allowed)


def _resolution(scenario: Scenario, mesh: MeshData, measures: Measures) -> Iterator[str]:
    """Walls of voids must be resolved, where there can be any."""
    if not has_walls(scenario):
        return
    slack = COARSEST if mesh.tdim == 2 else COARSEST_IN_SPACE
    largest = scenario.phase_field.l / MICROMETRE
    if measures.longest > slack * largest:
        yield _too_coarse(scenario, "the interface", measures.longest)


def _too_coarse(scenario: Scenario, where: str, longest: float) -> str:
    """Say that edges are too long, with the keys that this geometry has."""
    l = u.show(u.Length, scenario.phase_field.l)  # noqa: E741 - the field's symbol
    given = f"edges of up to {longest:.3g} um"
    wrong = f"is not resolved by the mesh at {where}"
    if isinstance(scenario.geometry, FileGeometry):
        unit = u.show(u.Length, scenario.geometry.unit)
        allowed = f"edges of at most l = {l}, better half of it: a finer mesh file, or a larger l; "
        return problem("phase_field.l", wrong, given, f"{allowed}geometry.unit is {unit}")
    allowed = f"at most l = {l}, better half of it: a smaller geometry.interface_size"
    return problem("phase_field.l", wrong, given, allowed)


def _areas(geometry: PlanarGeometry, measures: Measures) -> Iterator[str]:
    """What was meshed must be what was asked for."""
    wanted = geometry.width / MICROMETRE * (geometry.across / MICROMETRE or 1.0)
    for name, area in (("interface", measures.area), ("counter side", measures.counter)):
        if not np.isclose(area, wanted, rtol=1e-6):
            yield f"the {name} of the mesh as built is {area:g} instead of {wanted:g}"


def _seed(scenario: Scenario, measures: Measures) -> Iterator[str]:
    if scenario.nucleation.mode not in ("stochastic", "replay"):
        return
    radius = scenario.nucleation.seed_radius
    room = min(measures.anode, *measures.extent) / 2
    if not measures.longest <= radius / MICROMETRE < room:
        allowed = (
            f"the longest edge of the interface = {measures.longest:.4g} um or more, and less "
        )
        allowed += f"than half of the anode's extents = {room:.4g} um"
        given = u.show(u.Length, radius)
        yield problem("nucleation.seed_radius", "does not fit the mesh", given, allowed)


def _void(key: str, void: PresetVoid, scenario: Scenario, measures: Measures) -> Iterator[str]:
    """What the checks of planar geometries ask of a void, with the extents of the mesh."""
    given = {"x": void.x, "y": void.y}
    for (name, value), extent in zip(given.items(), measures.extent, strict=False):
        if value is not None and not -1e-9 <= value / MICROMETRE <= extent * (1 + 1e-9):
            allowed = f"0 to {extent:.6g} um, from the left side of the interface"
            wrong = "outside of the mesh's interface"
            yield problem(f"{key}.{name}", wrong, u.show(u.Length, value), allowed)
    half_width = scenario.phase_field.l
    if void.radius < half_width:
        allowed = f"at least phase_field.l = {u.show(u.Length, half_width)}"
        yield problem(f"{key}.radius", "too small", u.show(u.Length, void.radius), allowed)
    depth = 0.0 if void.depth is None else void.depth
    if not -void.radius < depth < measures.deepest * MICROMETRE - void.radius:
        text = f"depth {u.show(u.Length, depth)}, radius {u.show(u.Length, void.radius)}"
        anode = f"the mesh's anode is {measures.deepest:.4g} um thick"
        yield problem(key, f"does not lie in the anode ({text}; {anode})")


def _voids_as_placed(
    scenario: Scenario, mesh: MeshData, table: FacetTable, measures: Measures
) -> Iterator[str]:
    """Each void must take nodes of the anode, and all of them must leave metal in contact."""
    if not scenario.geometry.void:
        return
    facets, normals = table.interface(), table.into_anode(mesh.points, mesh.cell_tags)
    cells = mesh.cells[mesh.cell_tags == ANODE]
    wall = Wall.from_scenario(scenario)
    at_interface = np.unique(facets)
    metal = np.ones(len(at_interface), dtype=np.bool_)
    slack = COARSEST if mesh.tdim == 2 else COARSEST_IN_SPACE
    for index, void in enumerate(scenario.geometry.void):
        key = f"geometry.void.{index}"
        place = void_place(void, mesh.points[facets], normals, wall.cos_theta)
        if place.off > 2 * measures.longest:
            yield problem(key, "there is no interface at its place")
            continue
        if not _inside(mesh.points[np.unique(cells)], place).any():
            yield problem(key, "takes no node of the anode: it lies outside, or is too small")
            continue
        longest = _edges_in_wall(mesh, cells, place, wall.half_width)
        if longest > slack * wall.half_width:
            yield _too_coarse(scenario, f"the wall of {key}", longest)
        metal &= ~_inside(mesh.points[at_interface], place)
    if not metal.any():
        yield problem("geometry.void", "leaves no metal in contact with the electrolyte")


def _inside(points: np.ndarray, place: Place) -> np.ndarray:
    return np.asarray(np.linalg.norm(points - place.centre, axis=1) < place.radius)


def _edges_in_wall(mesh: MeshData, cells: np.ndarray, place: Place, half_width: float) -> float:
    """Return the mean edge of the cells in the wall of a void [um]; 0 where there are none."""
    distance = np.linalg.norm(mesh.points[cells].mean(axis=1) - place.centre, axis=1)
    within = np.abs(distance - place.radius) < half_width
    return float(edge_lengths(mesh.points, cells[within]).mean()) if within.any() else 0.0
