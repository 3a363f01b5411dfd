"""Where a void that is there from the beginning lies: above its place on the interface."""

from dataclasses import dataclass

import numpy as np

from lithovoid.meshes.topology import Floats
from lithovoid.scenario.geometry import PresetVoid
from lithovoid.theory.constants import MESH_UNIT


@dataclass(frozen=True, eq=False)
class Place:
    """Centre (gdim,) and radius of a void, and the distance of its place from the middle of the
    nearest facet, along the interface [um].
    """

    centre: Floats
    radius: float
    off: float


def void_place(void: PresetVoid, corners: Floats, normals: Floats, cos_theta: float) -> Place:
    """Return the place of `void` over facets with `corners` (n, tdim, gdim) [um], in the frame.

    `normals` (n, gdim) point into the anode. Without a depth, the void meets the electrolyte at
    the contact angle whose cosine is `cos_theta`.
    """
    middles = corners.mean(axis=1)
    along = corners.reshape(-1, corners.shape[-1])[:, :-1]
    position = (along.min(axis=0) + along.max(axis=0)) / 2
    given = [void.x] if void.y is None else [void.x, void.y]
    count = min(len(given), position.size)
    position[:count] = np.array(given[:count]) / MESH_UNIT
    distance = np.linalg.norm(middles[:, : position.size] - position, axis=1)
    facet, radius = int(distance.argmin()), void.radius / MESH_UNIT
    foot = middles[facet].copy()
    foot[: position.size] = position
    height = radius * cos_theta if void.depth is None else void.depth / MESH_UNIT
    return Place(foot + height * normals[facet], radius, float(distance[facet]))
