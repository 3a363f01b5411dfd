"""The planar cell in three dimensions: a box of anode on a box of electrolyte, of tetrahedra.

As in two dimensions (`lithovoid.meshes.planar`), with the depth as second direction along the
interface. A rough interface is the flat one, moved: each node of the mesh by the height below or
above it, less with the distance, down to nothing at the back and at the counter side.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import gmsh
import numpy as np

from lithovoid.meshes.data import MICROMETRE, MeshData
from lithovoid.meshes.gmsh_session import session
from lithovoid.meshes.planar import VOID_MARGIN, check_heights
from lithovoid.meshes.sizes import Sizes, height_above_plane, set_size_field
from lithovoid.meshes.surface import HeightField, flat_field, random_field
from lithovoid.scenario.schema import PlanarGeometry


def write_box(
    geometry: PlanarGeometry,
    half_width: float,
    layers: Sequence[float],
    path: Path,
    electrolyte_size: float | None = None,
) -> None:
    """Mesh `geometry`, which has a depth, with a flat interface and write it to `path` (.msh).

    The arguments are those of `lithovoid.meshes.planar.write_planar`.
    """
    with session():
        anode, electrolyte = _add_regions(geometry, layers)
        zones = _fine_zones(geometry, half_width / MICROMETRE)
        set_size_field(
            Sizes.of(geometry, electrolyte_size), height_above_plane(), 3, anode, electrolyte, zones
        )
        gmsh.model.mesh.generate(3)
        gmsh.write(str(path))


def roughen(geometry: PlanarGeometry, mesh: MeshData) -> MeshData:
    """Return `mesh` with the rough interface of `geometry`; unchanged where that is flat.

    Raises ConfigurationError if the rough interface leaves its layers.
    """
    field, points = _field(geometry), mesh.points.copy()
    heights = field.height(points[:, :2])
    check_heights(geometry, heights)
    thickness = np.where(points[:, 2] > 0, geometry.anode, geometry.electrolyte) / MICROMETRE
    points[:, 2] += heights * (1 - np.abs(points[:, 2]) / thickness)
    return replace(mesh, points=points)


def _field(geometry: PlanarGeometry) -> HeightField:
    if geometry.roughness is None:
        return flat_field()
    width, depth = geometry.width / MICROMETRE, geometry.across / MICROMETRE
    return random_field(geometry.roughness, width, depth)


def _fine_zones(
    geometry: PlanarGeometry, half_width: float
) -> list[tuple[float, float, float, float]]:
    """Return the centres and radii [um] of the balls around voids of the start."""
    zones = []
    for void in geometry.void:
        x, radius = void.x / MICROMETRE, void.radius / MICROMETRE
        y = (geometry.across / 2 if void.y is None else void.y) / MICROMETRE
        # the contact angle puts the centre at most one radius from the interface
        z, reach = (0.0, 2 * radius) if void.depth is None else (void.depth / MICROMETRE, radius)
        zones.append((x, y, z, reach + VOID_MARGIN * half_width))
    return zones


def _add_regions(geometry: PlanarGeometry, layers: Sequence[float]) -> tuple[list[int], list[int]]:
    """Add all volumes and their groups; return those of anode and electrolyte."""
    top, bottom = geometry.anode / MICROMETRE, -geometry.electrolyte / MICROMETRE
    interface = edge = _rectangle(geometry.width / MICROMETRE, geometry.across / MICROMETRE)
    anode, sides, height = [], [], 0.0
    if layers:
        height = layers[-1]
        edge, volume, around = _extrude(edge, height, [layer / height for layer in layers])
        anode.append(volume)
        sides += around
    back, volume, around = _extrude(edge, top - height)
    anode.append(volume)
    counter, electrolyte, below = _extrude(interface, bottom)
    gmsh.model.geo.synchronize()
    gmsh.model.addPhysicalGroup(3, anode, name="anode")
    gmsh.model.addPhysicalGroup(3, [electrolyte], name="electrolyte")
    gmsh.model.addPhysicalGroup(2, [back], name="back")
    gmsh.model.addPhysicalGroup(2, [counter], name="counter")
    gmsh.model.addPhysicalGroup(2, [*sides, *around, *below], name="sides")
    return anode, [electrolyte]


def _rectangle(width: float, depth: float) -> int:
    geo = gmsh.model.geo
    corners = [(0.0, 0.0), (width, 0.0), (width, depth), (0.0, depth)]
    points = [geo.addPoint(x, y, 0.0) for x, y in corners]
    lines = [geo.addLine(points[k], points[(k + 1) % 4]) for k in range(4)]
    return int(geo.addPlaneSurface([geo.addCurveLoop(lines)]))


def _extrude(
    surface: int, height: float, layers: Sequence[float] = ()
) -> tuple[int, int, list[int]]:
    """Add the volume above `surface`; return its far side, itself, and its other sides.

    Mesh layers end at the shares of the height `layers`; without them the mesh is free.
    """
    (_, far), (_, volume), *around = gmsh.model.geo.extrude(
        [(2, surface)], 0.0, 0.0, height, numElements=[1] * len(layers), heights=list(layers)
    )
    return far, volume, [tag for _, tag in around]
