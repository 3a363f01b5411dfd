"""The planar cell: a rectangular anode on a rectangular electrolyte, in 2D.

z = anode          back
             +-------------+
             |    anode    |            fine near the interface, down to `fine_depth`,
       sides |             | sides      then coarser with the distance
             |:::::::::::::|            where the alloy's depletion layer is thin: mesh layers
       z = 0 +- interface -+            flat, or a rough profile about z = 0
             | electrolyte |
             +-------------+
z = -electrolyte   counter
"""

from collections.abc import Sequence
from pathlib import Path

import gmsh
import numpy as np

from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes.data import MICROMETRE
from lithovoid.meshes.gmsh_session import session
from lithovoid.meshes.roughness import Profile, flat, random_profile
from lithovoid.meshes.sizes import Sizes, distance_from_curve, set_size_field
from lithovoid.scenario.schema import PlanarGeometry

VOID_MARGIN = 4
"""Half-widths l of the void's diffuse wall that stay fine around a void of the start."""


def write_planar(
    geometry: PlanarGeometry,
    half_width: float,
    layers: Sequence[float],
    path: Path,
    electrolyte_size: float | None = None,
) -> None:
    """Mesh `geometry` with Gmsh and write it to `path` (.msh 4.1, micrometres).

    `half_width` [m] is l of the phase field: the mesh stays fine within 4 l of voids of the start.
    `layers` [um] are the heights above the interface at which its thin mesh layers end,
    `electrolyte_size` [um] is the largest mesh size of the electrolyte.
    The groups are "anode", "electrolyte", "counter", "back" and "sides".

    Raises ConfigurationError if the rough interface leaves its layers, or a void the width.
    """
    width = geometry.width / MICROMETRE
    profile = random_profile(geometry.roughness, width) if geometry.roughness else flat(width)
    points = profile.points(geometry.interface_size / MICROMETRE)
    check_heights(geometry, points[:, 1])
    fine_zones = _fine_zones(geometry, profile, half_width / MICROMETRE)
    with session():
        interface, anode, electrolyte = _add_regions(geometry, points, layers)
        sizes = Sizes.of(geometry, electrolyte_size)
        distance = distance_from_curve(interface, sizes.interface)
        set_size_field(sizes, distance, 2, anode, electrolyte, fine_zones)
        gmsh.model.mesh.generate(2)
        gmsh.write(str(path))


def check_heights(geometry: PlanarGeometry, heights: np.ndarray) -> None:
    """Refuse a profile that comes within half a layer's thickness of the layer's far side."""
    highest, lowest = heights.max() * MICROMETRE, heights.min() * MICROMETRE
    for name, extent in (("anode", highest), ("electrolyte", -lowest)):
        thickness = getattr(geometry, name)
        if extent > 0.5 * thickness:
            raise ConfigurationError(
                f"geometry.roughness: the interface reaches {extent / MICROMETRE:.3g} um into the "
                f"{name}, which is {thickness / MICROMETRE:g} um thick; at most half of it is "
                "allowed: reduce geometry.roughness.amplitude"
            )


def _fine_zones(
    geometry: PlanarGeometry, profile: Profile, half_width: float
) -> list[tuple[float, float, float]]:
    """Return x, z and radius [um] of the discs around voids of the start."""
    zones = []
    for index, void in enumerate(geometry.void):
        if not 0 <= void.x <= geometry.width:
            raise ConfigurationError(
                f"geometry.void[{index}].x: {void.x / MICROMETRE:g} um is outside of the anode, "
                f"0 to {geometry.width / MICROMETRE:g} um"
            )
        x, radius = void.x / MICROMETRE, void.radius / MICROMETRE
        z = float(profile.height(np.array(x)))
        if void.depth is None:
            # the contact angle puts the centre at most one radius from the interface
            zones.append((x, z, 2 * radius + VOID_MARGIN * half_width))
        else:
            height = z + void.depth / MICROMETRE
            zones.append((x, height, radius + VOID_MARGIN * half_width))
    return zones


def _add_regions(
    geometry: PlanarGeometry, points: np.ndarray, layers: Sequence[float]
) -> tuple[int, list[int], list[int]]:
    """Add all surfaces and their groups; return the interface curve, those of anode, electrolyte.

    The layers are the interface, extruded: Gmsh gives them right-angled triangles.
    """
    geo = gmsh.model.geo
    width, top, bottom = (
        value / MICROMETRE for value in (geometry.width, geometry.anode, -geometry.electrolyte)
    )
    profile = [geo.addPoint(x, z, 0.0) for x, z in points]
    interface = geo.addSpline(profile) if len(profile) > 2 else geo.addLine(*profile)
    edge, ends = interface, (profile[0], profile[-1])
    anode: list[int] = []
    sides: list[int] = []
    if layers:
        edge, ends, strip, sides = _extrude(interface, ends, layers)
        anode.append(strip)
    rest, back, lines = _close(edge, ends, width, top)
    electrolyte, counter, lower_lines = _close(interface, (profile[0], profile[-1]), width, bottom)
    geo.synchronize()
    gmsh.model.addPhysicalGroup(2, [*anode, rest], name="anode")
    gmsh.model.addPhysicalGroup(2, [electrolyte], name="electrolyte")
    gmsh.model.addPhysicalGroup(1, [back], name="back")
    gmsh.model.addPhysicalGroup(1, [counter], name="counter")
    gmsh.model.addPhysicalGroup(1, [*sides, *lines, *lower_lines], name="sides")
    return interface, [*anode, rest], [electrolyte]


def _extrude(
    curve: int, ends: tuple[int, int], layers: Sequence[float]
) -> tuple[int, tuple[int, int], int, list[int]]:
    """Add mesh layers above `curve`; return the upper curve, its ends, the surface, its sides."""
    geo, total = gmsh.model.geo, layers[-1]
    shares = [height / total for height in layers]
    (_, upper), (_, surface), *rest = geo.extrude(
        [(1, curve)], 0.0, total, 0.0, numElements=[1] * len(layers), heights=shares
    )
    geo.synchronize()
    first, last = (int(tag) for _, tag in gmsh.model.getBoundary([(1, upper)], oriented=True))
    return upper, (abs(first), abs(last)), surface, [abs(tag) for _, tag in rest]


def _close(curve: int, ends: tuple[int, int], width: float, z: float) -> tuple[int, int, list[int]]:
    """Add the surface between `curve` and the height `z`; return it, its far line, its sides."""
    geo = gmsh.model.geo
    left, right = geo.addPoint(0.0, z, 0.0), geo.addPoint(width, z, 0.0)
    lines = [geo.addLine(ends[1], right), geo.addLine(right, left), geo.addLine(left, ends[0])]
    surface = geo.addPlaneSurface([geo.addCurveLoop([curve, *lines])])
    return surface, lines[1], [lines[0], lines[2]]
