"""The one frame of all meshes: the interface lies across the last axis, the anode above it.

A file may have its cell in any place, plane and direction. What follows is asked of its points,
cells and regions alone, and moves with them, so that a mesh and its image by any turn, mirror or
shift end as the same mesh:

* up is the mean normal of the interface into the anode; where the interface is rough, the axis that
  all side walls of the anode share,
* the cells run the right way round, counter-clockwise or with positive volumes: those of the anode,
  mostly, as they are in the file,
* in three dimensions, x and y run along the side walls of the anode, where these are those of a
  box, from the corner whose nodes come first in the file,
* the interface begins at x = 0 (and y = 0), its mean height is z = 0.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial.transform import Rotation

from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes.data import ANODE, Connectivity, Points, Tags
from lithovoid.meshes.topology import FacetTable, Floats, edge_lengths, offsets, sizes, unit

PLANE = 1e-6
"""Points of a plane mesh leave the plane by less than this part of the extent."""
NO_SHIFT = 1e-9
"""Shifts below this part of the extent are none."""
ROUND_OFF = 1e-12
"""Components of directions that are below it are none."""
CANCELLED = 0.5
"""Least part of an interface's area that is left when its facets are added as vectors."""
FLAT = 1e-12
"""Part of it that may cancel on a flat interface."""
PARALLEL = 1e-8
"""Mean square of the sines between walls and an axis that they share; `SEVERAL` for another one,
which they do not share as well."""
SEVERAL = 1e-2
UPRIGHT = 0.1
"""Side walls make at most this sine with the vertical; in search of it, `LEANING`."""
LEANING = 0.7
RECTANGULAR = 0.999
"""Least mean of exp(4 i angle) of the walls of a box."""
LEVEL = 0.1
"""Mean heights of the interface below this part of its edges are left: rough ones have them."""


@dataclass(frozen=True, eq=False)
class Frame:
    """From the coordinates of a file to those of the cell: axes @ point - origin.

    axes: (tdim, 3) orthonormal rows, the last one up. origin: (tdim,) [um].
    """

    axes: Floats
    origin: Floats

    def of(self, points: Points) -> Points:
        """Return `points` (n, 3) of the file in the frame, (n, tdim) [um]."""
        return np.asarray(points @ self.axes.T - self.origin) + 0.0  # no negative zeros

    def words(self) -> str:
        """Say what was done to the mesh of the file."""
        axes, mirrored = self._rotation()
        degrees = float(np.degrees(Rotation.from_matrix(axes).magnitude()))
        parts = ["mirrored"] if mirrored else []
        parts += [f"turned by {degrees:.6g} degrees"] if degrees > 1e-6 else []
        if self.origin.any():
            shift = ", ".join(f"{0.0 - value:.6g}" for value in self.origin)
            parts.append(f"shifted by ({shift}) um")
        return ", ".join(parts) or "as in the file"

    def _rotation(self) -> tuple[Floats, bool]:
        """Return the frame as a rotation in space, (3, 3), after a mirror where there is one."""
        axes, up = self.axes, self.axes[-1]
        if len(axes) == 2:
            across = np.cross(axes[0], up)
            mirrored = bool(abs(across[2]) > 1 - ROUND_OFF and across[2] < 0)
            first = -axes[0] if mirrored else axes[0]
            return np.array([first, up, np.cross(first, up)]), mirrored
        mirrored = bool(np.linalg.det(axes) < 0)
        return axes * ([[-1], [1], [1]] if mirrored else 1), mirrored


def frame_of(points: Points, cells: Connectivity, tags: Tags, table: FacetTable) -> Frame:
    """Return the frame of a sound mesh with `points` (n, 3) [um] in the order of the file.

    Raises ConfigurationError where triangles are not in one plane, or where the interface has no
    mean plane.
    """
    tdim = cells.shape[1] - 1
    across = _normal_of_plane(points, cells, tags) if tdim == 2 else None
    interface = table.interface()
    areas, normals = sizes(points, interface), table.into_anode(points, tags)
    walls = _walls(points, table)
    up = _up(areas, normals, walls, across)
    if across is not None:
        axes = np.array([np.cross(up, across), up])
    else:
        axes = _axes_in_space(points, cells[tags == ANODE], up, walls)
    axes[np.abs(axes) < ROUND_OFF] = 0.0
    whole = np.abs(np.abs(axes) - 1) < ROUND_OFF
    axes[whole] = np.sign(axes[whole])
    return Frame(axes, _origin(points @ axes.T, interface, areas * (normals @ up)))


def _normal_of_plane(points: Points, cells: Connectivity, tags: Tags) -> Floats:
    """Return the normal of the plane of triangles, about which most of the anode's run
    counter-clockwise.
    """
    corners = points[cells]
    vectors = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    largest = vectors[np.argmax(np.linalg.norm(vectors, axis=1))]
    signs = np.where(vectors @ largest < 0, -1.0, 1.0)
    normal = signs @ vectors
    normal /= np.linalg.norm(normal)
    out_of_plane = points @ normal
    if np.ptp(out_of_plane) > PLANE * np.ptp(points, axis=0).max():
        raise ConfigurationError("has triangles that are not in one plane, and no tetrahedra")
    return np.asarray(normal * (1 if signs[tags == ANODE].mean() >= 0 else -1))


@dataclass(frozen=True, eq=False)
class _Walls:
    """Outer facets of the anode: unit normals (k, 3), areas (k,), node numbers (k, tdim)."""

    normals: Floats
    areas: Floats
    nodes: Connectivity

    def along(self, up: Floats, sine: float) -> "_Walls":
        """Return those that make at most this `sine` with `up`."""
        good = np.abs(self.normals @ up) < sine
        return _Walls(self.normals[good], self.areas[good], self.nodes[good])


def _walls(points: Points, table: FacetTable) -> _Walls:
    outer = (table.cells == 1) & (table.anode == 1)
    facets = table.nodes[outer]
    normals = unit(offsets(points, facets, table.corners[outer, 0]))
    return _Walls(normals, sizes(points, facets), facets)


def _up(areas: Floats, normals: Floats, walls: _Walls, across: Floats | None) -> Floats:
    """Return the vertical: the mean normal of the interface, or the axis of the walls."""
    mean = areas @ normals / areas.sum()
    left = float(np.linalg.norm(mean))
    if left < CANCELLED:
        raise ConfigurationError(
            f"the interface has no mean plane: added as vectors, its facets leave {left:.2g} of "
            f"its area, and at least {CANCELLED:g} are needed to tell what is above it"
        )
    up = np.asarray(mean / left)
    leaning = walls.along(up, LEANING)
    if 1 - left > FLAT and len(leaning.areas):
        spread = (leaning.normals.T * leaning.areas) @ leaning.normals / leaning.areas.sum()
        if across is not None:
            spread += np.outer(across, across)
        values, vectors = np.linalg.eigh(spread)
        if values[0] < PARALLEL < SEVERAL < values[1]:
            up = vectors[:, 0] * np.sign(vectors[:, 0] @ up)
    if across is not None:
        up -= (up @ across) * across
    return np.asarray(up / np.linalg.norm(up))


def _axes_in_space(points: Points, cells: Connectivity, up: Floats, walls: _Walls) -> Floats:
    """Return x, y and `up` as rows: along the walls of a box, else close to those of the file.

    `cells` are those of the anode.
    """
    corners = points[cells]
    volumes = np.linalg.det(corners[:, 1:] - corners[:, :1])
    hand = 1.0 if (volumes > 0).mean() >= 0.5 else -1.0
    start = np.eye(3)[0 if abs(up[0]) < 0.9 else 1]
    one = start - (start @ up) * up
    one /= np.linalg.norm(one)
    other = np.cross(up, one)
    upright = walls.along(up, UPRIGHT)
    angles = np.arctan2(upright.normals @ other, upright.normals @ one)
    mean = (upright.areas @ np.exp(4j * angles)) / max(upright.areas.sum(), 1e-300)
    if abs(mean) < RECTANGULAR:
        return np.stack([one, hand * other, up]).astype(np.float64)
    angle = float(np.angle(mean)) / 4
    one, other = (
        np.cos(angle) * one + np.sin(angle) * other,
        np.cos(angle) * other - np.sin(angle) * one,
    )
    return _from_first_corner(points, np.unique(upright.nodes), one, other, up, hand)


def _from_first_corner(
    points: Points,
    nodes: npt.NDArray[np.int64],
    one: Floats,
    other: Floats,
    up: Floats,
    hand: float,
) -> Floats:
    """Return x, y and `up` as rows, x and y away from the corner whose nodes come first.

    `nodes` are those of the side walls, which run along `one` and `other`; `hand` is that of x, y
    and up.
    """
    places = np.column_stack([points[nodes] @ one, points[nodes] @ other])
    low, high = places.min(axis=0), places.max(axis=0)
    close = PLANE * (high - low).max()
    best, axes = len(points), np.array([one, hand * other, up])
    for along_one, along_other in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        signs = np.array([along_one, along_other])
        corner = np.where(signs > 0, low, high)
        here = nodes[(np.abs(places - corner) < close).all(axis=1)]
        if len(here) and here[0] < best:
            best = here[0]
            first, second = along_one * one, along_other * other
            if hand * along_one * along_other < 0:
                first, second = second, first
            axes = np.array([first, second, up])
    return axes


def _origin(places: Points, interface: Connectivity, projected: Floats) -> Floats:
    """Return the corner of the interface at its mean height, in coordinates of the frame."""
    nodes = places[np.unique(interface)]
    origin = nodes.min(axis=0)
    extent = np.ptp(places, axis=0).max()
    if np.ptp(nodes[:, -1]) > NO_SHIFT * extent:  # not flat
        heights = places[interface][:, :, -1].mean(axis=1)
        origin[-1] = projected @ heights / projected.sum()
        if abs(origin[-1]) < LEVEL * edge_lengths(places, interface).max():
            origin[-1] = 0.0
    origin[np.abs(origin) < NO_SHIFT * extent] = 0.0
    return np.asarray(origin)
